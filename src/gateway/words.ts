import { gatewayWords } from "../lib/i18n/gateway.ts"
import { languageTag, type Locale } from "../lib/i18n/locale.ts"
import type { Failure } from "./contract.ts"

/** What a person reads when a model did not answer; `failure.detail` is for the fold-out below it. */
export function failureSentence(failure: Failure, locale: Locale): string {
  const words = gatewayWords(locale)
  const { provider, model } = failure
  const { missing, resetsAt } = failure
  switch (failure.kind) {
    case "no-provider":
      return missing ? words.missingVariable(provider, missing.variable, missing.vault) : words.noProvider
    case "key-refused":
      return words.keyRefused(provider)
    case "model":
      return words.model(provider, model)
    case "limit":
      return resetsAt === undefined ? words.limit(provider) : words.limitUntil(provider, clockTime(resetsAt, locale))
    default:
      return words[failure.kind](provider)
  }
}

const clockTime = (at: number, locale: Locale) =>
  new Intl.DateTimeFormat(languageTag[locale], { hour: "2-digit", minute: "2-digit", timeZoneName: "short" }).format(at)
