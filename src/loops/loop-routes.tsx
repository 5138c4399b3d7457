import { Elysia } from "elysia"
import { LoopTitle } from "../../views/components/loop-header.tsx"
import { Toast } from "../../views/components/toast.tsx"
import { Remove, Replace } from "../../views/partials.tsx"
import { targets } from "../../views/targets.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import { loopWords } from "../lib/i18n/loops.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { paths, urls } from "../lib/urls.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlFragment, isFragment, redirectTo } from "../platform/http/html.ts"
import { type SignedIn, userOf, visitorOf } from "../platform/http/visitor.ts"
import { type NotAllowed, sight } from "./access.ts"
import type { Renamed, Retried, SourceFaults } from "./life.ts"
import { loopHeader, titleFor } from "./present.ts"
import type { LoopRecord } from "./record.ts"
import { type RouteNeeds, SeenForm, SourceForm, TitleForm, VisibilityForm } from "./route-needs.ts"

/** What people do with one loop as a thing. */
export function loopRoutes(needs: RouteNeeds) {
  const { loops } = needs
  return new Elysia({ name: "loop-life" })
    .post(
      paths.loopTitle,
      async ({ request, params }) => {
        const form = await readForm(request, TitleForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const outcome = await loops.rename(params.id, userOf(request), form.value.title)
        return outcome.kind === "done" ? showTitle(needs, request, outcome) : refuseTitle(needs, request, outcome)
      },
      raw,
    )
    .post(
      paths.loopArchive,
      async ({ request, params }) => {
        const outcome = await loops.archive(params.id, userOf(request))
        if (outcome.kind !== "done") return refuse(needs, request, outcome)
        if (!isFragment(request)) return redirectTo(urls.loops(), request)
        const words = loopWords(visitorOf(request).locale)
        return partials(
          <>
            <Remove target={targets.loopRow(outcome.record.id)} />
            <Toast
              text={words.archivedToast(titleFor(outcome.record, userOf(request), words.privateLoop))}
              reader={readerOf(needs, request)}
            />
          </>,
        )
      },
      raw,
    )
    .post(
      paths.loopRestore,
      async ({ request, params }) => {
        const outcome = await loops.restore(params.id, userOf(request))
        return outcome.kind === "done"
          ? redirectTo(urls.loop(outcome.record.id), request)
          : refuse(needs, request, outcome)
      },
      raw,
    )
    .post(
      paths.loopVisibility,
      async ({ request, params }) => {
        const form = await readForm(request, VisibilityForm)
        if (form.kind === "too-large") return needs.showProblem(formProblem(form), request)
        if (form.kind === "invalid") return refuseVisibility(needs, request, params.id)
        const outcome = await loops.show(params.id, userOf(request), form.value.visibility)
        if (outcome.kind === "done") return redirectTo(placeFor(outcome.record, userOf(request)), request)
        return outcome.kind === "only-owner" ? refuseWider(needs, request, outcome) : refuse(needs, request, outcome)
      },
      raw,
    )
    .post(
      paths.loopPrepare,
      async ({ request, params }) => {
        const form = await readForm(request, SourceForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const outcome = await loops.retry(params.id, userOf(request), form.value)
        if (outcome.kind === "done") return redirectTo(urls.loop(outcome.record.id), request)
        return outcome.kind === "refused" ? refuseSource(needs, request, outcome) : refuse(needs, request, outcome)
      },
      raw,
    )
    .post(
      paths.loopSandboxStop,
      async ({ request, params }) => {
        const outcome = await loops.stopSandbox(params.id, userOf(request))
        return outcome.kind === "done"
          ? redirectTo(urls.loop(outcome.record.id), request)
          : refuse(needs, request, outcome)
      },
      raw,
    )
    .post(
      paths.loopSeen,
      async ({ request, params }) => {
        const user = userOf(request)
        const outcome = await loops.forViewer(params.id, user)
        if (outcome.kind !== "viewed") return refuse(needs, request, outcome)
        const form = await readForm(request, SeenForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        await loops.looks.mark(outcome.loop.record.id, user.name, form.value.seq)
        return new Response(null, { status: 204 })
      },
      raw,
    )
}

type RefuseNeeds = Pick<RouteNeeds, "clock" | "showProblem">

/** A loop that somebody may not even see is told like one that is not there. */
export function refuse(needs: RefuseNeeds, request: Request, outcome: NotAllowed): Response {
  if (outcome.kind === "not-found") return needs.showProblem({ status: 404, code: "not-found" }, request)
  if (!isFragment(request)) return needs.showProblem({ status: 403, code: "not-allowed" }, request)
  const sentence = loopWords(visitorOf(request).locale).notAllowedToast(outcome.owner)
  return partials(<Toast text={sentence} level="error" reader={readerOf(needs, request)} />, 403)
}

/** Where somebody is led after a change: he may have closed the page to himself. */
const placeFor = (record: LoopRecord, user: SignedIn): string =>
  sight(record, user) === "all" ? urls.loop(record.id) : urls.loops()

/** Nothing is said of a form to somebody who may not even see the loop. */
async function refuseVisibility(needs: RouteNeeds, request: Request, id: string): Promise<Response> {
  const viewed = await needs.loops.forViewer(id, userOf(request))
  if (viewed.kind !== "viewed") return refuse(needs, request, viewed)
  return needs.showProblem({ status: 422, code: "invalid" }, request)
}

function refuseWider(needs: RouteNeeds, request: Request, { owner }: { owner: string }): Response {
  if (!isFragment(request)) return needs.showProblem({ status: 403, code: "not-allowed" }, request)
  const sentence = loopWords(visitorOf(request).locale).onlyOwnerShows(owner)
  return partials(<Toast text={sentence} level="error" reader={readerOf(needs, request)} />, 403)
}

function refuseSource(
  needs: RouteNeeds,
  request: Request,
  { fields }: Extract<Retried, { kind: "refused" }>,
): Response {
  if (!isFragment(request)) return needs.showProblem({ status: 422, code: "invalid" }, request)
  const sentence = sourceSentence(fields, visitorOf(request).locale)
  return partials(<Toast text={sentence} level="error" reader={readerOf(needs, request)} />, 422)
}

function sourceSentence({ repo, hostKey }: SourceFaults, locale: Locale): string {
  const words = loopWords(locale)
  if (repo !== undefined) return words.repoUnknown
  if (hostKey !== undefined) return hostKey === "not-admin" ? words.hostKeyNotAdmin : words.hostKeyNotShown
  return words.refInvalid
}

function showTitle(needs: RouteNeeds, request: Request, { record }: Extract<Renamed, { kind: "done" }>): Response {
  if (!isFragment(request)) return redirectTo(urls.loop(record.id), request)
  const reader = readerOf(needs, request)
  const header = loopHeader({ record, user: userOf(request), reader })
  return partials(
    <Replace target={targets.loopTitle}>
      <LoopTitle header={header} reader={reader} formToken={visitorOf(request).formToken} />
    </Replace>,
  )
}

function refuseTitle(needs: RouteNeeds, request: Request, outcome: Exclude<Renamed, { kind: "done" }>): Response {
  if (outcome.kind === "not-found" || outcome.kind === "not-allowed") return refuse(needs, request, outcome)
  const status = outcome.kind === "archived" ? 409 : 422
  if (!isFragment(request)) return needs.showProblem({ status, code: outcome.kind }, request)
  const words = loopWords(visitorOf(request).locale)
  const blank = outcome.kind === "refused" && outcome.title === "missing" ? words.titleMissing : words.titleTooLong
  const sentence = outcome.kind === "archived" ? words.renameArchivedToast : blank
  return partials(<Toast text={sentence} level="error" reader={readerOf(needs, request)} />, status)
}

const readerOf = ({ clock }: Pick<RouteNeeds, "clock">, request: Request) => ({
  locale: visitorOf(request).locale,
  now: clock.now(),
})

/** Pieces that find their own places; whatever the form aimed at stays as it is. */
const partials = (pieces: SafeHtml | null, status = 200): Response =>
  htmlFragment(pieces, { status, headers: { "hx-reswap": "none" } })
