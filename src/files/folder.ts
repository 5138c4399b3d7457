import type { FileEntry } from "../sandbox/index.ts"

/** How many entries of a folder a page shows. */
export const shownEntries = 500

/** Left out unless somebody wants to see all; `.git` is never shown. */
const usuallyHidden = new Set(["node_modules", ".DS_Store"])

/** One page of a folder: folders first, then by name as people count. */
export function folderPage(
  entries: readonly FileEntry[],
  { from, hidden }: { from: number; hidden: boolean },
): { entries: FileEntry[]; more: boolean } {
  const visible = entries.filter(({ name }) => name !== ".git" && (hidden || !usuallyHidden.has(name)))
  const keyed = visible.map((entry) => ({ entry, key: keyOf(entry) }))
  keyed.sort((a, b) => compare(a.key, b.key))
  const shown = keyed.slice(from, from + shownEntries).map(({ entry }) => entry)
  return { entries: shown, more: visible.length > from + shownEntries }
}

/** A text whose plain order is the wanted one: numbers in names count as numbers, upper case like lower. */
function keyOf({ name, kind }: FileEntry): string {
  const counted = name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"))
  return `${kind === "folder" ? 0 : 1}${counted}\0${name}`
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))
