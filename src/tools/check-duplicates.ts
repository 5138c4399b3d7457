import { isProduct } from "./architecture/features.ts"
import type { Finding } from "./rule.ts"
import type { Source } from "./source.ts"

const shortest = 8

interface CodeLine {
  text: string
  /** Counted from 1 in the file. */
  line: number
}

interface Place {
  source: Source
  lines: readonly CodeLine[]
  /** Index into `lines`. */
  index: number
}

/** Runs of eight or more equal lines of code in the program itself; blank lines, comments, imports and lone brackets do not count. */
export function checkDuplicates(sources: readonly Source[]): Finding[] {
  const seen = new Map<string, Place>()
  const findings: Finding[] = []
  for (const source of sources) {
    if (!isProduct(source.path)) continue
    const lines = codeLines(source)
    for (let index = 0; index + shortest <= lines.length; index++) {
      const place = { source, lines, index }
      const run = runAt(place)
      const before = seen.get(run)
      if (!before) {
        seen.set(run, place)
        continue
      }
      const length = lengthOfRun(before, place)
      if (!overlaps(before, place, length)) findings.push(finding(before, place, length))
      index += length - 1
    }
  }
  return findings
}

/** Lines that say something, with their numbers. */
function codeLines(source: Source): CodeLine[] {
  const silent = new Set<number>()
  for (const { start, end } of [...source.comments, ...source.of("ImportDeclaration").map(({ node }) => node)]) {
    const first = source.lineAt(start)
    const onlyThing = source.text.slice(source.text.lastIndexOf("\n", start - 1) + 1, start).trim() === ""
    for (let line = first; line <= source.lineAt(end) && onlyThing; line++) silent.add(line)
  }
  return source.text
    .split("\n")
    .map((text, index) => ({ text: text.trim(), line: index + 1 }))
    .filter(({ text, line }) => !silent.has(line) && /[A-Za-z0-9]/.test(text))
}

const runAt = ({ lines, index }: Place): string =>
  lines
    .slice(index, index + shortest)
    .map(({ text }) => text)
    .join("\n")

function lengthOfRun(a: Place, b: Place): number {
  let length = shortest
  while (a.lines[a.index + length] && a.lines[a.index + length]?.text === b.lines[b.index + length]?.text) length++
  return length
}

const overlaps = (a: Place, b: Place, length: number): boolean => a.source === b.source && b.index < a.index + length

function finding(first: Place, second: Place, length: number): Finding {
  const here = second.lines[second.index]?.line ?? 1
  const there = `${first.source.path}:${first.lines[first.index]?.line ?? 1}`
  const message = `${length} lines are the same as at ${there} (style 25): give them one home when they change together`
  return { path: second.source.path, line: here, rule: "duplicate", message }
}
