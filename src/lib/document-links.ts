import { folderOf, joined, nameOf } from "./file-path.ts"
import { withoutCode } from "./markdown-code.ts"

/** One document's mention of another: `[[target]]`, or a Markdown link to a path of the same repository. */
export interface DocumentLink {
  kind: "wiki" | "path"
  /** As it is written, without heading and label; of a path with its escapes decoded. Empty: this document itself. */
  target: string
  /** Without the `#`. */
  heading?: string
  /** Words shown instead of the target. */
  label?: string
  /** It begins with `!`: shown in its place. */
  embeds: boolean
  /** Of the whole link in the text. */
  start: number
  end: number
}

/** Every link of a text to documents and pictures, in their order; what stands in code is none. */
export function linksIn(text: string): DocumentLink[] {
  const visible = withoutCode(text)
  const links = visible.includes("[[") ? wikiLinks(visible) : []
  if (visible.includes("](")) links.push(...pathLinks(visible, links))
  return links.sort((a, b) => a.start - b.start)
}

const wikiLink = /(!?)\[\[([^[\]\n]{1,500})\]\]/g
const pathLink = /(!?)\[([^[\]\n]{0,300})\]\((?:<([^<>\n]{1,1000})>|([^\s()<>]{1,1000}))(?:[ \t]+"[^"\n]{0,300}")?\)/g

function wikiLinks(text: string): DocumentLink[] {
  return [...text.matchAll(wikiLink)].map((found) => {
    const [whole, mark, inner = ""] = found
    return { kind: "wiki", embeds: mark === "!", ...partsOf(inner), ...placed(found.index, whole) }
  })
}

/** In a table the bar is escaped. */
function partsOf(inner: string): Pick<DocumentLink, "target" | "heading" | "label"> {
  const [, place = "", label] = /^([^|]*?)\\?(?:\|(.*))?$/.exec(inner) ?? []
  const [target = "", ...heading] = place.split("#")
  return {
    target: target.trim(),
    ...(heading.length > 0 && { heading: heading.join("#").trim() }),
    ...(label !== undefined && label.trim() !== "" && { label: label.trim() }),
  }
}

function pathLinks(text: string, before: readonly DocumentLink[]): DocumentLink[] {
  return [...text.matchAll(pathLink)].flatMap((found): DocumentLink[] => {
    const [whole, mark, label, angled, bare] = found
    const place = placed(found.index, whole)
    if (before.some(({ start, end }) => start < place.end && place.start < end)) return []
    const path = innerPath(angled ?? bare ?? "")
    if (path === undefined) return []
    return [{ kind: "path", embeds: mark === "!", ...path, ...(label !== "" && { label }), ...place }]
  })
}

const placed = (start: number, whole: string) => ({ start, end: start + whole.length })

/** The path and heading of an address that leads to no other site; undefined for one that does. */
export function innerPath(address: string): { target: string; heading?: string } | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(address) || address.startsWith("//")) return undefined
  const [path = "", ...heading] = address.split("#")
  const target = decoded(path)
  return target === undefined ? undefined : { target, ...(heading.length > 0 && { heading: heading.join("#") }) }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** Files by the last part of their path, in lower case and without `.md`. */
export interface Names {
  named(key: string): readonly string[]
}

/** Under which key a path or a link's target stands among names. */
export const keyOf = (path: string): string => nameOf(path).toLowerCase().replace(/\.md$/, "")

export type Resolved =
  | { kind: "found"; path: string }
  /** A person has to choose. */
  | { kind: "several"; paths: string[] }
  /** Where the document would be made. */
  | { kind: "missing"; path: string }

/** Where a link in the document `from` leads, among the files of one repository. */
export function resolveLink(link: Pick<DocumentLink, "kind" | "target">, from: string, names: Names): Resolved {
  if (link.target === "") return { kind: "found", path: from }
  return link.kind === "wiki" ? resolveWiki(link.target, from, names) : resolvePath(link.target, from, names)
}

/** Exact path, then the same folder, then a base name that only one file has; case makes no difference but decides first. */
function resolveWiki(written: string, from: string, names: Names): Resolved {
  const target = written.replace(/^(\.?\/)+/, "")
  const candidates = names.named(keyOf(target))
  for (const place of [target, joined(folderOf(from), target)]) {
    const exact = candidates.find((path) => isCalled(path, place)) ?? candidates.find((path) => isLike(path, place))
    if (exact !== undefined) return { kind: "found", path: exact }
  }
  const [first, ...more] = candidates.filter((path) => endsLike(path, target))
  if (first !== undefined)
    return more.length === 0 ? { kind: "found", path: first } : { kind: "several", paths: [first, ...more].sort() }
  const made = target.includes("/") ? target : joined(folderOf(from), target)
  return { kind: "missing", path: withEnding(made) }
}

function resolvePath(written: string, from: string, names: Names): Resolved {
  const path = written.startsWith("/") ? plainPath("", written.slice(1)) : plainPath(folderOf(from), written)
  const found = path === undefined ? undefined : names.named(keyOf(path)).find((one) => isCalled(one, path))
  return found === undefined
    ? { kind: "missing", path: withEnding(path ?? nameOf(written)) }
    : { kind: "found", path: found }
}

/** Without `.` and `..`; undefined when it leads out of the repository. */
export function plainPath(folder: string, path: string): string | undefined {
  const parts: string[] = folder === "" ? [] : folder.split("/")
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part !== "..") parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join("/")
}

const isCalled = (path: string, place: string) => path === place || path === `${place}.md`
const isLike = (path: string, place: string) => isCalled(path.toLowerCase(), place.toLowerCase())
/** A target with folders in it names the end of a path. */
const endsLike = (path: string, target: string) =>
  !target.includes("/") ||
  [target, `${target}.md`].some((end) => `/${path}`.toLowerCase().endsWith(`/${end.toLowerCase()}`))
const withEnding = (path: string) => (/\.[a-z0-9]{1,8}$/i.test(nameOf(path)) ? path : `${path}.md`)
