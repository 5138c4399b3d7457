import { highlight } from "./highlight.ts"
import type { Part } from "./word-marks.ts"

/** A piece of a line of code. */
export interface Run {
  text: string
  /** The highlighter's class names. */
  kind?: string
  /** It is what differs from the other side of a change. */
  marked?: true
}

/** Lines of code that belong together, each cut into runs of one colour. Nothing of it is markup yet. */
export function codeRuns(lines: readonly string[], language: string): Run[][] {
  if (language === "plaintext") return lines.map((text) => (text === "" ? [] : [{ text }]))
  const runs: Run[][] = [[]]
  const open: string[] = []
  for (const [, opened, closed, text] of highlight(lines.join("\n"), language).toString().matchAll(pieces)) {
    if (opened !== undefined) open.push(opened)
    else if (closed !== undefined) open.pop()
    else addText(runs, unescaped(text ?? ""), open.at(-1))
  }
  return lines.map((_, index) => runs[index] ?? [])
}

/** What the highlighter writes: its spans, and text in which five characters are escaped. */
const pieces = /<span class="([^"]*)">|(<\/span>)|([^<]+)/g

function addText(runs: Run[][], text: string, kind: string | undefined): void {
  text.split("\n").forEach((part, index) => {
    if (index > 0) runs.push([])
    if (part !== "") runs.at(-1)?.push(kind === undefined ? { text: part } : { text: part, kind })
  })
}

const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" }
const unescaped = (text: string) => text.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => entities[entity] ?? entity)

/** The same runs, cut where a marked part begins or ends. Parts stand in order and do not touch. */
export function markRuns(runs: readonly Run[], parts: readonly Part[]): Run[] {
  const cuts = parts.flatMap(({ from, to }) => [from, to])
  const marked: Run[] = []
  let at = 0
  for (const run of runs) {
    const end = at + run.text.length
    const edges = [at, ...cuts.filter((cut) => cut > at && cut < end), end]
    edges.slice(1).forEach((edge, index) => {
      const begin = edges[index] ?? edge
      const inside = parts.some(({ from, to }) => from <= begin && edge <= to)
      marked.push({ ...run, text: run.text.slice(begin - at, edge - at), ...(inside && { marked: true as const }) })
    })
    at = end
  }
  return marked
}
