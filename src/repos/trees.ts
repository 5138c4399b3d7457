import { createRecent } from "../lib/recent.ts"
import type { ObjectKind, Objects } from "../platform/git/objects.ts"
import { type CommitObject, parseCommit, parseTree, type TreeEntry } from "../platform/git/parsed-objects.ts"
import type { FileAt, FileMode } from "./contract.ts"

/** More files than any of our repositories has; what goes beyond was made to use up memory. */
const mostFiles = 200_000

export class TooManyFiles extends Error {
  override readonly name = "TooManyFiles"
}

/** What differs between two trees, one file each. `odd`: the name's bytes are no UTF-8. */
export interface ChangedFile {
  path: string
  before?: FileAt
  after?: FileAt
  odd?: true
}

export type LookedUp = { kind: "file"; file: FileAt } | { kind: "folder"; entries: readonly TreeEntry[] }

/** Trees and commits of one repository, parsed once each and kept for a while. */
export interface Trees {
  commit(id: string): Promise<CommitObject | undefined>
  /** Sorted by path. Throws `TooManyFiles`. */
  files(tree: string): Promise<readonly FileAt[]>
  /** The file or folder at a path. */
  at(tree: string, path: string): Promise<TreeEntry | undefined>
  /** A file, or what lies directly in a folder; the empty path is the whole tree. */
  look(tree: string, path: string): Promise<LookedUp | undefined>
  /** Folders that are the same on both sides are not looked into. Throws `TooManyFiles`. */
  changed(before: string | undefined, after: string | undefined): Promise<ChangedFile[]>
}

const kept = { trees: 8_000, commits: 4_000, listings: 6 }

export function createTrees(objects: Objects): Trees {
  const trees = createKeep<readonly TreeEntry[]>(kept.trees)
  const commits = createKeep<CommitObject | undefined>(kept.commits)
  const listings = createKeep<readonly FileAt[]>(kept.listings)

  const content = async (id: string, kind: ObjectKind) => {
    const found = await objects.read(id)
    return found?.kind === kind ? found.content : undefined
  }
  const entries = (tree: string) =>
    trees(tree, async () => {
      const found = await content(tree, "tree")
      if (!found) throw new Error(`there is no tree ${tree}`)
      return parseTree(found)
    })
  const entriesBelow = (entry: TreeEntry | undefined) => (entry && isFolder(entry) ? entries(entry.id) : [])

  async function list(tree: string): Promise<readonly FileAt[]> {
    const files: FileAt[] = []
    async function walk(id: string, prefix: string): Promise<void> {
      const found = await entries(id)
      const folders = found.filter(isFolder)
      for (const entry of found) if (!isFolder(entry)) files.push(fileAt(prefix, entry))
      if (files.length > mostFiles || prefix.length > deepest) throw new TooManyFiles("too many files")
      for (const some of inSteps(folders)) await Promise.all(some.map((one) => walk(one.id, `${prefix}${one.name}/`)))
    }
    await walk(tree, "")
    return files.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  async function at(tree: string, path: string): Promise<TreeEntry | undefined> {
    let entry: TreeEntry | undefined = { name: "", mode: folderMode, id: tree }
    for (const name of path.split("/")) {
      const below: readonly TreeEntry[] = await entriesBelow(entry)
      entry = below.find((one) => one.name === name)
    }
    return entry
  }

  async function changed(before: string | undefined, after: string | undefined): Promise<ChangedFile[]> {
    const found: ChangedFile[] = []
    async function walk(old: readonly TreeEntry[], now: readonly TreeEntry[], prefix: string): Promise<void> {
      for (const { name, a, b } of differing(old, now)) {
        const one = changedFile(`${prefix}${name}`, fileOf(prefix, a), fileOf(prefix, b))
        if (one) found.push({ ...one, ...((a?.odd || b?.odd) && { odd: true }) })
        if (found.length > mostFiles || prefix.length > deepest) throw new TooManyFiles("too many files")
        if (isFolder(a) || isFolder(b)) await walk(await entriesBelow(a), await entriesBelow(b), `${prefix}${name}/`)
      }
    }
    await walk(before === undefined ? [] : await entries(before), after === undefined ? [] : await entries(after), "")
    return found
  }

  return {
    commit: (id) => commits(id, async () => content(id, "commit").then((found) => found && parseCommit(found))),
    files: (tree) => listings(tree, () => list(tree)),
    at,
    async look(tree, path) {
      const entry = path === "" ? { name: "", mode: folderMode, id: tree } : await at(tree, path)
      if (!entry) return undefined
      if (isFolder(entry)) return { kind: "folder", entries: await entries(entry.id) }
      return { kind: "file", file: fileAt("", { ...entry, name: path }) }
    },
    changed,
  }
}

/** Characters of a path; deeper trees were made to be deep. */
const deepest = 8_192
const folderMode = "40000"
const modes: Record<string, FileMode> = { "100755": "executable", "120000": "link", "160000": "module" }

export const isFolder = (entry: TreeEntry | undefined): boolean => entry?.mode === folderMode
const byName = (entries: readonly TreeEntry[]) => new Map(entries.map((entry) => [entry.name, entry]))

const fileAt = (prefix: string, { name, mode, id }: TreeEntry): FileAt => ({
  path: `${prefix}${name}`,
  blob: id,
  mode: modes[mode] ?? "file",
})

const fileOf = (prefix: string, entry: TreeEntry | undefined): FileAt | undefined =>
  entry && !isFolder(entry) ? fileAt(prefix, entry) : undefined

function differing(old: readonly TreeEntry[], now: readonly TreeEntry[]) {
  const [was, is] = [byName(old), byName(now)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((name) => ({ name, a: was.get(name), b: is.get(name) }))
    .filter(({ a, b }) => a?.id !== b?.id || a?.mode !== b?.mode)
}

function changedFile(path: string, before: FileAt | undefined, after: FileAt | undefined): ChangedFile | undefined {
  return before || after ? { path, ...(before && { before }), ...(after && { after }) } : undefined
}

function* inSteps<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += 64) yield all.slice(at, at + 64)
}

/** Remembers the newest `most` values by id; what could not be made, or is not there yet, is not. */
function createKeep<T>(most: number): (id: string, make: () => Promise<T>) => Promise<T> {
  const values = createRecent<string, Promise<T>>(most)
  return (id, make) => {
    const known = values.get(id)
    if (known) return known
    const made = make()
    values.set(id, made)
    const forget = () => void (values.get(id) === made && values.delete(id))
    made.then((value) => value === undefined && forget(), forget)
    return made
  }
}
