import { folderOf } from "../lib/file-path.ts"
import { imageType, textFrom, textIn } from "../lib/file-text.ts"
import { isVaultPath } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import { type Box, type FileEntry, LinkFailed } from "../sandbox/index.ts"
import { folderInside } from "./checkout.ts"
import { endBytes, imageBytes, plainBytes, versionOf, wholeBytes } from "./content.ts"
import { type Marks, marksIn } from "./marks.ts"

/** How many entries of a folder a page shows. */
export const shownEntries = 400

/** Left out unless somebody wants to see all; `.git` is never listed. */
const usuallyHidden = ["node_modules", ".DS_Store"]

/** Which part of a loop's files somebody looks at. */
export interface Sight {
  loop: string
  checkout?: string | undefined
  path: string
  from: number
  hidden: boolean
  edit: boolean
}

export type Looked =
  | { kind: "nothing" }
  | { kind: "folder"; entries: FileEntry[]; more: boolean; marks: Marks }
  | { kind: "file"; entry: FileEntry; content: Content }

export type LookedFile = Extract<Looked, { kind: "file" }>

export type Content =
  | { kind: "text"; text: string; version: string }
  /** `whole`: there is not so much between them that it could not be shown. */
  | { kind: "ends"; head: string; tail: string; whole: boolean }
  | { kind: "image"; type: string }
  | { kind: "binary" }
  /** Of a vault: only its name is known. */
  | { kind: "vault" }
  | { kind: "link"; target: string; leadsTo?: string }
  | { kind: "special" }

type Where = Pick<Sight, "checkout" | "path" | "from" | "hidden">

/** What is at a place. Throws LinkFailed when the sandbox could not be asked. */
export async function lookAt(box: Box, sight: Where, clock: Clock): Promise<Looked> {
  const { path, checkout } = sight
  const entry = await statOf(box, path)
  if (!entry) return { kind: "nothing" }
  if (entry.kind === "folder") return folderAt(box, sight, clock)
  if (entry.kind === "link")
    return { kind: "file", entry, content: linkContent(folderInside(box.loop, checkout), path, entry.target ?? "") }
  if (entry.kind === "other") return { kind: "file", entry, content: { kind: "special" } }
  if (isVaultPath(checkout, path)) return { kind: "file", entry, content: { kind: "vault" } }
  return { kind: "file", entry, content: await contentOf(box, path, entry.size) }
}

/** Differs when the place holds something else. That of a folder says so. */
export function seenMark(looked: Looked): string {
  if (looked.kind === "nothing") return looked.kind
  if (looked.kind === "folder") {
    const { entries, more, marks } = looked
    const all = JSON.stringify([entries, more, [...marks.changed], [...marks.ignored]])
    return `folder ${Bun.hash(all).toString(36)}`
  }
  const { content, entry } = looked
  return content.kind === "text" ? content.version : `${content.kind} ${entry.size} ${entry.modified}`
}

/** Of such a mark: whether it is that of a folder. */
export const isOfFolder = (mark: string): boolean => mark.startsWith("folder ")

/** A path that goes through a link or a file leads to nothing. */
async function statOf(box: Box, path: string): Promise<FileEntry | undefined> {
  try {
    return await box.files.stat("workdir", path)
  } catch (error) {
    if (error instanceof LinkFailed && (error.because === "escape" || error.because === "kind")) return undefined
    throw error
  }
}

/** Without what git ignores there, unless somebody wants to see all. */
async function folderAt(box: Box, sight: Where, clock: Clock): Promise<Looked> {
  const [{ entries, more }, marks] = await Promise.all([listOf(box, sight), marksIn(box, sight.path, clock)])
  const shown = sight.hidden ? entries : entries.filter(({ name }) => !marks.ignored.has(name))
  return { kind: "folder", entries: shown, more, marks }
}

const listOf = (box: Box, { path, from, hidden }: Where) =>
  box.files.list("workdir", path, {
    maxEntries: shownEntries,
    offset: from,
    skip: [".git", ...(hidden ? [] : usuallyHidden)],
  })

async function contentOf(box: Box, path: string, size: number): Promise<Content> {
  const head = await box.files.read("workdir", path, { maxBytes: size > wholeBytes ? endBytes : wholeBytes + 1 })
  if (size <= imageBytes) {
    const type = imageType(head)
    if (type) return { kind: "image", type }
  }
  if (size <= wholeBytes && head.length <= wholeBytes) {
    const text = textIn(head)
    return text === undefined ? { kind: "binary" } : { kind: "text", text, version: versionOf(head) }
  }
  const first = textIn(head.subarray(0, endBytes), { cut: true })
  if (first === undefined) return { kind: "binary" }
  const last = await box.files.read("workdir", path, {
    offset: Math.max(endBytes, size - endBytes),
    maxBytes: endBytes,
  })
  return { kind: "ends", head: first, tail: textFrom(last) ?? "", whole: size <= plainBytes }
}

function linkContent(root: string, path: string, target: string): Content {
  const leadsTo = beneathRoot(root, path, target)
  return { kind: "link", target, ...(leadsTo !== undefined && { leadsTo }) }
}

/** Where a link leads, by its text alone, if that lies beneath the same root. */
export function beneathRoot(root: string, path: string, target: string): string | undefined {
  const isAbsolute = target.startsWith("/")
  if (isAbsolute && target !== root && !target.startsWith(`${root}/`)) return undefined
  const names = isAbsolute ? [] : folderOf(path).split("/").filter(Boolean)
  for (const name of (isAbsolute ? target.slice(root.length) : target).split("/")) {
    if (name === "" || name === ".") continue
    if (name !== "..") names.push(name)
    else if (names.pop() === undefined) return undefined
  }
  return names.join("/")
}

/** The file's text and version, to be changed; undefined when it is no text that could be. */
export async function readText(box: Box, path: string): Promise<{ text: string; version: string } | undefined> {
  const entry = await statOf(box, path)
  try {
    const content = entry?.kind === "file" ? await contentOf(box, path, entry.size) : undefined
    return content?.kind === "text" ? content : undefined
  } catch (error) {
    if (error instanceof LinkFailed && error.because === "denied") return undefined
    throw error
  }
}
