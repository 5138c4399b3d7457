import { highlight } from "./highlight.ts"
import { raw, type SafeHtml } from "./jsx/safe-html.ts"

/**
 * GitHub-flavoured Markdown of an agent or a person as markup that cannot do anything. HTML in the text is shown as
 * text. What the parser makes is then written anew, tag by tag, from a list of what may stand on a page.
 */
export function renderMarkdown(text: string, places: Places = nowhere): SafeHtml {
  return raw(rewrite(Bun.markdown.html(text.replaceAll("\0", "�"), parserOptions), places))
}

/** Where addresses lead that are none of the web's: to other documents beside a text, to pictures beside it. */
export interface Places {
  /** An address of ours; undefined: there is no such place, and the words stay text. */
  link(href: string): string | undefined
  picture(src: string): string | undefined
}

const nowhere: Places = { link: () => undefined, picture: () => undefined }

/** A box of code with its language and a button to copy it, named by the page's hidden words. A diagram's is drawn there. */
function codeFigure(code: string, language: string): SafeHtml {
  const body = highlight(code, language)
  return raw(
    `<figure class="${language === "mermaid" ? "code diagram" : "code"}"><figcaption><span class="cut">${Bun.escapeHTML(language)}</span>${copyButton}</figcaption>` +
      `<pre tabindex="0"><code>${body}</code></pre></figure>`,
  )
}

const copyButton = `<button type="button" class="copy only-script" data-copy aria-labelledby="word-copy"></button>`

const parserOptions: Bun.markdown.Options = {
  noHtmlBlocks: true,
  noHtmlSpans: true,
  autolinks: { url: true, email: true },
}

const fencedCode = /<pre><code(?: class="language-([^"]*)")?>([\s\S]*?)<\/code><\/pre>/g
const tag = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>|[<>]/g

function rewrite(html: string, places: Places): string {
  let written = ""
  let at = 0
  for (const code of html.matchAll(fencedCode)) {
    written += rewriteTags(html.slice(at, code.index), places)
    written += codeFigure(unescape(code[2] ?? ""), unescape(code[1] ?? "").split(/\s/, 1)[0] ?? "")
    at = code.index + code[0].length
  }
  return written + rewriteTags(html.slice(at), places)
}

/** What a tag is written anew with: the ends of the links that are open, and where its addresses lead. */
interface Around {
  openLinks: string[]
  places: Places
}

function rewriteTags(html: string, places: Places): string {
  const around: Around = { openLinks: [], places }
  let written = ""
  let at = 0
  for (const found of html.matchAll(tag)) {
    written += html.slice(at, found.index) + rewriteTag(found, around)
    at = found.index + found[0].length
  }
  return written + html.slice(at)
}

function rewriteTag([whole, slash, name, attributes = ""]: RegExpExecArray, around: Around): string {
  if (name === undefined) return whole === "<" ? "&lt;" : "&gt;"
  if (name === "a") return slash === "/" ? (around.openLinks.pop() ?? "") : openLink(readAttributes(attributes), around)
  if (slash === "/") return closing[name] ?? ""
  return opening[name]?.(readAttributes(attributes), around.places) ?? ""
}

/** An address that a browser may follow; everything else stays readable as text. */
function openLink({ href = "" }: Record<string, string>, { openLinks, places }: Around): string {
  const address = webAddress(href)
  const inner = address === undefined ? places.link(href) : undefined
  openLinks.push(address === undefined && inner === undefined ? "</span>" : "</a>")
  if (inner !== undefined) return `<a href="${Bun.escapeHTML(inner)}">`
  if (address === undefined) return `<span class="address" title="${Bun.escapeHTML(href)}">`
  return `<a href="${Bun.escapeHTML(address)}" rel="noopener noreferrer nofollow" target="_blank">`
}

/** Only `http`, `https` and `mailto`, and never hidden behind control characters or spaces. */
export function webAddress(href: string): string | undefined {
  if (/[\u0000-\u0020\u007f]/.test(href) || !/^(https?:\/\/|mailto:)/i.test(href)) return undefined
  return URL.canParse(href) ? href : undefined
}

const plain = "p ul blockquote strong em del code thead tbody tr".split(" ")

/** A page has its own first headings: those of a text stand below them. */
const headings = { h1: "h3", h2: "h4", h3: "h5", h4: "h6", h5: "h6", h6: "h6" }

const closing: Record<string, string> = {
  ...Object.fromEntries([...plain, "ol", "li", "td", "th"].map((name) => [name, `</${name}>`])),
  ...Object.fromEntries(Object.entries(headings).map(([name, shown]) => [name, `</${shown}>`])),
  table: "</table></div>",
}

type Opening = (attributes: Record<string, string>, places: Places) => string

/** Every tag that may stand on a page, with the attributes it may have. */
const opening: Record<string, Opening> = {
  ...Object.fromEntries([...plain, "br", "hr"].map((name): [string, Opening] => [name, () => `<${name}>`])),
  ...Object.fromEntries(
    Object.entries(headings).map(([name, shown]): [string, Opening] => [name, () => `<${shown} class="${name}">`]),
  ),
  table: () => `<div class="table" tabindex="0"><table>`,
  th: ({ align }) => `<th${alignment(align)}>`,
  td: ({ align }) => `<td${alignment(align)}>`,
  ol: ({ start = "" }) => (/^\d{1,9}$/.test(start) ? `<ol start="${start}">` : "<ol>"),
  li: (attributes) => (attributes["class"] === "task-list-item" ? `<li class="task">` : "<li>"),
  input: ({ checked }) =>
    `<input type="checkbox" disabled aria-labelledby="word-task"${checked === undefined ? "" : " checked"}>`,
  img: picture,
}

const alignment = (align = "") => (/^(left|center|right)$/.test(align) ? ` class="${align}"` : "")

/** Pictures from elsewhere would tell that host who reads: they become links. */
function picture({ src = "", alt = "" }: Record<string, string>, places: Places): string {
  const address = webAddress(src)
  const words = Bun.escapeHTML(alt || src)
  const inner = address === undefined ? places.picture(src) : undefined
  if (inner !== undefined) return `<img src="${Bun.escapeHTML(inner)}" alt="${words}" loading="lazy">`
  if (address === undefined) return `<span class="address" title="${Bun.escapeHTML(src)}">${words}</span>`
  return `<a class="picture" href="${Bun.escapeHTML(address)}" rel="noopener noreferrer nofollow" target="_blank">${words}</a>`
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [, name = "", value] of text.matchAll(/([a-z-]+)(?:="([^"]*)")?/g))
    attributes[name] = unescape(value ?? "")
  return attributes
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'" }

/** The parser's own five entities; it decodes all others itself. */
function unescape(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#x27|#39);/g, (_, name: string) => entities[name] ?? "")
}
