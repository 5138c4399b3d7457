import type { OutcomeView, OutsideStateView } from "../../views/props/outside.ts"
import type { ShelfName } from "../lib/context-urls.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { outsideWords } from "../lib/i18n/outside.ts"
import { outsideUrls } from "../lib/outside-urls.ts"
import { shownPath } from "../lib/file-path.ts"
import { urls } from "../lib/urls.ts"
import type { AttachOutcome } from "./attach.ts"
import type { OutsideState } from "./contract.ts"
import type { Refused } from "./mirror.ts"
import type { Tested } from "./outside-remote.ts"

/** What people read of a context's home outside. */
export function outsideView(context: ShelfName, now: OutsideState, locale: Locale): OutsideStateView {
  const words = outsideWords(locale)
  const host = now.host ?? words.theOutside
  const sentences = {
    "in-step": words.inStep(host),
    "not-outside": words.notOutside(host),
    diverged: words.diverged(host),
    refused: words.refused(host),
  }
  return {
    ...{ state: now.state, sentence: sentences[now.state], detail: detailOf(now, locale) },
    at: now.askedAt === undefined ? undefined : Date.parse(now.askedAt),
    retryUrl: outsideUrls.retry(context),
    ...(now.state === "diverged" && { mergeUrl: mergeUrl(context) }),
  }
}

const mergeUrl = (shelf: ShelfName): string => urls.newLoopFrom({ kind: "merge", shelf })

function detailOf({ state, conflicts, refused, sentence }: OutsideState, locale: Locale): string | undefined {
  if (state === "diverged") return pathsOf(conflicts)
  return refused ? ruleBroken(refused, locale) : sentence
}

const ruleBroken = ({ path, code }: { path: string; code: string }, locale: Locale): string => {
  const sentence = outsideWords(locale).rules(code)
  return path === "" ? sentence : `${shownPath(path)}: ${sentence}`
}

const pathsOf = (paths: readonly string[] | undefined): string | undefined =>
  paths === undefined || paths.length === 0 ? undefined : paths.map(shownPath).join(", ")

export function testedView(tested: Tested, locale: Locale): OutcomeView {
  const words = outsideWords(locale)
  if (tested.kind === "refused") return refusedView(tested, locale)
  if (tested.writes) return { good: true, sentence: tested.empty ? words.testedEmpty : words.tested }
  return { good: false, sentence: words.testedReadOnly, detail: tested.sentence }
}

/** Why nothing was attached. */
export function apartView(
  context: ShelfName,
  outcome: Exclude<AttachOutcome, { kind: "attached" | "unreadable" }>,
  locale: Locale,
): OutcomeView {
  const words = outsideWords(locale)
  if (outcome.kind !== "apart") return testedView(outcome, locale)
  const { met } = outcome
  switch (met.state) {
    case "diverged":
      return {
        good: false,
        sentence: words.collides(met.conflicts.length),
        detail: pathsOf(met.conflicts),
        mergeUrl: mergeUrl(context),
      }
    case "refused":
      return { good: false, sentence: words.apartRefused, detail: ruleBroken(met.refused, locale) }
    case "not-outside":
      return { good: false, sentence: words.apartMoved }
  }
}

function refusedView({ why, sentence, hostKey }: Refused, locale: Locale): OutcomeView {
  const words = outsideWords(locale)
  const sentences: Record<Refused["why"], string> = {
    "host-unknown": hostKey ? words.refusedHostUnknown(hostKey.host) : words.refusedHostSilent,
    "host-changed": words.refusedHostChanged,
    "not-let-in": words.refusedNotLetIn,
    "no-repository": words.refusedNoRepository,
    unreachable: words.refusedUnreachable,
  }
  return {
    ...{ good: false, sentence: sentences[why], detail: sentence },
    ...(hostKey && { hostKey: { fingerprint: hostKey.fingerprint } }),
  }
}
