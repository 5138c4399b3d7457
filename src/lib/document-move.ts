import { type DocumentLink, linksIn, type Names, resolveLink } from "./document-links.ts"
import { folderOf } from "./file-path.ts"

interface Move {
  /** Where the document stood whose text it is, and where it stands then. */
  from: string
  to: string
  /** The new path of a file that is moved. */
  moved(path: string): string | undefined
  before: Names
  after: Names
}

/** The text with its links led to the same files as before, changed only where they would lead elsewhere. */
export function followMove(text: string, move: Move): string {
  let written = ""
  let at = 0
  for (const link of linksIn(text)) {
    const place = newPlace(link, move)
    if (place === undefined) continue
    written += text.slice(at, link.start) + rewritten(text.slice(link.start, link.end), link, place)
    at = link.end
  }
  return written + text.slice(at)
}

/** What must be written instead; undefined: what is there still leads there. */
function newPlace(link: DocumentLink, { from, to, moved, before, after }: Move): string | undefined {
  if (link.target === "") return undefined
  const led = resolveLink(link, from, before)
  if (led.kind !== "found") return undefined
  const wanted = moved(led.path) ?? led.path
  const leads = (target: string) => {
    const now = resolveLink({ kind: link.kind, target }, to, after)
    return now.kind === "found" && now.path === wanted
  }
  if (leads(link.target)) return undefined
  if (link.kind === "path") return relativePath(folderOf(to), wanted)
  const whole = /\.md$/i.test(link.target) ? wanted : wanted.replace(/\.md$/, "")
  const short = whole.slice(whole.lastIndexOf("/") + 1)
  return !link.target.includes("/") && leads(short) ? short : whole
}

function rewritten(whole: string, link: DocumentLink, place: string): string {
  if (link.kind === "wiki") {
    const inner = whole.slice(whole.indexOf("[[") + 2)
    return `${link.embeds ? "!" : ""}[[${place}${inner.slice(/^[^|#\\\]]*/.exec(inner)?.[0].length ?? 0)}`
  }
  const open = whole.lastIndexOf("](") + 2
  const address = /^(?:<[^<>]*>|[^\s()<>]*)/.exec(whole.slice(open))?.[0] ?? ""
  const heading = /#[^>]*/.exec(address)?.[0] ?? ""
  return `${whole.slice(0, open)}${encodedPath(place)}${heading}${whole.slice(open + address.length)}`
}

const encodedPath = (path: string) => path.split("/").map(encodeURIComponent).join("/").replace(/[()]/g, escape)
const escape = (letter: string) => (letter === "(" ? "%28" : "%29")

/** As a link in a document of `folder` has it. */
export function relativePath(folder: string, path: string): string {
  const here = folder === "" ? [] : folder.split("/")
  const there = path.split("/")
  let same = 0
  while (same < here.length && same < there.length - 1 && here[same] === there[same]) same++
  return [...here.slice(same).map(() => ".."), ...there.slice(same)].join("/")
}
