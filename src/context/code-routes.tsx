import { Elysia } from "elysia"
import { CodePage } from "../../views/pages/context-code.tsx"
import type { CodeBodyView, CodePageView } from "../../views/props/code.ts"
import type { TabView, TreeRowView } from "../../views/props/context.ts"
import { codeRuns } from "../lib/code-runs.ts"
import { contextPaths, contextUrls } from "../lib/context-urls.ts"
import { joined, nameOf, pathText, shownPath } from "../lib/file-path.ts"
import { imageType, textIn, toForm } from "../lib/file-text.ts"
import { languageOf } from "../lib/highlight.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { htmlPage } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { BlobRead, CodeAt, OpenCode } from "../repos/index.ts"
import { longestText } from "./books.ts"
import { type Entry, inOrder } from "./entries.ts"
import { pastOf } from "./code-pasts.ts"
import { atCode, type CodeVisit, codeUrl } from "./code-visit-routes.ts"
import { contextFrame } from "./frames.ts"
import { mostShown } from "./look.ts"
import type { RouteNeeds } from "./needs.ts"
import { treeRows } from "./places.ts"
import { downloadOf, mostDownloaded, pictureOf } from "./read-routes.tsx"

/** Lines of a file, and entries of a folder, on one page. */
const mostLines = 2_000
const mostEntries = 500
const longestTarget = 4_096

/** The code of the workspace as pages to read: its trunk, as the server has it. */
export const codeRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-code" })
    .get(contextPaths.contextCode, ({ request, params, query }) => atCode(needs, { request, params, query }, show))
    .get(contextPaths.contextCodeDownload, ({ request, params, query }) =>
      atCode(needs, { request, params, query }, sendDown),
    )
    .get(contextPaths.contextCodePicture, ({ request, params, query }) =>
      atCode(needs, { request, params, query }, sendPicture),
    )

/** Where a line is shown, marked. */
export const lineUrl = (name: string, { path, number }: { path: string; number: number }): string =>
  contextUrls.code(name, { path: pathText(path), from: pageOf(number) || undefined, line: number })

const pageOf = (line: number): number => Math.floor((line - 1) / mostLines) * mostLines

async function show(needs: RouteNeeds, visit: CodeVisit): Promise<Response> {
  const found = await visit.code?.at(visit.path)
  const past = await pastOf(visit)
  const body = past ?? (await bodyOf(visit, found))
  const page = {
    ...(await around(needs, visit, body)),
    ...((found?.kind === "file" || past) && { tabs: tabsOf(visit) }),
    ...(visit.at !== undefined && !past && { newestUrl: codeUrl(visit.name, visit.path) }),
  }
  return htmlPage(<CodePage page={page} />, { status: found || past ? 200 : 404 })
}

async function around(needs: RouteNeeds, visit: CodeVisit, body: CodeBodyView): Promise<CodePageView> {
  const { request, name, path, code } = visit
  const title = path === "" ? name : shownPath(nameOf(path))
  const crumbs = crumbsOf(visit)
  const tree = code ? await treeOf(visit, code) : []
  const isGone = body.kind === "nothing" && path !== ""
  const heading = isGone ? contextWords(visitorOf(request).locale).notThere(shownPath(path)) : title
  const frame = contextFrame(needs, request, { title, crumbs, tree, code: name })
  return { ...frame, heading, repository: name, commit: code?.commit.slice(0, 10), body }
}

function tabsOf({ name, path, at, view }: CodeVisit): TabView[] {
  const older = at === undefined ? {} : { at }
  return [
    { view: "page", url: codeUrl(name, path, older), current: view === "page" },
    { view: "history", url: codeUrl(name, path, { ...older, view: "history" }), current: view !== "page" },
  ]
}

const crumbsOf = ({ name, path }: CodeVisit) => [
  { name, url: contextUrls.code(name) },
  ...(path === "" ? [] : path.split("/")).map((part, index, parts) => ({
    name: shownPath(part),
    url: codeUrl(name, parts.slice(0, index + 1).join("/")),
  })),
]

/** Only the folders on the way are read, however many others there are. */
async function treeOf({ name, path, at }: CodeVisit, code: OpenCode): Promise<TreeRowView[]> {
  const parts = path === "" ? [] : path.split("/")
  const onWay = ["", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))]
  const levels = new Map<string, Entry[]>()
  for (const folder of onWay) levels.set(folder, entriesOf(await code.at(folder), folder))
  return treeRows(
    { entriesIn: (folder) => levels.get(folder) ?? [], urlOf: (to, more) => codeUrl(name, to, { at, ...more }) },
    path,
  )
}

const entriesOf = (found: CodeAt | undefined, folder: string): Entry[] =>
  found?.kind === "folder"
    ? inOrder(found.entries.map((entry) => ({ ...entry, path: joined(folder, entry.name) })))
    : []

async function bodyOf(visit: CodeVisit, found: CodeAt | undefined): Promise<CodeBodyView> {
  const { name, path, from, at, code } = visit
  if (!code) return { kind: "not-here" }
  if (!found) return { kind: "nothing" }
  if (found.kind === "file") return fileBody(visit, code, found.file)
  const entries = entriesOf(found, path)
  const more = from + mostEntries
  return {
    kind: "folder",
    entries: entries.slice(from, more).map((entry) => ({
      ...{ name: shownPath(entry.name), kind: entry.kind, url: codeUrl(name, entry.path, { at }) },
    })),
    ...(more < entries.length && { moreUrl: codeUrl(name, path, { at, from: more }) }),
  }
}

async function fileBody(
  visit: CodeVisit,
  code: OpenCode,
  { blob, mode }: Extract<CodeAt, { kind: "file" }>["file"],
): Promise<CodeBodyView> {
  if (mode === "module") return { kind: "module" }
  const read = await code.read(blob, mode === "link" ? longestTarget : longestText)
  const text = read?.kind === "content" ? textIn(read.content) : undefined
  if (mode === "link") return { kind: "link", target: shownPath(text ?? "") }
  const downloadUrl = contextUrls.codeDownload(visit.name, placeOf(visit))
  if (text !== undefined) return { kind: "text", downloadUrl, ...linesOf(visit, text) }
  const whole = read?.kind === "long" ? await code.read(blob, mostShown) : read
  return { ...pictureBody(visit, whole), downloadUrl }
}

const placeOf = ({ path, at }: CodeVisit) => ({ path: pathText(path), at })

/** What is no text: a picture that does nothing, or only to be downloaded. */
function pictureBody(visit: CodeVisit, read: BlobRead | undefined) {
  if (read?.kind !== "content") return { kind: "long" as const }
  if (imageType(read.content) === undefined)
    return { kind: read.content.length > longestText ? ("long" as const) : ("binary" as const) }
  const url = contextUrls.codePicture(visit.name, placeOf(visit))
  return { kind: "image" as const, name: shownPath(nameOf(visit.path)), url }
}

/** The lines of one page; a text that ends with a line's end has no line behind it. */
function linesOf({ name, path, from, at }: CodeVisit, text: string) {
  const lines = toForm(text).replaceAll("\0", "\ufffd").replace(/\n$/, "").split("\n")
  const first = from < lines.length ? pageOf(from + 1) : 0
  const runs = codeRuns(lines, languageOf(nameOf(path)))
  const url = (start: number) => codeUrl(name, path, { at, from: start || undefined })
  return {
    name: shownPath(nameOf(path)),
    lines: runs.slice(first, first + mostLines).map((run, index) => ({ number: first + index + 1, runs: run })),
    ...(first > 0 && { earlierUrl: url(first - mostLines) }),
    ...(first + mostLines < lines.length && { laterUrl: url(first + mostLines) }),
  }
}

async function sendDown(needs: RouteNeeds, visit: CodeVisit): Promise<Response> {
  const content = await contentAt(visit)
  return content ? downloadOf(content, visit.path) : nothing(needs, visit)
}

async function sendPicture(needs: RouteNeeds, visit: CodeVisit): Promise<Response> {
  const content = await contentAt(visit)
  return (content && pictureOf(content)) ?? nothing(needs, visit)
}

const nothing = ({ showProblem }: RouteNeeds, { request }: CodeVisit) =>
  showProblem({ status: 404, code: "no-such-file" }, request)

/** Undefined for what is no plain file, or is too long to be sent whole. */
async function contentAt({ path, code }: CodeVisit): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const found = await code?.at(path)
  const isPlain = found?.kind === "file" && found.file.mode !== "link" && found.file.mode !== "module"
  const read = isPlain ? await code?.read(found.file.blob, mostDownloaded) : undefined
  return read?.kind === "content" ? new Uint8Array(read.content) : undefined
}
