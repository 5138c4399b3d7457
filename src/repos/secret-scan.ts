/** A value that looks as if nobody else should read it. The value itself stays where it was found. */
export interface Finding {
  path: string
  /** Counted from 1. */
  line: number
  /** `stored`: a value of somebody's vault or a key of the workspace. Else what it looks like. */
  what: "stored" | Shape
}

export type Shape =
  "aws" | "anthropic" | "openai" | "github" | "gitlab" | "google" | "slack" | "npm" | "loopat" | "private-key"

const shapes: readonly [Shape, RegExp][] = [
  ["aws", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["anthropic", /\bsk-ant-[A-Za-z0-9_-]{20,200}/],
  ["openai", /\bsk-(?!ant-)(?:proj-)?[A-Za-z0-9_-]{32,200}/],
  ["github", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,100})/],
  ["gitlab", /\bglpat-[A-Za-z0-9_-]{20}/],
  ["google", /\bAIza[0-9A-Za-z_-]{35}/],
  ["slack", /\bxox[abprs]-[0-9A-Za-z-]{10,200}/],
  ["npm", /\bnpm_[A-Za-z0-9]{36}\b/],
  ["loopat", /\bla_[0-9a-f]{48}\b/],
  ["private-key", /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----/],
]

/** Characters of a line that are looked at. */
const longestLine = 4_096
/** Findings of one file; more say nothing more. */
const most = 20

/** Lines that one version of a file has and the earlier one had not. */
export function scanText(file: { path: string; before: string; after: string }, known: readonly string[]): Finding[] {
  const old = new Set(file.before.split("\n"))
  const findings: Finding[] = []
  for (const [index, line] of file.after.split("\n").entries()) {
    if (old.has(line)) continue
    const what = looksLike(line, known)
    if (what) findings.push({ path: file.path, line: index + 1, what })
    if (findings.length === most) break
  }
  return findings
}

function looksLike(line: string, known: readonly string[]): Finding["what"] | undefined {
  if (known.some((value) => line.includes(value))) return "stored"
  const start = line.slice(0, longestLine)
  return shapes.find(([, shape]) => shape.test(start))?.[0]
}
