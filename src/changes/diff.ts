/** What git says of changes, after its bytes were read. Lines keep their bytes: each character is one byte (Latin-1). */

import type { Picture } from "./pictures.ts"

/** One line of the list that stands before the patches. */
export interface DiffEntry {
  path: string
  /** Where it was before, of a rename or a copy. */
  from?: string
  /** git's letter: A, C, D, M, R, T, U. */
  letter: string
  modeBefore: string
  modeAfter: string
  /** Where git has the content; not of what only the working folder has. */
  idBefore?: string
  idAfter?: string
  /** Lines; undefined for binary files. */
  added?: number
  removed?: number
}

export interface HunkLine {
  sign: " " | "+" | "-"
  bytes: string
  /** The file ends here without a newline. */
  openEnd?: true
}

export interface Hunk {
  /** First line, counted from 1, and number of lines; of no lines, the line before. */
  before: { start: number; count: number }
  after: { start: number; count: number }
  /** What git found to stand above it: a function's name mostly. */
  title: string
  lines: HunkLine[]
}

export interface FileDiff {
  entry: DiffEntry
  /** What stands above the first hunk, as git wrote it. */
  header: string[]
  hunks: Hunk[]
  binary: boolean
  /** Too large to be shown at once; the hunks were dropped. */
  large: boolean
  /** A vault's, of which nothing but the name was read. */
  vault?: true
  /** It is an image, or was one. */
  pictures?: { before?: Picture; after?: Picture }
  /** Lines in all hunks. */
  lines: number
}

/** Paths are bytes; they come as git writes them into a line: in quotes when a byte is not printable ASCII. */
export function quoted(bytes: string): string {
  if (!/[\u0000-\u001f"\\\u007f-\u00ff]/.test(bytes)) return bytes
  return `"${bytes.replace(/[\u0000-\u001f"\\\u007f-\u00ff]/g, escape)}"`
}

const short: Record<string, string> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
}

const escape = (byte: string) => short[byte] ?? `\\${byte.charCodeAt(0).toString(8).padStart(3, "0")}`
