import type { z } from "zod"
import type { KeptTextView } from "../../views/props/changes.ts"
import { shownPath } from "../lib/file-path.ts"
import { changesWords } from "../lib/i18n/changes.ts"
import { historyWords } from "../lib/i18n/history.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { asDriverWith, type DrivenLoop, type GitInside, type NotPlaced } from "../loops/index.ts"
import { redirectTo } from "../platform/http/html.ts"
import { targetOf } from "../platform/http/target.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { Committed } from "./commit.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { gitIn } from "./checkouts.ts"
import { type Doing, largestForm, type Visit } from "./needs.ts"
import { type Extra, showChanges, showNoCheckout, showUnplaced } from "./replies.tsx"
import { anchorOf } from "./present.ts"
import { addressOf, type Said, type Sight, sightFrom } from "./sight.ts"
import type { UndoNeeds } from "./undo.ts"

export interface Asked<Form> {
  request: Request
  /** The loop, as the address names it. */
  id: string
  form: z.ZodType<Form>
}

/** What a deed works with. */
export interface Acting extends UndoNeeds {
  git: GitInside
  loop: DrivenLoop
  request: Request
  sight: Sight
}

/** What came of a deed: what to say of it, where on the page, or what else the page shows. */
export type Outcome =
  { outcome: Committed; say: Said; path?: string | undefined; kept?: Extra } | { shown: Extra; visit?: Partial<Visit> }

type Sighted = { sight: string }

/** The driver of a loop does something in its sandbox, which is started for that if need be. */
export async function act<Form extends Sighted>(
  doing: Doing,
  asked: Asked<Form>,
  deed: (form: Form, acting: Acting) => Promise<Outcome | Response>,
): Promise<Response> {
  return asVisitor(doing, asked, async (form, visit) => {
    const { workbench, loops, clock, ids } = doing
    const done = await workbench.write(visit.loop, async (box): Promise<Response | NotPlaced> => {
      const spec = await loops.sandboxSpec(visit.loop.record.id)
      if (!spec) return { kind: "not-placed", why: "not-prepared" }
      const git = await gitIn(doing, box, visit)
      if (!git) return showNoCheckout(doing, visit)
      const outcome = await deed(form, { ...visit, git, clock, ids, identity: identityVariables(spec.identity) })
      return outcome instanceof Response ? outcome : answer(doing, visit, outcome)
    })
    return done instanceof Response ? done : showUnplaced(doing, visit, { ...done, kept: keptOf(form, asked.request) })
  })
}

const typedFields = ["message", "text"]

/** What somebody typed, with what else the form said: it can be sent again as it was. */
function keptOf(form: object, request: Request): KeptTextView | undefined {
  const said = Object.entries(form).flatMap(([name, value]) =>
    [value].flat().flatMap((one): [string, string][] => (one === undefined ? [] : [[name, String(one)]])),
  )
  const [name, text] = said.find(([field, value]) => typedFields.includes(field) && value !== "") ?? []
  if (name === undefined || text === undefined) return undefined
  return { action: targetOf(request).pathname, name, text, fields: said.filter(([field]) => field !== name) }
}

type DrivenVisit = Visit & { loop: DrivenLoop }

/** Permits, parses, and knows how the driver looked at the changes. */
export const asVisitor = <Form extends Sighted>(
  doing: Doing,
  asked: Asked<Form>,
  then: (form: Form, visit: DrivenVisit) => Promise<Response>,
): Promise<Response> =>
  asDriverWith(doing, { ...asked, maxBytes: largestForm }, (form, loop) =>
    then(form, { request: asked.request, loop, sight: sightFrom(form.sight) }),
  )

async function answer(doing: Doing, visit: Visit, result: Outcome): Promise<Response> {
  if ("shown" in result) return showChanges(doing, { ...visit, ...result.visit }, result.shown)
  const { outcome, say, path, kept } = result
  const words = changesWords(visitorOf(visit.request).locale)
  if (outcome.kind !== "done")
    return showChanges(doing, visit, { ...kept, ...wrong(outcome, visitorOf(visit.request).locale, kept) })
  if (outcome.said === undefined) return goBack(visit, say, path)
  return showChanges(doing, visit, { notice: { level: "done", sentence: words[say], detail: outcome.said } })
}

type Wrong = Exclude<Committed, { kind: "done" }>

function wrong(outcome: Wrong, locale: Locale, kept: Extra = {}): Extra {
  const words = changesWords(locale)
  const notice = (sentence: string, detail?: string) => ({ level: "error" as const, sentence, detail })
  switch (outcome.kind) {
    case "changed":
      return { as: "conflict", notice: notice(words.changedMeanwhile) }
    case "own-repository": {
      const paths = outcome.paths.slice(0, 5).map(shownPath).join(", ")
      return { as: "conflict", notice: notice(historyWords(locale).ownRepository(paths)) }
    }
    case "no-lines":
      return { as: "invalid", notice: notice(words.noLines) }
    case "no-repository":
      return { as: "conflict" }
    case "refused":
      return { as: "conflict", notice: notice(words.gitRefused, outcome.said) }
    default:
      return notCommitted(outcome, locale, kept)
  }
}

type NotCommitted = Extract<Wrong, { kind: "empty-message" | "not-amendable" | "nothing-staged" }>

/** Beside the message, which stays. */
function notCommitted({ kind }: NotCommitted, locale: Locale, kept: Extra): Extra {
  const { messageMissing, nothingStaged } = changesWords(locale)
  if (kind === "empty-message") return { as: "invalid", commit: { message: "", error: messageMissing } }
  const error = kind === "nothing-staged" ? nothingStaged : historyWords(locale).notAmendable
  return { as: "conflict", commit: { message: kept.commit?.message ?? "", error } }
}

export function goBack({ request, loop, sight }: Visit, said: Said, path?: string): Response {
  const address = addressOf(loop.record.id, { ...sight, comment: undefined, pick: undefined, said })
  return redirectTo(path === undefined ? address : `${address}#${anchorOf(path)}`, request)
}
