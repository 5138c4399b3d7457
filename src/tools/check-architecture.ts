import { importRules, folderCycle } from "./architecture/imports.ts"
import { loadingRules } from "./architecture/loading.ts"
import { placeRules } from "./architecture/places.ts"
import { testRules } from "./architecture/tests.ts"
import { viewRules } from "./architecture/views.ts"
import { wordRules } from "./architecture/words.ts"
import { applyRule, type Finding, type Rule } from "./rule.ts"
import type { Source } from "./source.ts"

/** Every house rule that reads source. The feature table they use is in architecture/features.ts. */
export const rules: readonly Rule[] = [
  ...importRules,
  ...placeRules,
  ...loadingRules,
  ...viewRules,
  ...wordRules,
  ...testRules,
]

export function checkArchitecture(sources: readonly Source[]): Finding[] {
  const findings = sources.flatMap((source) => rules.flatMap((rule) => applyRule(rule, source)))
  const cycle = folderCycle(sources)
  if (!cycle) return findings
  const message = `${cycle.join(" → ")} (invariant 13): let one of these folders be told instead of asking`
  return [...findings, { path: cycle[0] ?? "src", line: 1, rule: "folder-cycle", message }]
}
