import type { ContextFrameView } from "../../views/props/context.ts"
import { shelfNames, type ShelfName } from "../lib/context-urls.ts"
import { contextUrls } from "../lib/context-urls.ts"
import { outsideUrls } from "../lib/outside-urls.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Book } from "./books.ts"
import { entriesIn } from "./entries.ts"
import type { RouteNeeds } from "./needs.ts"
import { crumbsTo, placeUrl, treeRows } from "./places.ts"

interface About {
  title: string
  /** What is shown of which context; absent on pages about all of them. */
  at?: { book: Book; path: string } | undefined
  streamUrl?: string | undefined
  words?: string | undefined
  shelf?: ShelfName | undefined
  /** On the way to a page about all contexts. */
  crumbs?: ContextFrameView["crumbs"]
  /** Of what is in none of the contexts. */
  tree?: ContextFrameView["tree"]
  /** The repository of code that the search is about. */
  code?: string | undefined
  notice?: ContextFrameView["notice"]
  edits?: boolean
}

/** What stands around a page of Context. */
export function contextFrame(
  needs: Pick<RouteNeeds, "frame" | "editor" | "outsideOf">,
  request: Request,
  about: About,
): ContextFrameView {
  const { locale } = visitorOf(request)
  const { title, at, streamUrl, notice, edits = false } = about
  const shelf = at?.book.shelf ?? about.shelf
  const words = contextWords(locale)
  return {
    ...needs.frame(request, { title, section: "context", ...(streamUrl !== undefined && { streamUrl }) }),
    ...(edits && { also: needs.editor, writes: true }),
    shelves: shelfNames.map((name) => ({ name, url: placeUrl(name, ""), current: name === shelf })),
    tree: treeOf(about),
    crumbs: at
      ? crumbsTo(at.book.shelf, at.path, locale)
      : [{ name: words.context, url: contextUrls.context() }, ...(about.crumbs ?? [])],
    search: { words: about.words ?? "", shelf: at ? undefined : about.shelf, code: about.code },
    notice,
    homeUrl: homeUrlOf(at),
    outside: shelf === undefined ? undefined : apartFrom(needs, shelf, request),
  }
}

function treeOf({ at, tree = [] }: About): ContextFrameView["tree"] {
  if (!at) return tree
  const { shelf, files } = at.book
  return treeRows(
    { entriesIn: (folder) => entriesIn(files, folder), urlOf: (path, more) => placeUrl(shelf, path, more) },
    at.path,
  )
}

const homeUrlOf = (at: About["at"]): string | undefined =>
  at?.book.shelf === "personal" && at.path === "" ? outsideUrls.personal() : undefined

/** Only where there is something to know: who reads does not care where else it lies. */
export function apartFrom({ outsideOf }: Pick<RouteNeeds, "outsideOf">, shelf: ShelfName, request: Request) {
  const { locale } = visitorOf(request)
  const outside = outsideOf(shelf, { user: userOf(request).name, locale })
  return outside?.state === "in-step" ? undefined : outside
}
