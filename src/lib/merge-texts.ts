import { alignLines, commonEnds } from "./diff.ts"

export interface Texts {
  base: string
  mine: string
  theirs: string
}

export type Merged =
  | { kind: "clean"; text: string }
  /** `text` has both sides between the usual marks wherever they differ. */
  | { kind: "conflict"; text: string }

/**
 * Two texts that began as `base` in one, line by line. Where only one side changed something, its lines stand; where both
 * changed the same lines, or lines that touch, and not in the same way, a person has to look.
 */
export function mergeTexts({ base, mine, theirs }: Texts, names = { mine: "mine", theirs: "theirs" }): Merged {
  const old = linesOf(base)
  const ours = linesOf(mine)
  const others = linesOf(theirs)
  const pieces = piecesOf(old, keptLines(old, ours), keptLines(old, others))
  let conflict = false
  const text = pieces
    .map(({ base: [b, bEnd], mine: [m, mEnd], theirs: [t, tEnd] }) => {
      const was = old.slice(b, bEnd).join("")
      const here = ours.slice(m, mEnd).join("")
      const there = others.slice(t, tEnd).join("")
      if (here === there || there === was) return here
      if (here === was) return there
      conflict = true
      return marked(here, there, names)
    })
    .join("")
  return { kind: conflict ? "conflict" : "clean", text }
}

/** A line keeps its ending, so that a missing last one is a difference too. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** For each line of `old` the number of the line of `now` that is the same; -1 when it went. */
function keptLines(old: string[], now: string[]): number[] {
  const { head, tail } = commonEnds(old, now)
  const kept = old.map((_, index) => (index < head ? index : -1))
  let row = head
  let column = head
  for (const kind of alignLines(old.slice(head, old.length - tail), now.slice(head, now.length - tail))) {
    if (kind === "same") kept[row] = column
    if (kind !== "added") row++
    if (kind !== "removed") column++
  }
  for (let back = 1; back <= tail; back++) kept[old.length - back] = now.length - back
  return [...kept, now.length]
}

type Range = [from: number, to: number]
interface Piece {
  base: Range
  mine: Range
  theirs: Range
}

/** The three texts cut at every line that all of them have. The last "line" is the end, which they have too. */
function piecesOf(old: readonly string[], mine: readonly number[], theirs: readonly number[]): Piece[] {
  const pieces: Piece[] = []
  let [b, m, t] = [0, 0, 0]
  for (let line = 0; line <= old.length; line++) {
    const inMine = mine[line] ?? -1
    const inTheirs = theirs[line] ?? -1
    if (inMine < 0 || inTheirs < 0) continue
    pieces.push({ base: [b, line], mine: [m, inMine], theirs: [t, inTheirs] })
    if (line < old.length)
      pieces.push({ base: [line, line + 1], mine: [inMine, inMine + 1], theirs: [inTheirs, inTheirs + 1] })
    b = line + 1
    m = inMine + 1
    t = inTheirs + 1
  }
  return pieces
}

const ended = (text: string) => (text === "" || text.endsWith("\n") ? text : `${text}\n`)

const marked = (mine: string, theirs: string, names: { mine: string; theirs: string }) =>
  `<<<<<<< ${names.mine}\n${ended(mine)}=======\n${ended(theirs)}>>>>>>> ${names.theirs}\n`
