/** One line of a unified view. Numbers count from 1; a line that does not exist on a side has none there. */
export interface DiffLine {
  kind: "same" | "added" | "removed" | "gap"
  text: string
  before?: number
  after?: number
}

export interface Diff {
  lines: DiffLine[]
  added: number
  removed: number
}

/** More work than this (old lines × new lines in the part that differs) is not done: everything old goes, everything new comes. */
const mostWork = 4_000_000

/** What changed from one text to another, line by line, with `context` unchanged lines around each change. */
export function diffLines(before: string, after: string, context = 3): Diff {
  const old = splitLines(before)
  const now = splitLines(after)
  const { head, tail } = commonEnds(old, now)
  const middle = alignLines(old.slice(head, old.length - tail), now.slice(head, now.length - tail))
  const kinds: DiffLine["kind"][] = [...same(head), ...middle, ...same(tail)]
  const lines = number(kinds, old, now)
  return {
    lines: withGaps(lines, context),
    added: kinds.filter((kind) => kind === "added").length,
    removed: kinds.filter((kind) => kind === "removed").length,
  }
}

/** A last newline ends the last line and starts no other. */
function splitLines(text: string): string[] {
  if (text === "") return []
  const lines = text.split("\n")
  if (lines.at(-1) === "") lines.pop()
  return lines
}

/** How many of the first, and of the others how many of the last, are the same on both sides. */
export function commonEnds(a: readonly string[], b: readonly string[]): { head: number; tail: number } {
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head] === b[head]) head++
  let tail = 0
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  return { head, tail }
}

const same = (count: number) => new Array<"same">(count).fill("same")

type Change = "same" | "added" | "removed"

/** Longest common subsequence; within a change, what goes stands before what comes. */
export function alignLines(old: string[], now: string[]): Change[] {
  if (old.length === 0 || now.length === 0 || old.length * now.length > mostWork)
    return [...old.map(() => "removed" as const), ...now.map(() => "added" as const)]
  const longest = commonAfter(old, now)
  const kinds: Change[] = []
  let row = 0
  let column = 0
  while (row < old.length || column < now.length) {
    const kind = step({ row, column, old, now, longest })
    kinds.push(kind)
    if (kind !== "added") row++
    if (kind !== "removed") column++
  }
  return kinds
}

/** Length of the longest common part of what follows each pair of places. */
function commonAfter(old: string[], now: string[]): (row: number, column: number) => number {
  const width = now.length + 1
  const lengths = new Uint16Array((old.length + 1) * width)
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = now.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  return at
}

interface Place {
  row: number
  column: number
  old: string[]
  now: string[]
  longest: (row: number, column: number) => number
}

function step({ row, column, old, now, longest }: Place): Change {
  if (column >= now.length) return "removed"
  if (row >= old.length) return "added"
  if (old[row] === now[column]) return "same"
  return longest(row + 1, column) >= longest(row, column + 1) ? "removed" : "added"
}

function number(kinds: DiffLine["kind"][], old: string[], now: string[]): DiffLine[] {
  let before = 0
  let after = 0
  return kinds.map((kind) => {
    if (kind === "removed") return { kind, text: old[before++] ?? "", before }
    if (kind === "added") return { kind, text: now[after++] ?? "", after }
    after++
    return { kind, text: old[before++] ?? "", before, after }
  })
}

function withGaps(lines: DiffLine[], context: number): DiffLine[] {
  const near = new Set<number>()
  lines.forEach((line, index) => {
    if (line.kind === "same") return
    for (let around = index - context; around <= index + context; around++) near.add(around)
  })
  const shown: DiffLine[] = []
  lines.forEach((line, index) => {
    if (near.has(index)) shown.push(line)
    else if (shown.at(-1)?.kind !== "gap") shown.push({ kind: "gap", text: "" })
  })
  return shown
}
