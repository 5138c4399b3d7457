import type { Source } from "./source.ts"

/** A house rule: what it keeps, where it looks and what the author of a violation should do. */
export interface Rule {
  name: string
  /** Where the rule is written down: `style 14`, `invariant 1`. */
  keeps: string
  instead: string
  covers(path: string): boolean
  find(source: Source): Sighting[]
}

export interface Sighting {
  /** Offset in the text. */
  at: number
  what: string
}

export interface Finding {
  path: string
  line: number
  rule: string
  message: string
}

/** What one rule has to say about one file. */
export function applyRule(rule: Rule, source: Source): Finding[] {
  if (!rule.covers(source.path)) return []
  return rule.find(source).map(({ at, what }) => ({
    path: source.path,
    line: source.lineAt(at),
    rule: rule.name,
    message: `${what} (${rule.keeps}): ${rule.instead}`,
  }))
}

export const printFinding = ({ path, line, rule, message }: Finding): string => `${path}:${line}  ${rule}  ${message}`
