import { gatewayWords } from "../lib/i18n/gateway.ts"
import { languageTag, type Locale } from "../lib/i18n/locale.ts"
import type { Failure } from "./contract.ts"

/** What a person reads when a model did not answer; `failure.detail` is for the fold-out below it. */
export function failureSentence(failure: Failure, locale: Locale): string {
  const words = gatewayWords(locale)
  const { provider, model } = failure
  switch (failure.kind) {
    case "no-provider":
      return failure.missing
        ? words.missingVariable(provider, failure.missing.variable, failure.missing.vault)
        : words.noProvider
    case "key-refused":
      return words.keyRefused(provider)
    case "model":
      return words.model(provider, model)
    case "limit":
      return failure.resetsAt === undefined
        ? words.limit(provider)
        : words.limitUntil(provider, clockTime(failure.resetsAt, locale))
    case "credit":
    case "overloaded":
    case "broken":
    case "request":
    case "network":
    case "tls":
    case "silent":
    case "address":
      return words[failure.kind](provider)
  }
}

const clockTime = (at: number, locale: Locale) =>
  new Intl.DateTimeFormat(languageTag[locale], { hour: "2-digit", minute: "2-digit", timeZoneName: "short" }).format(at)
