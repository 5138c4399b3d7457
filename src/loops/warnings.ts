import type { LoopWarningView } from "../../views/props/loops.ts"
import type { Reader } from "../../views/props/reader.ts"
import { parseShelfName } from "../lib/context-urls.ts"
import { backupWords } from "../lib/i18n/backups.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { loopWords } from "../lib/i18n/loops.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { outsideWords } from "../lib/i18n/outside.ts"
import { outsideUrls } from "../lib/outside-urls.ts"
import { relativeTime } from "../lib/time.ts"
import { urls } from "../lib/urls.ts"
import { workbenchUrls } from "../lib/workbench-urls.ts"
import type { LoopRecord } from "./record.ts"

type Warning = LoopRecord["warnings"][number]

/** What a loop warns of, each with what can be done about it. */
export const warningViews = (
  { id, warnings }: Pick<LoopRecord, "id" | "warnings">,
  { reader, drives }: { reader: Reader; drives: boolean },
): LoopWarningView[] =>
  warnings.map((warning) => {
    const act = actOf(id, warning, { locale: reader.locale, drives })
    return { text: textOf(warning, reader), ...(act && { act }) }
  })

function textOf({ code, about, text, at }: Warning, { locale, now }: Reader): string {
  const words = loopWords(locale)
  const asked = Date.parse(at)
  const when = relativeTime(asked, now, locale)
  const sentences: Record<string, string> = {
    "host-changed": words.hostChangedWarning(about, when),
    "config-skipped": words.configSkippedWarning(about),
    "backup-too-large": backupWords(locale).tooLarge(contextWords(locale)[parseShelfName(about) ?? "context"], when),
    "memory-held": words.memoryHeldWarning(when),
    stale: asked === 0 ? outsideWords(locale).neverAsked(about) : words.staleWarning(about, when),
    diverged: outsideWords(locale).loopDiverged(about),
    "not-outside": outsideWords(locale).loopNotOutside(about),
  }
  return Object.hasOwn(sentences, code) ? (sentences[code] ?? text) : text
}

function actOf(
  id: string,
  { code, about }: Warning,
  { locale, drives }: { locale: Locale; drives: boolean },
): LoopWarningView["act"] {
  const words = outsideWords(locale)
  const shelf = parseShelfName(about)
  // Of somebody's own repository only that person can do anything.
  if (shelf === undefined || (shelf === "personal" && !drives)) return undefined
  if (code === "stale" && drives && shelf !== "personal")
    return { words: words.pullNow, url: workbenchUrls.pullNow(id), posts: true }
  if (code === "diverged")
    return { words: words.openMerge, url: urls.newLoopFrom({ kind: "merge", shelf }), posts: false }
  return code === "not-outside" ? { words: words.retry, url: outsideUrls.retry(shelf), posts: true } : undefined
}
