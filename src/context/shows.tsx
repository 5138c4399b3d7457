import { ContextPage } from "../../views/pages/context.tsx"
import type { ActsView, ContextBodyView, ContextPageView } from "../../views/props/context.ts"
import { contextUrls } from "../lib/context-urls.ts"
import { nameOf, pathText, shownPath } from "../lib/file-path.ts"
import { isEditable } from "../lib/file-text.ts"
import { highlight, languageOf } from "../lib/highlight.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { relationWords } from "../lib/i18n/relations.ts"
import { htmlPage } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { besideOf, showDocument } from "./documents.ts"
import { contextFrame } from "./frames.ts"
import { type Looked, type LookedFile, lookAt } from "./look.ts"
import type { RouteNeeds } from "./needs.ts"
import { placeUrl } from "./places.ts"
import { blameBody, changeBody, historyBody } from "./pasts.ts"
import { errorNotice, faultIn } from "./says.ts"
import { underWay } from "./under-way.ts"
import type { Visit } from "./visit-routes.ts"

/** A page of Context with its status. */
export interface Told {
  notice?: ContextPageView["notice"]
  status?: number
}

/** Entries of a folder on one page. */
const mostEntries = 500

/** Whatever is at the place, in the way that was asked for. */
export async function showPlace(needs: RouteNeeds, visit: Visit, told: Told = {}): Promise<Response> {
  const looked = await lookAt(visit.shown, visit.path)
  const about = await aboutPlace(needs, visit, looked)
  const status = told.status ?? (looked.kind === "nothing" ? 404 : 200)
  return showPage(needs, visit, { ...about, looked, status, notice: told.notice ?? brokenNotice(visit, looked) })
}

/** A settings file that cannot be read is shown as it is, with the place that is wrong. */
function brokenNotice({ request, path }: Visit, looked: Looked): Told["notice"] {
  const fault = "text" in looked ? faultIn(path, looked.text) : undefined
  return fault && errorNotice(relationWords(visitorOf(request).locale).isBroken(fault.line, fault.column))
}

type About = Pick<ContextPageView, "heading" | "headingId" | "tabs" | "body" | "beside">

/** The frame around a body, with word of what happens to what it shows. */
export function showPage(
  needs: RouteNeeds,
  visit: Visit,
  { notice, status = 200, looked, ...about }: About & Told & { looked?: Looked },
): Response {
  const { request, book, path } = visit
  const frame = contextFrame(needs, request, {
    title: titleOf(visit),
    at: { book, path },
    notice,
    edits: about.body.kind === "edit",
    ...(looked && visit.at === undefined && { streamUrl: streamUrl(visit) }),
  })
  return htmlPage(<ContextPage page={{ ...frame, ...about }} />, { status, diagrams: about.body.kind === "document" })
}

const streamUrl = ({ book, path, view }: Visit) =>
  contextUrls.events({
    ...{ shelf: book.shelf, path: pathText(path), seen: book.at(path)?.blob ?? "", since: book.commit },
    ...(view === "edit" && { view }),
  })

export const titleOf = ({ request, book, path }: Pick<Visit, "request" | "book" | "path">): string =>
  path === "" ? contextWords(visitorOf(request).locale)[book.shelf] : shownPath(nameOf(path)).replace(/\.md$/, "")

async function aboutPlace(needs: RouteNeeds, visit: Visit, looked: Looked): Promise<About> {
  const { view, path } = visit
  const title = titleOf(visit)
  const tabs = "file" in looked && looked.kind !== "vault" ? tabsOf(visit, looked) : undefined
  if (view === "history") return { heading: title, tabs, body: await historyBody(visit) }
  if (view === "change") return { heading: title, tabs, body: await changeBody(visit) }
  if (view === "blame" && "text" in looked) return { heading: title, tabs, body: await blameBody(needs, visit) }
  const locale = visitorOf(visit.request).locale
  if (looked.kind === "nothing")
    return { heading: contextWords(locale).notThere(shownPath(path)), body: nothingBody(visit) }
  if (looked.kind === "folder") return { heading: title, body: folderBody(visit, looked) }
  if (looked.kind === "document" && view !== "source") return documentAbout(needs, visit, { looked, tabs })
  return { heading: title, tabs, body: fileBody(visit, looked) }
}

interface ShownText extends Pick<About, "tabs"> {
  looked: Extract<LookedFile, { text: string }>
}

async function documentAbout(needs: RouteNeeds, visit: Visit, { looked, tabs }: ShownText): Promise<About> {
  const { shown, path, at, book, request } = visit
  const document = showDocument({ book: shown, path, at }, looked.text, visitorOf(request).locale)
  const { html, properties, broken, headings, title } = document
  return {
    ...{ heading: title?.text ?? titleOf(visit), headingId: title?.id, tabs },
    body: { kind: "document", html, properties, broken, ...actsOf(visit, looked) },
    beside: {
      ...besideOf(book, path, { text: looked.text, headings }),
      ...(await underWay(needs, request, { shelf: book.shelf, path })),
    },
  }
}

function tabsOf({ book, path, view, at }: Visit, looked: Looked): ContextPageView["tabs"] {
  const ways = [
    "page" as const,
    ...(looked.kind === "document" ? ["source" as const] : []),
    "history" as const,
    ...("text" in looked ? ["blame" as const] : []),
  ]
  const older = at === undefined ? {} : { at }
  return ways.map((way) => ({
    view: way,
    url: placeUrl(book.shelf, path, way === "page" ? older : { ...older, view: way }),
    current: way === view || (way === "history" && view === "change"),
  }))
}

function folderBody({ book, path, from }: Visit, { entries }: Extract<Looked, { kind: "folder" }>): ContextBodyView {
  const { shelf } = book
  const shown = entries.slice(from, from + mostEntries)
  return {
    kind: "folder",
    folder: {
      entries: shown.map((entry) => ({
        name: shownPath(entry.name),
        url: placeUrl(shelf, entry.path),
        kind: entry.kind,
      })),
      ...(from + mostEntries < entries.length && { moreUrl: placeUrl(shelf, path, { from: from + mostEntries }) }),
      path: pathText(path),
      newUrl: contextUrls.new(shelf),
      uploadUrl: contextUrls.upload(shelf, pathText(path)),
      ...(path !== "" && { thing: thingOf({ book, path }) }),
    },
  }
}

const thingOf = ({ book, path }: Pick<Visit, "book" | "path">) => ({
  path: pathText(path),
  editablePath: path.isWellFormed() ? path : undefined,
  moveUrl: contextUrls.move(book.shelf),
  deleteUrl: contextUrls.delete(book.shelf, pathText(path)),
})

const nothingBody = ({ book, path }: Visit): ContextBodyView => ({
  kind: "nothing",
  path: shownPath(path),
  createUrl: placeUrl(book.shelf, path, { view: "edit" }),
})

function fileBody(visit: Visit, looked: Exclude<Looked, { kind: "nothing" | "folder" }>): ContextBodyView {
  const { book, path, at } = visit
  switch (looked.kind) {
    case "vault":
    case "module":
      return { kind: looked.kind }
    case "link":
      return {
        kind: "link",
        target: shownPath(looked.target),
        ...(looked.leadsTo !== undefined && { url: placeUrl(book.shelf, looked.leadsTo) }),
      }
    case "document":
    case "text": {
      const text = highlight(looked.text.replaceAll("\0", "\ufffd"), languageOf(nameOf(path)))
      return { kind: "text", text, ...actsOf(visit, looked) }
    }
    case "image":
      return {
        kind: "image",
        url: contextUrls.picture(book.shelf, { path: pathText(path), at }),
        ...actsOf(visit, looked),
      }
    case "binary":
    case "long":
      return { kind: looked.kind, ...actsOf(visit, looked) }
  }
}

function actsOf({ book, path, at }: Visit, looked: LookedFile): ActsView {
  const editable = "text" in looked && isEditable(looked.text)
  const older = at === undefined ? {} : { at }
  return {
    name: shownPath(nameOf(path)),
    ...(at !== undefined && { newestUrl: placeUrl(book.shelf, path) }),
    ...(editable && { editUrl: placeUrl(book.shelf, path, { view: "edit", ...older }) }),
    downloadUrl: contextUrls.download(book.shelf, { path: pathText(path), at }),
    ...(at === undefined && { may: thingOf({ book, path }) }),
  }
}
