import { type DocumentLink, innerPath, linksIn } from "./document-links.ts"
import { raw, type SafeHtml } from "./jsx/safe-html.ts"
import { withoutCode } from "./markdown-code.ts"
import { type Formula, formulasIn, mathMarkup } from "./math.ts"
import { renderMarkdown } from "./markdown.ts"
import { headingId } from "./heading-id.ts"

/** How a document of a repository stands on a page. */
export interface DocumentPlaces {
  /** Where a link of the document leads. `several` and `missing` are told apart for the eye. */
  link(link: Pick<DocumentLink, "kind" | "target" | "heading">): { url: string; state: "found" | "several" | "missing" }
  /** Where a picture of the repository is; undefined: there is none. */
  picture(link: Pick<DocumentLink, "kind" | "target">): string | undefined
  /** False: headings get no name, because the text stands more than once on its page. */
  anchors?: boolean
  /** What kinds of callouts are called. */
  callouts: Readonly<Record<CalloutKind, string>>
  /** Said beside the source of a diagram where no script draws it. */
  diagram?: string
}

export type CalloutKind = "note" | "tip" | "important" | "warning" | "caution"

export interface Heading {
  /** From 1, as it is written. */
  level: number
  id: string
  text: string
}

export interface RenderedDocument {
  html: SafeHtml
  /** The first heading, where the document begins with one of the first level: it is the page's own and not in `html`. */
  title?: Heading
  headings: Heading[]
}

/** Characters that mean nothing: they stand around the number of a link until the Markdown is rendered. */
const [open, close] = ["\ue000", "\ue001"]

/** Characters of all formulas of one document; what comes behind stands as it was written. */
const mostFormulas = 20_000

function fewEnough(formulas: readonly Formula[]): Formula[] {
  let total = 0
  return formulas.filter(({ source }) => (total += source.length) <= mostFormulas)
}

/** The body of a document: Markdown with links between documents, pictures beside it, callouts, and a name for each heading. */
export function renderDocument(text: string, places: DocumentPlaces): RenderedDocument {
  const plain = text.replaceAll(open, "\ufffd").replaceAll(close, "\ufffd")
  const formulas = fewEnough(formulasIn(withoutCode(plain)))
  const isApart = ({ start, end }: DocumentLink) => formulas.every((one) => end <= one.start || one.end <= start)
  const links = linksIn(plain).filter((link) => link.kind === "wiki" && isApart(link))
  const marked = [...links, ...formulas].sort((a, b) => a.start - b.start)
  const html = String(renderMarkdown(withTokens(plain, marked), beside(places)))
  const linked = withMarked(html, (index) => marked[index], { source: plain, places })
  const { html: named, headings } = places.anchors === false ? { html: linked, headings: [] } : withNames(linked)
  const called = withNotes(withCallouts(named, places.callouts), places.diagram)
  const [title, ...rest] = headings
  if (title?.level !== 1 || !leading.test(called)) return { html: raw(called), headings }
  return { html: raw(called.replace(leading, "")), title, headings: rest }
}

const leading = /^<h3 class="h1"[^>]*>[\s\S]*?<\/h3>\n?/

/** What of a document is no Markdown of the parser's. */
type Marked = DocumentLink | Formula

function withTokens(text: string, marked: readonly Marked[]): string {
  let written = ""
  let at = 0
  marked.forEach(({ start, end }, index) => {
    written += `${text.slice(at, start)}${open}${index}${close}`
    at = end
  })
  return written + text.slice(at)
}

const beside = (places: DocumentPlaces) => ({
  link(href: string) {
    const path = innerPath(href)
    return path && places.link({ kind: "path", ...path }).url
  },
  picture(src: string) {
    const path = innerPath(src)
    return path && places.picture({ kind: "path", ...path })
  },
})

interface Around {
  source: string
  places: DocumentPlaces
}

/** Code, links and tags hold no link of ours: there the text stands as it was written. */
const pieces = /<pre[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>|<a [\s\S]*?<\/a>|<[^>]*>|\ue000(\d+)\ue001/g
const token = /\ue000(\d+)\ue001/g

function withMarked(html: string, markedAt: (index: number) => Marked | undefined, { source, places }: Around) {
  const written = (index: string) => {
    const one = markedAt(Number(index))
    return one ? Bun.escapeHTML(source.slice(one.start, one.end)) : ""
  }
  return html.replace(pieces, (piece, index: string | undefined) => {
    if (index === undefined) return piece.replace(token, (_, inside: string) => written(inside))
    const one = markedAt(Number(index))
    if (one === undefined) return ""
    return "display" in one ? formulaMarkup(one, source) : linkMarkup(one, places)
  })
}

/** What is not understood stands as it was written. */
function formulaMarkup({ start, end, source: tex, display }: Formula, source: string): string {
  const markup = mathMarkup(tex, display)
  if (markup === undefined) return `<code>${Bun.escapeHTML(source.slice(start, end))}</code>`
  return display ? `<span class="math" tabindex="0">${markup}</span>` : markup
}

function linkMarkup(link: DocumentLink, places: DocumentPlaces): string {
  const picture = link.embeds ? places.picture(link) : undefined
  const words = Bun.escapeHTML(link.label ?? wordsOf(link))
  if (picture !== undefined) return `<img src="${Bun.escapeHTML(picture)}" alt="${words}" loading="lazy">`
  const { url, state } = places.link(link)
  const look = { found: "wiki", several: "wiki several", missing: "wiki missing" }[state]
  return `<a class="${look}" href="${Bun.escapeHTML(url)}">${words}</a>`
}

const wordsOf = ({ target, heading }: DocumentLink) =>
  heading === undefined ? target : `${target}${target === "" ? "" : " › "}${heading}`

const heading = /<h([3-6]) class="h([1-6])">([\s\S]*?)<\/h\1>/g

function withNames(html: string): { html: string; headings: Heading[] } {
  const headings: Heading[] = []
  const taken = new Map<string, number>()
  const named = html.replace(heading, (...[, tag, level, inner]: [string, string, string, string]) => {
    const text = unescaped(inner.replace(/<[^>]*>/g, "")).trim()
    const id = headingId(text, taken)
    headings.push({ level: Number(level), id, text })
    return `<h${tag} class="h${level}" id="${Bun.escapeHTML(id)}">${inner}</h${tag}>`
  })
  return { html: named, headings }
}

const entities: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x27;": "'",
  "&#39;": "'",
}
const unescaped = (text: string) => text.replace(/&(?:amp|lt|gt|quot|#x27|#39);/g, (one) => entities[one] ?? one)

const callout = /<blockquote>\s*<p>\[!([a-z]{1,20})\][+-]?[ \t]*([^\n]*?)(<\/p>|\n)/gi

/** Other tools know more kinds; each of them means one of these five. */
const meanings: Record<string, CalloutKind> = {
  ...{ note: "note", info: "note", abstract: "note", summary: "note", todo: "note", quote: "note", example: "note" },
  ...{
    tip: "tip",
    hint: "tip",
    success: "tip",
    check: "tip",
    done: "tip",
    important: "important",
    question: "important",
  },
  ...{
    warning: "warning",
    attention: "warning",
    caution: "caution",
    danger: "caution",
    error: "caution",
    bug: "caution",
  },
  ...{ failure: "caution", fail: "caution" },
}

function withCallouts(html: string, names: Readonly<Record<CalloutKind, string>>): string {
  return html.replace(callout, (...[whole, written, title, end]: [string, string, string, string]) => {
    const kind = meanings[written.toLowerCase()]
    if (kind === undefined) return whole
    const head = `<p class="callout-title">${title === "" ? Bun.escapeHTML(names[kind]) : title}</p>`
    return `<blockquote class="callout callout-${kind}">${head}${end === "\n" ? "<p>" : ""}`
  })
}

const diagramHead = /<figcaption><span class="cut">mermaid<\/span>/g

const withNotes = (html: string, words: string | undefined): string =>
  words === undefined
    ? html
    : html.replace(diagramHead, (head) => `${head}<span class="hint no-script">${Bun.escapeHTML(words)}</span>`)
