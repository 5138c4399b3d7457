import { alignLines, commonEnds } from "./diff.ts"

/** A stretch of a line, in characters: from the first to before the last. */
export interface Part {
  from: number
  to: number
}

/** More work than this for two lines (words × words) is not worth it: they are shown without marks. */
const mostWork = 40_000
/** Lines that have less than this in common were not edited but replaced. */
const leastShared = 0.3

/** What differs between two versions of a line, word by word. Undefined when nearly all of it does. */
export function wordMarks(before: string, after: string): { before: Part[]; after: Part[] } | undefined {
  const old = words(before)
  const now = words(after)
  const { head, tail } = commonEnds(old, now)
  const oldMiddle = old.slice(head, old.length - tail)
  const nowMiddle = now.slice(head, now.length - tail)
  if (oldMiddle.length * nowMiddle.length > mostWork) return undefined
  const kinds = alignLines(oldMiddle, nowMiddle)
  const start = old.slice(0, head).join("").length
  const marks = {
    before: partsOf(
      oldMiddle,
      kinds.filter((kind) => kind !== "added"),
      start,
    ),
    after: partsOf(
      nowMiddle,
      kinds.filter((kind) => kind !== "removed"),
      start,
    ),
  }
  const shared = before.length - marks.before.reduce((sum, { from, to }) => sum + to - from, 0)
  return shared >= leastShared * Math.min(before.length, after.length) ? marks : undefined
}

const words = (line: string): string[] => line.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? []

function partsOf(tokens: readonly string[], kinds: readonly string[], start: number): Part[] {
  const parts: Part[] = []
  let at = start
  tokens.forEach((token, index) => {
    const end = at + token.length
    if (kinds[index] !== "same") {
      const last = parts.at(-1)
      if (last?.to === at) last.to = end
      else parts.push({ from: at, to: end })
    }
    at = end
  })
  return parts
}
