import type { Locale } from "../lib/i18n/locale.ts"
import { suggestionWords } from "../lib/i18n/suggestions.ts"
import type { EventOf } from "../loops/index.ts"

/** What became of what the loop proposed, in words. */
export function proposalSentence({ shelf, step, by, commits }: EventOf<"proposal">, locale: Locale): string {
  const words = suggestionWords(locale)
  switch (step) {
    case "proposed":
      return words.proposed(commits, shelf)
    case "merged":
      return words.merged(shelf, by)
    case "discarded":
      return words.discarded(shelf, by)
    case "withdrawn":
      return words.withdrawn(shelf)
    case "sent-back":
      return words.returned(shelf, by)
  }
}
