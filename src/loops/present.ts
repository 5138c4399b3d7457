import { mostImages } from "../lib/message-images.ts"
import type { RecentLoopView } from "../../views/props/frame.ts"
import type { BrokenView, LoopGroupView, LoopHeaderView, LoopRowView, PreparingView } from "../../views/props/loops.ts"
import type { FieldErrors, Reader } from "../../views/props/reader.ts"
import { freshnessWords } from "../lib/i18n/freshness.ts"
import { directWords } from "../lib/i18n/direct.ts"
import { imageWords } from "../lib/i18n/images.ts"
import { loopWords } from "../lib/i18n/loops.ts"
import { originWords } from "../lib/i18n/origins.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { type LoopsQuery, urls } from "../lib/urls.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { type Intention, refusal, type Rights, sight } from "./access.ts"
import type { LoopActivity } from "./contract.ts"
import type { FieldFault, NewLoopField } from "./create.ts"
import type { ListPage } from "./list.ts"
import type { LoopRecord } from "./record.ts"
import type { Entry } from "./shelf.ts"
import { type LoopStatus, statusOf } from "./status.ts"
import { warningViews } from "./warnings.ts"
import { mayShow } from "./visibility.ts"

const shortId = 7

interface ListSetting {
  locale: Locale
  /** What the list shows now: a group's name leads to the same with only that group. */
  shown: LoopsQuery
}

export const groupViews = (page: ListPage, user: SignedIn, { locale, shown }: ListSetting): LoopGroupView[] =>
  page.groups.map(({ group, name, entries }) => ({
    group,
    ...(name !== undefined && { name, url: urls.loops({ ...shown, by: undefined, [group]: name }) }),
    loops: entries.map((entry) => rowView(entry, user, locale)),
  }))

/** The title, for whoever may read the loop. */
export const titleFor = (loop: Rights & { title: string }, user: SignedIn, hidden: string): string =>
  sight(loop, user) === "all" ? loop.title : hidden

/** What one reader sees of one loop in a list: of a private one an administrator sees that it is there, and no more. */
export function rowView(entry: Entry, user: SignedIn, locale: Locale): LoopRowView {
  const words = loopWords(locale)
  const readable = sight(entry, user) === "all"
  const status = statusFor(entry, user)
  return {
    id: entry.id,
    title: titleFor(entry, user, words.privateLoop),
    status,
    headline: readable ? headline(entry, status, locale) : undefined,
    since: entry.activity?.since ?? sinceOf(entry),
    lastActive: entry.active,
    driver: entry.driver,
    driving: entry.driver === user.name,
    repo: readable ? entry.repo : undefined,
    waiting: readable ? entry.activity?.waiting : undefined,
    mayArchive: entry.state.kind !== "archived" && refusal(entry, user, "archive") === undefined,
    mayRestore: entry.state.kind === "archived" && refusal(entry, user, "restore") === undefined,
  }
}

export const recentView = (entry: Entry, user: SignedIn): RecentLoopView => ({
  id: entry.id,
  title: entry.title,
  status: statusFor(entry, user),
})

const statusFor = (entry: Entry, user: SignedIn): LoopStatus =>
  statusOf({ ...entry, finished: entry.looks?.finished ?? 0, seen: entry.looks?.seen[user.name] }, user.name)

function sinceOf({ state, active }: Entry): number {
  if (state.kind === "broken" || state.kind === "archived") return Date.parse(state.at)
  return sinceOfState(state) ?? active
}

function headline({ state, activity }: Entry, status: LoopStatus, locale: Locale): string | undefined {
  if (state.kind === "broken") return shortReason(state.reason, locale)
  if (activity?.headline !== undefined && activity.status === status) return activity.headline
  if (state.kind === "preparing" && status === "preparing") return stepWords(state.step, locale)
  return undefined
}

function shortReason(reason: string, locale: Locale): string {
  const words = loopWords(locale)
  if (reason === "disk-full") return words.shortDisk
  return /^(repo|ref|checkout|direct)-/.test(reason) ? words.shortRepository : words.shortOther
}

function stepWords(step: string, locale: Locale): string {
  const words = loopWords(locale)
  if (step === "repository") return words.stepRepository
  if (step === "contexts") return words.stepContexts
  if (step === "clone") return directWords(locale).stepClone
  return step === "checkout" ? words.stepCheckout : words.stepAccepted
}

export interface HeaderSource {
  record: LoopRecord
  user: SignedIn
  reader: Reader
  activity?: LoopActivity
  model?: LoopHeaderView["model"]
  spent?: LoopHeaderView["spent"]
  /** Its container runs. */
  running?: boolean
}

/** The head of a loop's own page, for somebody who may read it. */
export function loopHeader({ record, user, reader, activity, model, spent, running }: HeaderSource): LoopHeaderView {
  const { state, repo } = record
  const may = (intention: Intention) => refusal(record, user, intention) === undefined
  const archived = state.kind === "archived"
  const status = statusOf({ ...record, activity, finished: 0 }, user.name)
  return {
    id: record.id,
    title: record.title,
    status,
    headline: state.kind === "broken" ? shortReason(state.reason, reader.locale) : activity?.headline,
    since: activity?.since ?? sinceOfState(state),
    driver: record.driver,
    createdBy: record.createdBy,
    repo: repo && { name: repo.name, branch: repo.branch, start: repo.start?.slice(0, shortId) },
    model,
    visibility: record.visibility,
    ...(record.flags.nested && { nested: true }),
    warnings: warningViews(record, { reader, drives: isDriving(record, user) }),
    may: {
      rename: !archived && may("rename"),
      archive: !archived && may("archive"),
      restore: archived && may("restore"),
      delete: may("delete"),
      stopSandbox: running === true && may("stop-sandbox"),
      hide: mayShow(record, user, "private"),
      show: mayShow(record, user, "workspace"),
    },
    distillUrl: urls.newLoopFrom({ kind: "distill", loop: record.id }),
    spent,
  }
}

const isDriving = ({ driver, state }: LoopRecord, { name }: SignedIn) => driver === name && state.kind === "driven"

const sinceOfState = (state: LoopRecord["state"]): number | undefined =>
  state.kind === "preparing" || state.kind === "offered" ? Date.parse(state.since) : undefined

/** The steps of preparing with their times, or undefined when the loop is not being prepared. */
export function preparingView({ state, repo }: LoopRecord, { locale, now }: Reader): PreparingView | undefined {
  if (state.kind !== "preparing") return undefined
  const names = [...(repo ? ["repository"] : []), "checkout", "contexts", ...(repo?.direct ? ["clone"] : [])]
  const begun = new Map((state.steps ?? []).map(({ step, at }) => [step, Date.parse(at)]))
  const steps = names.map((step, index) => {
    const from = begun.get(step)
    const to = begun.get(names[index + 1] ?? "")
    const text = stepWords(step, locale)
    if (from === undefined) return { step, text, state: "waiting" as const }
    if (to === undefined) return { step, text, state: "running" as const, ms: Math.max(0, now - from) }
    return { step, text, state: "done" as const, ms: to - from }
  })
  return { steps, since: Date.parse(state.since) }
}

/** Why a loop could not be prepared and what to do; undefined when that is not so. */
export function brokenView(record: LoopRecord, user: SignedIn, locale: Locale): BrokenView | undefined {
  const { state, repo } = record
  if (state.kind !== "broken") return undefined
  return {
    loop: record.id,
    sentence: brokenSentence(state, record.repo, locale),
    detail: state.sentence === "" ? undefined : state.sentence,
    mayRetry: refusal(record, user, "prepare") === undefined,
    mayDelete: refusal(record, user, "delete") === undefined,
    source: repo && { repo: repo.name, ref: repo.ref },
    hostKey: state.hostKey && { fingerprint: state.hostKey.fingerprint, mayConfirm: user.role === "admin" },
  }
}

type Broken = Extract<LoopRecord["state"], { kind: "broken" }>

function brokenSentence({ reason, hostKey }: Broken, repo: LoopRecord["repo"], locale: Locale): string {
  const words = loopWords(locale)
  const name = repo?.name ?? ""
  const sentences: Record<string, string> = {
    "repo-unreachable": words.brokenRepoUnreachable(name),
    "repo-host-unknown": hostKey ? words.brokenHostUnknown(hostKey.host) : words.brokenHostSilent(name),
    "repo-host-changed": words.brokenHostChanged(name),
    "repo-not-let-in": words.brokenNotLetIn(name),
    "repo-no-repository": words.brokenNoRepository(name),
    "repo-gone": words.brokenRepoGone(name),
    "repo-empty": words.brokenRepoEmpty(name),
    "ref-unknown": words.brokenRefUnknown(repo?.ref ?? "", name),
    "version-unknown": words.brokenVersionUnknown,
    "source-gone": originWords(locale).brokenSourceGone,
    "checkout-failed": words.brokenCheckout(name),
    "direct-refused": directWords(locale).brokenDirect(name),
    "direct-no-sandbox": directWords(locale).brokenNoSandbox(name),
    "disk-full": words.brokenDiskFull,
  }
  return sentences[reason] ?? words.brokenOther
}

/** The sentences under the fields of the New Loop form. */
function imageFault(fault: FieldFault | undefined, locale: Locale): string {
  const words = imageWords(locale)
  if (fault === "too-many") return words.tooMany(mostImages)
  return fault === "too-large" ? words.large : words.wrong
}

export function newLoopErrors(fields: Partial<Record<NewLoopField, FieldFault>>, locale: Locale): FieldErrors {
  const words = loopWords(locale)
  const freshness = (fault: FieldFault | undefined) =>
    freshnessWords(locale)[fault === "missing" ? "missing" : "invalid"]
  const sentences: Record<NewLoopField, string> = {
    clientId: words.requestInvalid,
    title: words.titleTooLong,
    message: fields.message === "command" ? originWords(locale).noCommand : words.messageTooLong,
    repo: fields.repo === "not-here" ? originWords(locale).noRepository : words.repoUnknown,
    ref: fields.ref === "needs-repo" ? words.refNeedsRepo : words.refInvalid,
    visibility: words.visibilityUnknown,
    knowledge: freshness(fields.knowledge),
    notes: freshness(fields.notes),
    origin: originWords(locale).gone,
    images: imageFault(fields.images, locale),
  }
  const errors = Object.keys(fields).map((name) => {
    const field = name as NewLoopField
    return [field === "clientId" || field === "origin" ? "form" : field, sentences[field]]
  })
  return Object.fromEntries(errors)
}
