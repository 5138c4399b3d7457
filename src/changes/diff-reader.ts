import { bytesOfPath, latin1, pathFromBytes } from "./byte-text.ts"
import { type DiffEntry, type FileDiff, type Hunk, quoted } from "./diff.ts"

export interface ReadLimits {
  /** Of one file: more lines or bytes than this, and its hunks are dropped. */
  fileLines: number
  fileBytes: number
  /** Of the list before the patches. */
  listBytes: number
}

export const usualLimits: ReadLimits = { fileLines: 20_000, fileBytes: 1 << 20, listBytes: 16 << 20 }

/**
 * Reads what `git diff --raw --numstat -z --patch` writes, as it comes: a list of all files first (records ended by NUL,
 * one more NUL at its end), then a patch for each (git-diff(1), "Raw output format", "Generating patch text"). It was
 * written by a program that nobody trusts: what does not fit is left out.
 */
export class DiffReader {
  readonly entries: DiffEntry[] = []
  /** Whether the list is complete. */
  listed = false
  #rest = ""
  #expected = 0
  #file: FileDiff | undefined
  #hunk: OpenHunk | undefined
  #bytes = 0
  /** The rest of a line that was too long. */
  #skipping = false

  constructor(readonly limits: ReadLimits = usualLimits) {}

  /** Returns the files that became complete. */
  feed(piece: Uint8Array): FileDiff[] {
    this.#rest += latin1(piece)
    if (!this.listed && !this.#readList()) return []
    return this.#readLines()
  }

  /** The last file. */
  end(): FileDiff[] {
    if (!this.listed) {
      addEntries(this.entries, this.#rest)
      this.listed = true
      return []
    }
    const last = this.#rest === "" ? [] : this.#line(this.#rest)
    return [...last, ...this.#close()]
  }

  #readList(): boolean {
    const end = this.#rest.indexOf("\0\0")
    if (end === -1) {
      if (this.#rest.length > this.limits.listBytes) throw new RangeError("a list of changes without an end")
      return false
    }
    addEntries(this.entries, this.#rest.slice(0, end + 1))
    this.#rest = this.#rest.slice(end + 2)
    this.listed = true
    return true
  }

  #readLines(): FileDiff[] {
    const done: FileDiff[] = []
    let at = 0
    for (let end = this.#rest.indexOf("\n"); end !== -1; end = this.#rest.indexOf("\n", at)) {
      if (this.#skipping) this.#skipping = false
      else done.push(...this.#line(this.#rest.slice(at, end)))
      at = end + 1
    }
    this.#rest = this.#rest.slice(at)
    if (this.#rest.length > this.limits.fileBytes) {
      this.#tooLarge()
      this.#rest = ""
      this.#skipping = true
    }
    return done
  }

  #line(line: string): FileDiff[] {
    if (this.#hunk && this.#hunkLine(this.#hunk, line)) return []
    if (line.startsWith("diff --git ")) {
      const before = this.#close()
      this.#open(line)
      return before
    }
    // A file in conflict has no patch of the usual kind.
    if (/^(diff --cc |diff --combined |\* Unmerged path )/.test(line)) return this.#close()
    if (this.#file) this.#headerLine(this.#file, line)
    return []
  }

  #open(line: string): void {
    const entry = this.#entryOf(line)
    this.#file = entry && { entry, header: [line], hunks: [], binary: false, large: false, lines: 0 }
    this.#bytes = 0
  }

  /** Patches stand in the order of the list; a file that became a link has two. */
  #entryOf(line: string): DiffEntry | undefined {
    for (let at = Math.max(0, this.#expected - 1); at < this.entries.length; at++) {
      const entry = this.entries[at]
      if (!entry || heading(entry) !== line) continue
      this.#expected = at + 1
      return entry
    }
    return undefined
  }

  #headerLine(file: FileDiff, line: string): void {
    const hunk = parseHunk(line)
    if (hunk) {
      this.#hunk = { hunk, before: hunk.before.count, after: hunk.after.count }
      if (!file.large) file.hunks.push(hunk)
    } else if (/^(Binary files |GIT binary patch)/.test(line)) file.binary = true
    else if (file.hunks.length === 0 && file.header.length < 20) file.header.push(line)
  }

  /** False when the line is none of the hunk's. */
  #hunkLine(open: OpenHunk, line: string): boolean {
    const sign = line[0]
    if (sign === "\\") {
      const last = open.hunk.lines.at(-1)
      if (last) last.openEnd = true
      return true
    }
    if (sign !== " " && sign !== "+" && sign !== "-") return this.#endHunk()
    if (open.before <= 0 && open.after <= 0) return this.#endHunk()
    if (sign !== "+") open.before--
    if (sign !== "-") open.after--
    this.#count(line)
    if (this.#file && !this.#file.large) open.hunk.lines.push({ sign, bytes: line.slice(1) })
    return true
  }

  #endHunk(): false {
    this.#hunk = undefined
    return false
  }

  #count(line: string): void {
    this.#bytes += line.length
    if (!this.#file) return
    this.#file.lines++
    if (this.#file.lines > this.limits.fileLines || this.#bytes > this.limits.fileBytes) this.#tooLarge()
  }

  #tooLarge(): void {
    if (!this.#file) return
    this.#file.large = true
    this.#file.hunks = []
  }

  #close(): FileDiff[] {
    const file = this.#file
    this.#file = undefined
    this.#hunk = undefined
    return file ? [file] : []
  }
}

interface OpenHunk {
  hunk: Hunk
  /** Lines still to come on each side. */
  before: number
  after: number
}

/** The first line of a file's patch. */
const heading = ({ from, path }: DiffEntry): string =>
  `diff --git ${quoted(`a/${bytesOfPath(from ?? path)}`)} ${quoted(`b/${bytesOfPath(path)}`)}`

function parseHunk(line: string): Hunk | undefined {
  const found = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)$/.exec(line)
  if (!found) return undefined
  const [, before = "", beforeCount = "1", after = "", afterCount = "1", title = ""] = found
  return {
    before: { start: Number(before), count: Number(beforeCount) },
    after: { start: Number(after), count: Number(afterCount) },
    title,
    lines: [],
  }
}

type Counts = Map<string, readonly [added: string, removed: string]>

function addEntries(entries: DiffEntry[], list: string): void {
  const tokens = list.split("\0")
  const counts: Counts = new Map()
  for (let at = 0; at < tokens.length;) at += takeEntry(entries, tokens, at) || takeCounts(counts, tokens, at) || 1
  for (const entry of entries) addCounts(entry, counts.get(bytesOfPath(entry.path)))
}

/** `:mode mode id id letter`, then one path or two. Returns how many tokens that were. */
function takeEntry(entries: DiffEntry[], tokens: readonly string[], at: number): number {
  const found = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([ACDMRTUX])\d*$/.exec(tokens[at] ?? "")
  if (!found) return 0
  const [, modeBefore = "", modeAfter = "", , , letter = ""] = found
  const [first = "", second = ""] = tokens.slice(at + 1, at + 3).map(pathFromBytes)
  const moved = letter === "R" || letter === "C"
  const names = moved ? { path: second, from: first } : { path: first }
  entries.push({ ...names, letter, modeBefore, modeAfter, ...idsOf(found) })
  return moved ? 3 : 2
}

const idsOf = ([, , , before = "", after = ""]: string[]) => ({
  ...(isId(before) && { idBefore: before }),
  ...(isId(after) && { idAfter: after }),
})

/** Of an object that git has: what it does not have, or not yet, has nothing but zeros. */
const isId = (id: string) => id.length >= 40 && !/^0+$/.test(id)

/** `added<TAB>removed<TAB>path`; of a rename the path is empty and two follow. */
function takeCounts(counts: Counts, tokens: readonly string[], at: number): number {
  const found = /^(\d+|-)\t(\d+|-)\t([\s\S]*)$/.exec(tokens[at] ?? "")
  if (!found) return 0
  const [, added = "", removed = "", name = ""] = found
  counts.set(name === "" ? (tokens[at + 2] ?? "") : name, [added, removed])
  return name === "" ? 3 : 1
}

function addCounts(entry: DiffEntry, counts: readonly [string, string] | undefined): void {
  const [added, removed] = counts ?? ["-", "-"]
  if (added === "-" || removed === "-") return
  entry.added = Number(added)
  entry.removed = Number(removed)
}
