import { createHash } from "node:crypto"
import type { FileDiff, Hunk, HunkLine } from "./diff.ts"

/** Which way a patch will be applied: onto the old side, or back from the new one. */
export type Way = "forward" | "back"

/** A patch of these hunks of a file, for `git apply`. Mode changes stay out: they go with the whole file. */
export function patchOf(file: FileDiff, hunks: readonly Hunk[], way: Way): Buffer {
  const header = file.header.filter((line) => !/^(old mode|new mode) /.test(line))
  let shift = 0
  const bodies = hunks.map((hunk) => {
    const placed = place(hunk, shift, way)
    shift += (way === "forward" ? 1 : -1) * (hunk.after.count - hunk.before.count)
    return printHunk(placed)
  })
  return Buffer.from([...header, ...bodies].join("\n") + "\n", "latin1")
}

/**
 * git looks for a hunk's place from where its other side says: that must count only the hunks before it that are in the
 * same patch.
 */
function place(hunk: Hunk, shift: number, way: Way): Hunk {
  const [known, other] = way === "forward" ? [hunk.before, hunk.after] : [hunk.after, hunk.before]
  const at = known.count === 0 ? known.start : known.start - 1
  const start = at + shift + (other.count === 0 ? 0 : 1)
  const moved = { start, count: other.count }
  return way === "forward" ? { ...hunk, after: moved } : { ...hunk, before: moved }
}

function printHunk({ before, after, lines }: Hunk): string {
  const head = `@@ -${before.start},${before.count} +${after.start},${after.count} @@`
  const printed = lines.flatMap(({ sign, bytes, openEnd }) => [
    sign + bytes,
    ...(openEnd ? ["\\ No newline at end of file"] : []),
  ])
  return [head, ...printed].join("\n")
}

/** The hunk as it is when only some of its changed lines are wanted; undefined when that leaves nothing. */
export function pickLines(hunk: Hunk, wanted: (line: number) => boolean, way: Way): Hunk | undefined {
  const dropped = way === "forward" ? "+" : "-"
  const lines = hunk.lines.flatMap((line, index): HunkLine[] => {
    if (line.sign === " " || wanted(index)) return [line]
    return line.sign === dropped ? [] : [{ ...line, sign: " " }]
  })
  if (lines.every(({ sign }) => sign === " ")) return undefined
  const count = (other: "+" | "-") => lines.filter(({ sign }) => sign !== other).length
  return {
    ...hunk,
    before: moved(hunk.before, count("+")),
    after: moved(hunk.after, count("-")),
    lines,
  }
}

/** A side that loses all its lines, or gets its first, is counted from the line before or from its first. */
function moved(side: Hunk["before"], count: number): Hunk["before"] {
  const at = side.count === 0 ? side.start : side.start - 1
  return { start: count === 0 ? at : at + 1, count }
}

/** Names a hunk by what it says, so that it is found again in a newer diff; equal ones by their order. */
export function hunkNames(hunks: readonly Hunk[]): string[] {
  const seen = new Map<string, number>()
  return hunks.map(({ lines }) => {
    const text = lines.map(({ sign, bytes, openEnd }) => sign + bytes + (openEnd ? "\\" : "")).join("\n")
    const name = createHash("sha256").update(text, "latin1").digest("hex").slice(0, 16)
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    return before === 0 ? name : `${name}-${before}`
  })
}
