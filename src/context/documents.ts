import type { BesideView } from "../../views/props/context.ts"
import { contextUrls } from "../lib/context-urls.ts"
import { type DocumentLink, keyOf, type Names, resolveLink } from "../lib/document-links.ts"
import { frontMatterOf } from "../lib/front-matter.ts"
import { headingId } from "../lib/heading-id.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { diagramWords } from "../lib/i18n/diagrams.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { type DocumentPlaces, type RenderedDocument, renderDocument } from "../lib/markdown-document.ts"
import { pathText, shownPath } from "../lib/file-path.ts"
import { urls } from "../lib/urls.ts"
import { topicsIn } from "../lib/document-topics.ts"
import type { Book, OpenBook } from "./books.ts"
import { mentionSearchUrl } from "./mentions.tsx"
import { isInVault } from "./person.ts"
import { placeUrl } from "./places.ts"

export interface ShownDocument extends RenderedDocument {
  properties: [string, string][]
  broken?: string | undefined
}

interface Shown {
  book: Book
  path: string
  /** The commit of an older version. */
  at?: string | undefined
}

/** A document as a page: its links lead to pages, its pictures are those of the same commit. */
export function showDocument({ book, path, at }: Shown, text: string, locale: Locale): ShownDocument {
  const { entries, broken, body } = frontMatterOf(text)
  const rendered = renderDocument(body, placesOf({ book, path, at }, namesOf(book), locale))
  return { ...rendered, properties: entries, broken }
}

export const namesOf = (book: Book & Partial<Pick<OpenBook, "index">>): Names => {
  if (book.index) return book.index
  const byKey = Map.groupBy(
    book.files.map(({ path }) => path),
    keyOf,
  )
  return { named: (key) => byKey.get(key) ?? [] }
}

export function placesOf({ book, path: from, at }: Shown, names: Names, locale: Locale): DocumentPlaces {
  const { shelf } = book
  const words = contextWords(locale)
  return {
    link(link) {
      const led = resolveLink(link, from, names)
      if (led.kind === "several")
        return { url: contextUrls.choose(shelf, link.target, pathText(from)), state: "several" }
      const older = at !== undefined && led.kind === "found" ? { at } : {}
      return { url: placeUrl(shelf, led.path, older) + hashOf(link), state: led.kind }
    },
    picture(link) {
      const led = resolveLink(link, from, names)
      if (led.kind !== "found" || isInVault(shelf, led.path) || !isPicture(led.path)) return undefined
      return contextUrls.picture(shelf, { path: pathText(led.path), at })
    },
    diagram: diagramWords(locale).asSource,
    callouts: {
      note: words.calloutNote,
      tip: words.calloutTip,
      important: words.calloutImportant,
      warning: words.calloutWarning,
      caution: words.calloutCaution,
    },
  }
}

const hashOf = ({ heading }: Pick<DocumentLink, "heading">) =>
  heading === undefined || heading === "" ? "" : `#${encodeURIComponent(headingId(heading))}`

const isPicture = (path: string) => /\.(png|jpe?g|gif|webp)$/i.test(path)

/** Lines that link to one document and stand on its page. */
const mostBacklinks = 200

/** What a document has to do with others, as they are now. */
export function besideOf(
  book: OpenBook,
  path: string,
  shown: { text: string; headings: RenderedDocument["headings"] },
): Omit<BesideView, "proposals" | "loops"> {
  const backlinks = book.index.backlinks(path)
  return {
    outline: shown.headings
      .filter(({ level, text }) => level <= 4 && text !== "")
      .map(({ level, text, id }) => ({ level, text, url: `#${encodeURIComponent(id)}` })),
    moreBacklinks: Math.max(0, backlinks.length - mostBacklinks),
    backlinks: backlinks.slice(0, mostBacklinks).map((link) => ({
      path: shownPath(link.path),
      url: placeUrl(book.shelf, link.path),
      text: link.text,
    })),
    topics: topicsIn(shown.text).map((topic) => ({ topic, url: contextUrls.topic(topic) })),
    mentions: {
      url: contextUrls.mentions(book.shelf, pathText(path)),
      searchUrl: mentionSearchUrl({ shelf: book.shelf, path }),
    },
    newLoop: {
      editUrl: urls.newLoopFrom({ kind: "edit", shelf: book.shelf, path }),
      distillUrl: urls.newLoopFrom({ kind: "distill", shelf: book.shelf, path }),
    },
  }
}
