import { joined } from "../lib/file-path.ts"
import type { FileAt } from "../repos/index.ts"

/** What lies directly in a folder. */
export interface Entry {
  name: string
  path: string
  kind: "folder" | "file"
}

/** Folders before files, each by name; what begins with a dot comes after the others, and `.loopat`, for machines, last. */
export function entriesIn(files: readonly Pick<FileAt, "path">[], folder: string): Entry[] {
  const start = folder === "" ? "" : `${folder}/`
  const folders = new Set<string>()
  const names: string[] = []
  for (const { path } of files) {
    if (!path.startsWith(start)) continue
    const end = path.indexOf("/", start.length)
    if (end < 0) names.push(path.slice(start.length))
    else folders.add(path.slice(start.length, end))
  }
  const entry = (kind: Entry["kind"]) => (name: string) => ({ name, path: joined(folder, name), kind })
  return inOrder([...[...folders].map(entry("folder")), ...names.map(entry("file"))])
}

export const inOrder = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted((a, b) => rank(a.name) - rank(b.name) || kinds[a.kind] - kinds[b.kind] || byName(a.name, b.name))

const kinds = { folder: 0, file: 1 }

function rank(name: string): number {
  if (name === ".loopat") return 2
  return name.startsWith(".") ? 1 : 0
}

function byName(a: string, b: string): number {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()]
  if (one === other) return a < b ? -1 : 1
  return one < other ? -1 : 1
}

export const isFolder = (files: readonly Pick<FileAt, "path">[], path: string): boolean =>
  path === "" || files.some((file) => file.path.startsWith(`${path}/`))

/** How many files one of two commits has and the other has not as they are, both sorted by path; `but` does not count. */
export function countChanged(
  before: readonly Pick<FileAt, "path" | "blob">[],
  now: readonly Pick<FileAt, "path" | "blob">[],
  but: string,
): number {
  const old = new Map(before.map(({ path, blob }) => [path, blob]))
  let changed = 0
  for (const { path, blob } of now) {
    if (old.get(path) !== blob && path !== but) changed++
    old.delete(path)
  }
  return changed + [...old.keys()].filter((path) => path !== but).length
}
