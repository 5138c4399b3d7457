import { Elysia } from "elysia"
import { NewLoopDialog } from "../../views/components/new-loop-form.tsx"
import { NewLoopPage } from "../../views/pages/new-loop.tsx"
import type { NewLoopView } from "../../views/props/loops.ts"
import { loopWords } from "../lib/i18n/loops.ts"
import { workbenchWords } from "../lib/i18n/workbench.ts"
import { type LoopOrigin, originFields, parseOrigin } from "../lib/loop-origin.ts"
import { imagesOfForm } from "../lib/message-images.ts"
import { paths, urls } from "../lib/urls.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import { formProblem, raw } from "../platform/http/form.ts"
import { readFormWithFiles } from "../platform/http/form-files.ts"
import { htmlFragment, htmlPage, isFragment, redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Created } from "./create.ts"
import type { Description } from "./origins/describe.ts"
import { hasMaterial } from "./origins/material.ts"
import { newLoopErrors } from "./present.ts"
import { NewLoopForm, type RouteNeeds } from "./route-needs.ts"

/** The longest message in UTF-8, percent-encoded by a form, and the fields around it. */
const largestForm = 13 << 20

/** The way to a new loop: empty, with a first message for somebody who has none, or made from something. */
export const newLoopRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "new-loop" })
    .get(paths.newLoop, ({ request, query }) => openForm(needs, request, query))
    .post(
      paths.loops,
      async ({ request }) => {
        const wish = { maxBytes: largestForm, ...imagesOfForm }
        const { form, files } = await readFormWithFiles(request, NewLoopForm, wish)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const origin = parseOrigin(form.value)
        if (form.value.from !== "" && !origin) return needs.showProblem({ status: 404, code: "not-found" }, request)
        const wanted = { ...form.value, images: files, ...freshnessIn(form.value), ...(origin && { origin }) }
        const created = await orNotWritten(needs.loops.create(wanted, userOf(request)))
        if (created.kind === "created") return redirectTo(urls.loop(created.loop), request)
        return refuse(needs, request, { form: form.value, origin, refused: created })
      },
      raw,
    )

async function openForm(needs: RouteNeeds, request: Request, query: Record<string, unknown>): Promise<Response> {
  const form = await blankForm(needs, request)
  if (query["from"] === undefined)
    return showForm(needs, request, query["first"] === undefined ? form : firstForm(form))
  const origin = parseOrigin(query)
  const made = origin && (await described(needs, request, origin))
  if (!origin || !made) return needs.showProblem({ status: 404, code: "not-found" }, request)
  return showForm(needs, request, prefilled(form, origin, made))
}

const described = ({ loops }: RouteNeeds, request: Request, origin: LoopOrigin) =>
  loops.describe(origin, { user: userOf(request), locale: visitorOf(request).locale })

interface Refused {
  form: NewLoopForm
  origin: LoopOrigin | undefined
  refused: Exclude<Created, { kind: "created" }> | NotWritten
}

interface NotWritten {
  kind: "not-written"
}

/** A disk that cannot be written is no reason to lose what was typed. */
const orNotWritten = (creating: Promise<Created>): Promise<Created | NotWritten> =>
  creating.catch((error: unknown) => {
    if (isDiskFailure(error)) return { kind: "not-written" }
    throw error
  })

/** The form again with what was typed; only of what is gone for this person nothing is said. */
async function refuse(needs: RouteNeeds, request: Request, { form, origin, refused }: Refused): Promise<Response> {
  const fields = refused.kind === "refused" ? refused.fields : {}
  if (origin?.kind === "cross-loop" && fields.origin)
    return needs.showProblem({ status: 404, code: "not-found" }, request)
  const { locale } = visitorOf(request)
  const isSick = refused.kind === "not-written"
  const errors = isSick ? { form: workbenchWords(locale).notMade } : newLoopErrors(fields, locale)
  const blank = { ...(await blankForm(needs, request)), ...typed(form), errors }
  const made = origin && (await described(needs, request, origin))
  const again = origin && made ? { ...blank, from: fromView(origin, made) } : blank
  return showForm(needs, request, { ...again, status: isSick ? 507 : 422 })
}

async function blankForm({ repos, clock, ids, ...needs }: RouteNeeds, request: Request): Promise<NewLoopView> {
  const { locale, formToken } = visitorOf(request)
  const user = userOf(request)
  const [roster, defaults, model] = await Promise.all([
    repos.roster(),
    needs.defaults(user.name),
    needs.nextModel(user.name),
  ])
  return {
    reader: { locale, now: clock.now() },
    values: { message: "", title: "", repo: "", ref: "", visibility: defaults.visibility },
    freshness: freshnessView(emptyFreshness),
    clientId: ids.uuid(),
    repos: roster.map(({ name }) => ({ name })),
    errors: {},
    model,
    formToken,
  }
}

/** The last step of the first run: a message to begin with, which may be sent as it is. */
const firstForm = (form: NewLoopView): NewLoopView => ({
  ...form,
  first: true,
  values: { ...form.values, message: loopWords(form.reader.locale).firstMessage },
})

const prefilled = (form: NewLoopView, origin: LoopOrigin, made: Description): NewLoopView => ({
  ...form,
  values: {
    ...{ ...form.values, title: made.title, message: made.message },
    ...(made.private && { visibility: "private" }),
  },
  from: fromView(origin, made),
})

const fromView = (origin: LoopOrigin, made: Description): NonNullable<NewLoopView["from"]> => ({
  fields: originFields(origin),
  ...{ about: made.about, url: made.url, private: made.private, waits: made.waits, material: hasMaterial(origin) },
})

/** What was typed, so that a refusal loses nothing; the same client id, so that sending again is the same request. */
const typed = (form: NewLoopForm): Partial<NewLoopView> => {
  const { clientId, message, title, repo, ref, visibility } = form
  return { clientId, values: { message, title, repo, ref, visibility }, freshness: freshnessView(form) }
}

type FreshnessForm = Pick<NewLoopForm, "knowledge" | "knowledgeKind" | "notes" | "notesKind">
const emptyFreshness: FreshnessForm = { knowledge: "", knowledgeKind: "", notes: "", notesKind: "" }

/** A version that was typed is meant, whatever was chosen beside it. */
const freshnessIn = ({ knowledge, knowledgeKind, notes, notesKind }: FreshnessForm) => ({
  knowledge: knowledge.trim() || kindOf("", knowledgeKind),
  notes: notes.trim() || kindOf("", notesKind),
})

const freshnessView = (form: FreshnessForm): NewLoopView["freshness"] => ({
  knowledge: { kind: kindOf(form.knowledge, form.knowledgeKind), version: form.knowledge },
  notes: { kind: kindOf(form.notes, form.notesKind), version: form.notes },
})

const kinds = ["latest", "cached", "version"] as const

const kindOf = (version: string, chosen: string) =>
  version.trim() === "" ? (kinds.find((kind) => kind === chosen) ?? "latest") : "version"

function showForm(
  { frame }: RouteNeeds,
  request: Request,
  { status = 200, ...form }: NewLoopView & { status?: number },
): Response {
  if (isFragment(request)) return htmlFragment(<NewLoopDialog form={form} />, { status })
  const title = loopWords(form.reader.locale).newLoop
  return htmlPage(<NewLoopPage page={{ ...frame(request, { title, section: "loops" }), form }} />, { status })
}
