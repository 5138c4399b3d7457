import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import type { ViewedLoop } from "../loops/index.ts"

/** Why this person cannot write here; undefined when he can. */
export function refusedSentence(
  { record, drives }: Pick<ViewedLoop, "record" | "drives">,
  locale: Locale,
): string | undefined {
  const words = agentOutcomes(locale)
  if (record.state.kind === "archived") return words.refusedArchived
  if (record.state.kind === "deleted") return words.refusedGone
  if (!drives) return words.refusedViewer(record.driver)
  return record.state.kind === "offered" ? words.refusedOffered : undefined
}
