import { Elysia } from "elysia"
import { z } from "zod"
import { RepositoryRequestsPage } from "../../views/pages/repository-requests.tsx"
import type { RepositoryRequestsView } from "../../views/props/repositories.ts"
import { requestWords } from "../lib/i18n/requests.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { requestPaths, requestUrls } from "../lib/request-urls.ts"
import { asAdmin } from "../platform/http/as-admin.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { flawWords, type RosterRouteNeeds } from "./roster-routes.tsx"
import type { Wish, Wishes } from "./wishes.ts"

interface Needs extends Omit<RosterRouteNeeds, "roster" | "passwordAgain"> {
  wishes: Wishes
}

const longestWhy = 500
const AskForm = z.object({ name: z.string().max(200), git: z.string().max(2_000), why: z.string().default("") })
const DeclineForm = z.object({ answer: z.string().default("") })

/** Members ask for repositories of code, and administrators answer. */
export const wishRoutes = (needs: Needs) =>
  new Elysia({ name: "repository-requests" })
    .get(requestPaths.requests, ({ request, query }) => show(needs, request, { said: query["said"] }))
    .post(requestPaths.requests, ({ request }) => ask(needs, request), raw)
    .post(requestPaths.withdraw, ({ request, params }) => withdraw(needs, request, params.wish), raw)
    .post(
      requestPaths.accept,
      ({ request, params }) => asAdmin(needs, request, () => accept(needs, request, params.wish)),
      raw,
    )
    .post(
      requestPaths.decline,
      ({ request, params }) => asAdmin(needs, request, () => decline(needs, request, params.wish)),
      raw,
    )

async function ask(needs: Needs, request: Request): Promise<Response> {
  const form = await readForm(request, AskForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { value: values } = form
  const words = requestWords(visitorOf(request).locale)
  if (values.why.length > longestWhy) return show(needs, request, { values, errors: { why: words.whyLong } })
  const user = userOf(request)
  const asked = await needs.wishes.ask(user.name, values)
  if (asked.kind === "flawed") return show(needs, request, { values, errors: flawWords(asked.flaws, request) })
  if (asked.kind === "too-many") return show(needs, request, { values, errors: { form: words.tooMany } })
  await needs.note(user, "settings.repository.ask", values.name.trim())
  return redirectTo(requestUrls.requests({ said: "asked" }), request)
}

async function withdraw(needs: Needs, request: Request, id: string): Promise<Response> {
  if (!(await needs.wishes.withdraw(userOf(request).name, id)))
    return needs.showProblem({ status: 404, code: "no-such-request" }, request)
  return redirectTo(requestUrls.requests({ said: "withdrawn" }), request)
}

async function accept(needs: Needs, request: Request, id: string): Promise<Response> {
  const done = await needs.wishes.accept(id)
  const { locale } = visitorOf(request)
  if (done.kind === "gone") return show(needs, request, { errors: { [id]: requestWords(locale).gone }, missing: id })
  if (done.kind === "unreadable")
    return show(needs, request, { errors: { [id]: settingsWords(locale).fileUnreadable(done) } })
  if (done.kind === "flawed") {
    const [sentence = ""] = Object.values(flawWords(done.flaws, request))
    return show(needs, request, { errors: { [id]: sentence } })
  }
  await needs.note(userOf(request), "settings.repository.add", done.name)
  return redirectTo(requestUrls.requests({ said: "accepted" }), request)
}

async function decline(needs: Needs, request: Request, id: string): Promise<Response> {
  const form = await readForm(request, DeclineForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const words = requestWords(visitorOf(request).locale)
  const { answer } = form.value
  if (answer.length > longestWhy) return show(needs, request, { errors: { [id]: words.answerLong } })
  const declined = await needs.wishes.decline(id, answer)
  if (!declined) return show(needs, request, { errors: { [id]: words.gone }, missing: id })
  await needs.note(userOf(request), "settings.repository.decline", declined.name)
  return redirectTo(requestUrls.requests({ said: "declined" }), request)
}

interface Shown extends Partial<Pick<RepositoryRequestsView, "values" | "errors">> {
  said?: unknown
  /** A request that is not there any more. */
  missing?: string
}

async function show(needs: Needs, request: Request, shown: Shown): Promise<Response> {
  const { name } = userOf(request)
  const words = requestWords(visitorOf(request).locale)
  const notices: Record<string, string> = {
    ...{ asked: words.asked, withdrawn: words.withdrawn, accepted: words.acceptedNow, declined: words.declinedNow },
  }
  const { values = { name: "", git: "", why: "" }, errors = {}, missing } = shown
  const notice = typeof shown.said === "string" && Object.hasOwn(notices, shown.said) ? notices[shown.said] : undefined
  const wishes = await needs.wishes.list()
  const view: RepositoryRequestsView = {
    ...needs.frame(request, { title: words.title, section: "settings" }),
    ...{ values, notice, errors: missing === undefined ? errors : { form: errors[missing] ?? "" } },
    own: wishes.filter(({ by }) => by === name).map(rowView),
    waiting: needs.isAdmin(name) ? wishes.filter(({ state }) => state === "waiting").map(rowView) : [],
  }
  return htmlPage(<RepositoryRequestsPage page={view} />, { status: Object.keys(errors).length > 0 ? 422 : 200 })
}

const rowView = ({ id, by, at, name, git, why, state, answer }: Wish): RepositoryRequestsView["own"][number] => ({
  ...{ id, by, at, name, address: git, why, state, answer },
})
