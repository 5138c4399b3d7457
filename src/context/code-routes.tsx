import { Elysia } from "elysia"
import { CodePage } from "../../views/pages/context-code.tsx"
import type { CodeBodyView } from "../../views/props/code.ts"
import type { TreeRowView } from "../../views/props/context.ts"
import { codeRuns } from "../lib/code-runs.ts"
import { contextPaths, contextUrls } from "../lib/context-urls.ts"
import { joined, nameOf, parsePath, pathText, shownPath } from "../lib/file-path.ts"
import { textIn, toForm } from "../lib/file-text.ts"
import { languageOf } from "../lib/highlight.ts"
import { parseRepoName, type RepoName } from "../lib/ids.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { htmlPage } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { CodeAt, OpenCode } from "../repos/index.ts"
import { longestText } from "./books.ts"
import { type Entry, inOrder } from "./entries.ts"
import { contextFrame } from "./frames.ts"
import type { RouteNeeds } from "./needs.ts"
import { treeRows } from "./places.ts"
import { downloadOf, mostDownloaded } from "./read-routes.tsx"

/** Lines of a file, and entries of a folder, on one page. */
const mostLines = 2_000
const mostEntries = 500
const longestTarget = 4_096

/** Somebody at a place of a repository of code that every member may read. */
interface CodeVisit {
  request: Request
  name: RepoName
  path: string
  from: number
  code: OpenCode | undefined
}

interface Asked {
  request: Request
  params: { name: string }
  query: Record<string, unknown>
}

/** The code of the workspace as pages to read: its trunk, as the server has it. */
export const codeRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-code" })
    .get(contextPaths.contextCode, ({ request, params, query }) => atCode(needs, { request, params, query }, show))
    .get(contextPaths.contextCodeDownload, ({ request, params, query }) =>
      atCode(needs, { request, params, query }, sendDown),
    )

/** Where a line is shown, marked. */
export const lineUrl = (name: string, { path, number }: { path: string; number: number }): string =>
  contextUrls.code(name, { path: pathText(path), from: pageOf(number) || undefined, line: number })

const pageOf = (line: number): number => Math.floor((line - 1) / mostLines) * mostLines

async function atCode(
  needs: RouteNeeds,
  { request, params, query }: Asked,
  answer: (needs: RouteNeeds, visit: CodeVisit) => Promise<Response>,
): Promise<Response> {
  const [name, path] = [parseRepoName(params.name), parsePath(query["path"])]
  const from = Number(query["from"] ?? 0)
  if (path === undefined || !Number.isSafeInteger(from) || from < 0)
    return needs.showProblem({ status: 422, code: "invalid" }, request)
  const code = name === undefined ? "unknown" : await needs.reading.open(name)
  if (name === undefined || code === "unknown")
    return needs.showProblem({ status: 404, code: "no-such-repository" }, request)
  return answer(needs, { request, name, path, from, code: code === "not-here" ? undefined : code })
}

async function show(needs: RouteNeeds, visit: CodeVisit): Promise<Response> {
  const { request, name, path, code } = visit
  const { locale } = visitorOf(request)
  const found = await code?.at(path)
  const body = await bodyOf(visit, found)
  const words = contextWords(locale)
  const frame = contextFrame(needs, request, {
    title: path === "" ? name : shownPath(nameOf(path)),
    crumbs: crumbsOf(visit),
    tree: code ? await treeOf(visit, code) : [],
    code: name,
  })
  const heading = body.kind === "nothing" && path !== "" ? words.notThere(shownPath(path)) : frame.title
  const page = { ...frame, heading, repository: name, commit: code?.commit.slice(0, 10), body }
  return htmlPage(<CodePage page={page} />, { status: found ? 200 : 404 })
}

const crumbsOf = ({ name, path }: CodeVisit) => [
  { name, url: contextUrls.code(name) },
  ...(path === "" ? [] : path.split("/")).map((part, index, parts) => ({
    name: shownPath(part),
    url: codeUrl(name, parts.slice(0, index + 1).join("/")),
  })),
]

const codeUrl = (name: RepoName, path: string, more: { from?: number } = {}): string =>
  contextUrls.code(name, { ...(path !== "" && { path: pathText(path) }), ...more })

/** Only the folders on the way are read, however many others there are. */
async function treeOf({ name, path }: CodeVisit, code: OpenCode): Promise<TreeRowView[]> {
  const parts = path === "" ? [] : path.split("/")
  const onWay = ["", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))]
  const levels = new Map<string, Entry[]>()
  for (const folder of onWay) levels.set(folder, entriesOf(await code.at(folder), folder))
  return treeRows(
    { entriesIn: (folder) => levels.get(folder) ?? [], urlOf: (to, more) => codeUrl(name, to, more) },
    path,
  )
}

const entriesOf = (found: CodeAt | undefined, folder: string): Entry[] =>
  found?.kind === "folder"
    ? inOrder(found.entries.map((entry) => ({ ...entry, path: joined(folder, entry.name) })))
    : []

async function bodyOf(visit: CodeVisit, found: CodeAt | undefined): Promise<CodeBodyView> {
  const { name, path, from, code } = visit
  if (!code) return { kind: "not-here" }
  if (!found) return { kind: "nothing" }
  if (found.kind === "file") return fileBody(visit, code, found.file)
  const entries = entriesOf(found, path)
  const more = from + mostEntries
  return {
    kind: "folder",
    entries: entries.slice(from, more).map((entry) => ({
      ...{ name: shownPath(entry.name), kind: entry.kind, url: codeUrl(name, entry.path) },
    })),
    ...(more < entries.length && { moreUrl: codeUrl(name, path, { from: more }) }),
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
  const downloadUrl = contextUrls.codeDownload(visit.name, pathText(visit.path))
  if (text === undefined) return { kind: read?.kind === "long" ? "long" : "binary", downloadUrl }
  return { kind: "text", downloadUrl, ...linesOf(visit, text) }
}

/** The lines of one page; a text that ends with a line's end has no line behind it. */
function linesOf({ name, path, from }: CodeVisit, text: string) {
  const lines = toForm(text).replaceAll("\0", "\ufffd").replace(/\n$/, "").split("\n")
  const first = from < lines.length ? pageOf(from + 1) : 0
  const runs = codeRuns(lines, languageOf(nameOf(path)))
  const url = (start: number) => codeUrl(name, path, start === 0 ? {} : { from: start })
  return {
    name: shownPath(nameOf(path)),
    lines: runs.slice(first, first + mostLines).map((run, index) => ({ number: first + index + 1, runs: run })),
    ...(first > 0 && { earlierUrl: url(first - mostLines) }),
    ...(first + mostLines < lines.length && { laterUrl: url(first + mostLines) }),
  }
}

async function sendDown({ showProblem }: RouteNeeds, { request, path, code }: CodeVisit): Promise<Response> {
  const found = await code?.at(path)
  const isPlain = found?.kind === "file" && found.file.mode !== "link" && found.file.mode !== "module"
  const read = isPlain ? await code?.read(found.file.blob, mostDownloaded) : undefined
  if (read?.kind !== "content") return showProblem({ status: 404, code: "no-such-file" }, request)
  return downloadOf(new Uint8Array(read.content), path)
}
