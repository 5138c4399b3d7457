import { Elysia } from "elysia"
import { attachment } from "../lib/attachment.ts"
import { contextPaths } from "../lib/context-urls.ts"
import { linksIn, resolveLink } from "../lib/document-links.ts"
import { folderOf, joined, nameOf, parsePath, shownPath } from "../lib/file-path.ts"
import { imageType } from "../lib/file-text.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { redirectTo } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { isFolder } from "./entries.ts"
import { showEdit } from "./edits.tsx"
import { mostShown } from "./look.ts"
import { showMentions } from "./mentions.tsx"
import type { RouteNeeds } from "./needs.ts"
import { isInVault } from "./person.ts"
import { placeUrl } from "./places.ts"
import { errorNotice, noticeFrom } from "./says.ts"
import { showPage, showPlace } from "./shows.tsx"
import { atPlace, type Visit } from "./visit-routes.ts"

/** Reading documents, and the forms that change nothing yet. */
export const readRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-reading" })
    .get(contextPaths.contextShelf, ({ request, params, query }) => atPlace(needs, { request, params, query }, show))
    .get(contextPaths.contextPicture, ({ request, params, query }) =>
      atPlace(needs, { request, params, query }, sendPicture),
    )
    .get(contextPaths.contextDownload, ({ request, params, query }) =>
      atPlace(needs, { request, params, query }, sendDown),
    )
    .get(contextPaths.contextMentions, ({ request, params, query }) =>
      atPlace(needs, { request, params, query }, showMentions),
    )
    .get(contextPaths.contextNew, ({ request, params, query }) => atPlace(needs, { request, params, query }, leadToNew))

function show(needs: RouteNeeds, visit: Visit, query: Record<string, unknown>): Response | Promise<Response> {
  const { choose } = query
  if (typeof choose === "string") return showChoice(needs, visit, choose)
  if (visit.view === "edit") return showEdit(needs, visit)
  return showPlace(needs, visit, { notice: noticeFrom(query, visitorOf(visit.request).locale) })
}

/** Documents of one name; when only one is left, that one. */
function showChoice(needs: RouteNeeds, visit: Visit, target: string): Response {
  const { request, book, path } = visit
  const [link] = linksIn(`[[${target.replace(/[[\]\n|]/g, "")}]]`)
  const led = link ? resolveLink(link, path, book.index) : { kind: "missing" as const, path: "" }
  if (led.kind !== "several") return redirectTo(placeUrl(book.shelf, led.path), request)
  const documents = led.paths.map((one) => ({ path: shownPath(one), url: placeUrl(book.shelf, one) }))
  const words = contextWords(visitorOf(request).locale)
  return showPage(
    needs,
    { ...visit, path: folderOf(path) },
    {
      heading: words.chooseTitle(target),
      body: { kind: "choose", target, documents },
    },
  )
}

/** To the form for a new document, or to the one that is there. */
function leadToNew(needs: RouteNeeds, visit: Visit, query: Record<string, unknown>): Response | Promise<Response> {
  const { request, book } = visit
  const folder = parsePath(query["folder"]) ?? ""
  const name = typeof query["name"] === "string" ? query["name"].trim().replace(/^\/+/, "") : ""
  const path = name === "" ? undefined : parsePath(joined(folder, withEnding(name)))
  const words = contextWords(visitorOf(request).locale)
  if (path === undefined || !path.isWellFormed())
    return showPlace(needs, { ...visit, path: folder }, { notice: errorNotice(words.refused("name")), status: 422 })
  if (book.at(path) !== undefined || isFolder(book.files, path))
    return showPlace(needs, { ...visit, path }, { notice: errorNotice(words.exists), status: 409 })
  return redirectTo(placeUrl(book.shelf, path, { view: "edit" }), request)
}

const withEnding = (name: string) => (nameOf(name).includes(".") ? name : `${name}.md`)

/** Files of a repository are never a page of ours: their type is one that we have checked, or none. */
const strange = { "x-content-type-options": "nosniff", "content-security-policy": "sandbox; default-src 'none'" }

async function sendPicture(needs: RouteNeeds, visit: Visit): Promise<Response> {
  const content = await contentAt(visit)
  return (content && pictureOf(content)) ?? nothing(needs, visit)
}

/** To be shown in a page; undefined for what is no picture that does nothing. */
export function pictureOf(content: Uint8Array<ArrayBuffer>): Response | undefined {
  const type = imageType(content)
  return type === undefined ? undefined : new Response(content, { headers: { ...strange, "content-type": type } })
}

async function sendDown(needs: RouteNeeds, visit: Visit): Promise<Response> {
  const content = await contentAt(visit)
  if (!content) return nothing(needs, visit)
  return downloadOf(content, visit.path)
}

/** To be kept, and never to be opened as a page. */
export function downloadOf(content: Uint8Array<ArrayBuffer>, path: string): Response {
  const headers = { ...strange, "content-type": "application/octet-stream" }
  return new Response(content, { headers: { ...headers, "content-disposition": attachment(nameOf(path)) } })
}

const nothing = ({ showProblem }: RouteNeeds, { request }: Visit) =>
  showProblem({ status: 404, code: "no-such-file" }, request)

/** Undefined for what is no plain file, is too long to be sent whole, or lies in a vault. */
async function contentAt({ shown, path }: Visit): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const file = shown.at(path)
  if (!file || file.mode === "link" || file.mode === "module" || isInVault(shown.shelf, path)) return undefined
  const read = await shown.repository.read(file.blob, mostDownloaded)
  return read?.kind === "content" ? new Uint8Array(read.content) : undefined
}

/** Bytes; nothing longer gets into a repository of the server. */
export const mostDownloaded = Math.max(mostShown, 50 << 20)
