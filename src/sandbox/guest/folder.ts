import { lstatSync, type Stats } from "node:fs"
import { readdir } from "node:fs/promises"
import { pathOf } from "../../lib/file-path.ts"
import { type Entry, limits } from "../link/protocol.ts"
import { under } from "./beneath.ts"

/** A file that is still being written, beside the one it will replace: not listed. */
export const partName = (id: string) => `.loopat-${id}.part`
const isPart = (name: string) => /^\.loopat-[0-9a-f-]{36}\.part$/.test(name)

interface Part {
  maxEntries: number
  offset?: number | undefined
  skip?: readonly string[] | undefined
}

/** A part of a folder that is held open: folders first, then by name as people count. */
export async function listFolder(folder: string, part: Part): Promise<{ entries: Entry[]; more: boolean }> {
  const { maxEntries, offset = 0, skip = [] } = part
  const found = (await keysIn(folder, (name) => !skip.includes(name) && !isPart(name))).sort()
  const entries: Entry[] = []
  // The answer is one frame, and a name takes at most six bytes per character in JSON.
  let room = limits.frame - 1_000
  for (const key of found.slice(offset, offset + maxEntries)) {
    const name = key.slice(key.indexOf("\0") + 1)
    room -= JSON.stringify(name).length * 3 + 100
    if (room < 0) break
    const stats = lstatSync(under(folder, name), { throwIfNoEntry: false })
    // Gone since the names were read: it still counts, so that the next part begins where this one ends.
    entries.push(stats ? entryOf(name, stats) : { name, kind: "other", size: 0, modified: 0 })
  }
  return { entries, more: offset + entries.length < found.length }
}

/**
 * The names that are wanted, each behind a key whose plain order is the wanted one: no name holds a NUL. Kinds come with
 * the names where the runtime gives them; it does not for names that are no UTF-8.
 */
async function keysIn(folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
  const all = await readdir(folder, { withFileTypes: true })
  if (!all.some(({ name }) => name.includes("\ufffd")))
    return all.flatMap((one) => (isWanted(one.name) ? keyOf(one.name, one.isDirectory()) : []))
  return (await readdir(folder, { encoding: "buffer" })).flatMap((bytes) => {
    const name = pathOf(bytes)
    if (!isWanted(name)) return []
    return keyOf(name, lstatSync(under(folder, name), { throwIfNoEntry: false })?.isDirectory() ?? false)
  })
}

const keyOf = (name: string, isFolder: boolean): string =>
  `${isFolder ? 0 : 1}${name.toLowerCase().replace(/\d+/g, padded)}\0${name}`

const padded = (digits: string) => digits.padStart(12, "0")

export function entryOf(name: string, stats: Stats): Entry {
  return { name, kind: kindOf(stats), size: stats.size, modified: Math.max(0, Math.round(stats.mtimeMs)) }
}

function kindOf(stats: Stats): Entry["kind"] {
  if (stats.isFile()) return "file"
  if (stats.isDirectory()) return "folder"
  return stats.isSymbolicLink() ? "link" : "other"
}
