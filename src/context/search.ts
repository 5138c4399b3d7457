import type { ShelfName } from "../lib/context-urls.ts"
import type { Clock } from "../platform/clock.ts"
import type { Book } from "./books.ts"
import { isInVault } from "./person.ts"

/** A file by its name, or a line of its text. */
export interface Hit {
  shelf: ShelfName
  path: string
  line?: { number: number; text: string }
}

export interface Found {
  names: Hit[]
  lines: Hit[]
  /** Where to go on: there may be more. */
  next?: string
}

const mostHits = 200
/** Milliseconds after which what was found so far is shown. */
const searchMs = 1_000
const mostNames = 50
/** Lines of one file. */
const mostOfFile = 20
const longestLine = 300

/**
 * Words, and phrases between double quotes, in lower case. A name or a text is found when it has all of them; of a text
 * the lines are shown that have any.
 */
export const wordsIn = (query: string): string[] =>
  [...query.toLowerCase().matchAll(/"([^"]+)"|([^\s"]+)/g)].map(([, phrase, word]) => phrase ?? word ?? "")

interface Question {
  words: readonly string[]
  /** As `next` of an earlier answer. */
  from?: string | undefined
  clock: Pick<Clock, "now">
}

/** Names first, then lines, book by book in the order of paths: as committed, never a file that is half written. */
export async function searchBooks(books: readonly Book[], { words, from, clock }: Question): Promise<Found> {
  if (words.length === 0) return { names: [], lines: [] }
  const began = clock.now()
  const names = from === undefined ? books.flatMap((book) => namesIn(book, words)).slice(0, mostNames) : []
  const lines: Hit[] = []
  for (const { book, path, key } of filesFrom(books, from)) {
    if (lines.length >= mostHits || clock.now() - began >= searchMs) return { names, lines, next: key }
    const file = book.at(path)
    const text = file && (await book.text(file))
    if (text !== undefined) lines.push(...linesIn(text, words).map((line) => ({ shelf: book.shelf, path, line })))
  }
  return { names, lines }
}

function namesIn({ shelf, files }: Book, words: readonly string[]): Hit[] {
  return files
    .filter(({ path }) => !isInVault(shelf, path) && words.every((word) => path.toLowerCase().includes(word)))
    .map(({ path }) => ({ shelf, path }))
}

function* filesFrom(books: readonly Book[], from: string | undefined) {
  let begun = from === undefined
  for (const book of books) {
    for (const { path } of book.files) {
      const key = `${book.shelf}/${path}`
      begun ||= key === from
      if (begun && !isInVault(book.shelf, path)) yield { book, path, key }
    }
  }
}

function linesIn(text: string, words: readonly string[]): { number: number; text: string }[] {
  const whole = text.toLowerCase()
  if (!words.every((word) => whole.includes(word))) return []
  const lines = text.split("\n")
  const hits: { number: number; text: string }[] = []
  for (const [index, line] of lines.entries()) {
    const low = line.toLowerCase()
    const at = words.map((word) => low.indexOf(word)).filter((place) => place >= 0)
    if (at.length === 0) continue
    hits.push({ number: index + 1, text: around(line, Math.min(...at)) })
    if (hits.length === mostOfFile) break
  }
  return hits
}

/** A long line is cut so that what was looked for is in sight. */
function around(line: string, at: number): string {
  const start = Math.max(0, Math.min(at - 60, line.length - longestLine))
  return line.slice(start, start + longestLine).trim()
}

/** The line of a text that shows best why it was found. */
export const snippetOf = (text: string, words: readonly string[]): string => linesIn(text, words)[0]?.text ?? ""
