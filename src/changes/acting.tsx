import type { z } from "zod"
import { changesWords } from "../lib/i18n/changes.ts"
import { type DrivenLoop, linkLost, refuseDriver } from "../loops/index.ts"
import { formProblem, readForm } from "../platform/http/form.ts"
import { redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { identityVariables, type Committed } from "./commit.ts"
import { createGitInside, type GitInside } from "./inside.ts"
import { type Doing, largestForm, type Visit } from "./needs.ts"
import { type Extra, showChanges, showUnplaced } from "./replies.tsx"
import { anchorOf } from "./present.ts"
import { addressOf, type Said, sightFrom } from "./sight.ts"
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
  return asDriver(doing, asked, async (form, visit) => {
    const placed = await doing.workbench.toWrite(visit.loop)
    if (placed.kind !== "placed") return showUnplaced(doing, visit, placed)
    const spec = await doing.loops.sandboxSpec(visit.loop.record.id)
    if (!spec) return showUnplaced(doing, visit, { kind: "not-placed", why: "not-prepared" })
    const git = createGitInside({ box: placed.box, clock: doing.clock })
    const identity = identityVariables(spec.identity)
    try {
      const outcome = await deed(form, { ...visit, git, clock: doing.clock, ids: doing.ids, identity })
      return outcome instanceof Response ? outcome : await answer(doing, visit, outcome)
    } catch (error) {
      return showUnplaced(doing, visit, linkLost(error))
    }
  })
}

type DrivenVisit = Visit & { loop: DrivenLoop }

/** Permits and parses. */
export async function asDriver<Form extends Sighted>(
  doing: Doing,
  { request, id, form: schema }: Asked<Form>,
  then: (form: Form, visit: DrivenVisit) => Promise<Response>,
): Promise<Response> {
  const driven = await doing.loops.forDriver(id, userOf(request))
  if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
  const form = await readForm(request, schema, { maxBytes: largestForm })
  if (form.kind !== "valid") return doing.showProblem(formProblem(form), request)
  return then(form.value, { request, loop: driven.loop, sight: sightFrom(form.value.sight) })
}

async function answer(doing: Doing, visit: Visit, result: Outcome): Promise<Response> {
  if ("shown" in result) return showChanges(doing, { ...visit, ...result.visit }, result.shown)
  const { outcome, say, path, kept } = result
  const words = changesWords(visitorOf(visit.request).locale)
  if (outcome.kind !== "done") return showChanges(doing, visit, { ...kept, ...wrong(outcome, words, kept) })
  if (outcome.said === undefined) return goBack(visit, say, path)
  return showChanges(doing, visit, { notice: { level: "done", sentence: words[say], detail: outcome.said } })
}

type Wrong = Exclude<Committed, { kind: "done" }>

function wrong(outcome: Wrong, words: ReturnType<typeof changesWords>, kept: Extra = {}): Extra {
  const notice = (sentence: string, detail?: string) => ({ level: "error" as const, sentence, detail })
  switch (outcome.kind) {
    case "changed":
      return { as: "conflict", notice: notice(words.changedMeanwhile) }
    case "no-lines":
      return { as: "invalid", notice: notice(words.noLines) }
    case "no-repository":
      return { as: "conflict" }
    case "refused":
      return { as: "conflict", notice: notice(words.gitRefused, outcome.said) }
    case "empty-message":
      return { as: "invalid", commit: { message: "", error: words.messageMissing } }
    case "nothing-staged":
      return { as: "conflict", commit: { message: kept.commit?.message ?? "", error: words.nothingStaged } }
  }
}

export function goBack({ request, loop, sight }: Visit, said: Said, path?: string): Response {
  const address = addressOf(loop.record.id, { ...sight, comment: undefined, pick: undefined, said })
  return redirectTo(path === undefined ? address : `${address}#${anchorOf(path)}`, request)
}
