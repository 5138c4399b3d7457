import type { ContextFrameView } from "../../views/props/context.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { relationWords } from "../lib/i18n/relations.ts"
import { JsonFault, placeOf, readJsonNodes } from "../lib/json-text.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import type { Landed } from "./land.ts"

type Refusal = Exclude<Landed, { kind: "landed" | "unchanged" }> | { kind: "missing" | "exists" }

/** Each says what to do; of `text`, which was refused, where it is wrong. */
export function refusalSentence(refusal: Refusal, locale: Locale, text?: string): string {
  const words = contextWords(locale)
  const fault = refusal.kind === "refused" && refusal.code === "unreadable" ? faultIn(refusal.path, text) : undefined
  if (fault) return relationWords(locale).wouldBeBroken(fault.line, fault.column)
  if (refusal.kind === "refused") return words.refused(refusal.code)
  return words[refusal.kind]
}

export function refusalStatus(refusal: Refusal): 404 | 409 | 422 {
  if (refusal.kind === "missing") return 404
  return refusal.kind === "refused" ? 422 : 409
}

export const errorNotice = (...sentences: string[]): ContextFrameView["notice"] => ({ level: "error", sentences })
export const infoNotice = (...sentences: string[]): ContextFrameView["notice"] => ({ level: "info", sentences })

/** A line about what just happened, from the address that a form led to. */
export function noticeFrom(query: Record<string, unknown>, locale: Locale): ContextFrameView["notice"] {
  const words = contextWords(locale)
  const name = typeof query["with"] === "string" ? query["with"].slice(0, 100) : ""
  switch (query["said"]) {
    case "saved":
      return infoNotice(words.saved)
    case "joined":
      return infoNotice(words.joined(name))
    default:
      return undefined
  }
}

/** Where a settings file is no JSON; undefined for one that is, and for every other file. */
export function faultIn(path: string, text: string | undefined): { line: number; column: number } | undefined {
  if (text === undefined || !/^\.loopat\/.*\.json$/i.test(path)) return undefined
  try {
    readJsonNodes(text.replace(/^\ufeff/, ""))
    return undefined
  } catch (error) {
    if (error instanceof JsonFault) return placeOf(text, error.offset)
    throw error
  }
}
