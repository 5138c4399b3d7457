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
  const head = commonLength(old, now)
  const tail = commonLength(old.slice(head).reverse(), now.slice(head).reverse())
  const middle = align(old.slice(head, old.length - tail), now.slice(head, now.length - tail))
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

function commonLength(a: string[], b: string[]): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

const same = (count: number) => new Array<"same">(count).fill("same")

/** Longest common subsequence; within a change, what goes stands before what comes. */
function align(old: string[], now: string[]): ("same" | "added" | "removed")[] {
  const replaced = [...old.map(() => "removed" as const), ...now.map(() => "added" as const)]
  if (old.length === 0 || now.length === 0 || old.length * now.length > mostWork) return replaced
  const width = now.length + 1
  const lengths = new Uint16Array((old.length + 1) * width)
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = now.length - 1; column >= 0; column--) {
      const longest =
        old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
      lengths[row * width + column] = longest
    }
  }
  const kinds: ("same" | "added" | "removed")[] = []
  let row = 0
  let column = 0
  while (row < old.length || column < now.length) {
    if (row < old.length && column < now.length && old[row] === now[column]) {
      kinds.push("same")
      row++
      column++
    } else if (column >= now.length || (row < old.length && at(row + 1, column) >= at(row, column + 1))) {
      kinds.push("removed")
      row++
    } else {
      kinds.push("added")
      column++
    }
  }
  return kinds
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
