import type { Finding } from "../rule.ts"

interface TextRule {
  name: string
  keeps: string
  instead: string
  what: string
  covers(path: string): boolean
  pattern: RegExp
}

/** Rules about any text in the repository, whatever language it is in. */
const textRules: TextRule[] = [
  {
    name: "no-registry-host",
    keeps: "nothing in the repository names a package registry's host",
    instead: "leave it to the user's own npm configuration",
    what: "a package registry is named",
    covers: () => true,
    pattern:
      /registry\.(npmjs\.org|yarnpkg\.com|npmmirror\.com)|npm\.pkg\.github\.com|npm\.jsr\.io|"resolved": "https?:/,
  },
  {
    name: "no-workplace-path",
    keeps: "style 24",
    instead: "use a path that every reader's machine has",
    what: "a path of one machine stands in the repository",
    covers: () => true,
    pattern: /(?<![\w$}])\/(work\/(main|shared|\.library)|tmp\/(briefs|bash_jobs))\b/,
  },
]

export function findInText(path: string, text: string): Finding[] {
  return textRules
    .filter((rule) => rule.covers(path) && rule.pattern.test(text))
    .flatMap((rule) =>
      text.split("\n").flatMap((line, index) => {
        if (!rule.pattern.test(line)) return []
        return [{ path, line: index + 1, rule: rule.name, message: `${rule.what} (${rule.keeps}): ${rule.instead}` }]
      }),
    )
}
