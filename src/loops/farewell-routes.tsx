import { Elysia } from "elysia"
import { DeleteLoopPage } from "../../views/pages/delete-loop.tsx"
import type { FieldErrors } from "../../views/props/reader.ts"
import { loopWords } from "../lib/i18n/loops.ts"
import { paths, urls } from "../lib/urls.ts"
import { workbenchPaths } from "../lib/workbench-urls.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { DrivenLoop } from "./contract.ts"
import type { DeleteReport } from "./farewell.ts"
import { reportView, savedView } from "./farewell-present.ts"
import { refuse } from "./loop-routes.tsx"
import { asDriverWith } from "./replies.tsx"
import { type RouteNeeds, SaveForm, TitleForm } from "./route-needs.ts"

/** Deleting a loop, bringing it back, erasing it. */
export function farewellRoutes(needs: RouteNeeds) {
  const { loops } = needs
  return new Elysia({ name: "loop-farewell" })
    .get(paths.loopDelete, async ({ request, params }) => {
      const outcome = await loops.report(params.id, userOf(request))
      if (outcome.kind !== "report") return refuse(needs, request, outcome)
      return htmlPage(<DeleteLoopPage page={shown(needs, request, outcome.report)} />)
    })
    .post(
      paths.loopDelete,
      async ({ request, params }) => {
        const form = await readForm(request, TitleForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const typed = form.value.title
        const outcome = await loops.delete(params.id, userOf(request), typed)
        if (outcome.kind === "done") return redirectTo(urls.loopsAfterDelete(outcome.record.id), request)
        if (outcome.kind !== "has-work") return refuse(needs, request, outcome)
        const words = loopWords(visitorOf(request).locale)
        const errors: FieldErrors = typed === "" ? { form: words.hasWorkNow } : { title: words.titleDiffers }
        const page = { ...shown(needs, request, outcome.report), errors, typed }
        return htmlPage(<DeleteLoopPage page={page} />, { status: 422 })
      },
      raw,
    )
    .post(
      workbenchPaths.saveWork,
      ({ request, params: { id } }) =>
        asDriverWith(needs, { request, id, form: SaveForm }, ({ secrets }, loop) =>
          saveFirst(needs, request, { loop, allowed: new Set(secrets.split(" ")) }),
        ),
      raw,
    )
    .post(
      paths.loopUndelete,
      async ({ request, params }) => {
        const outcome = await loops.undelete(params.id, userOf(request))
        return outcome.kind === "done"
          ? redirectTo(urls.loop(outcome.record.id), request)
          : refuse(needs, request, outcome)
      },
      raw,
    )
    .post(
      paths.loopErase,
      async ({ request, params }) => {
        const form = await readForm(request, TitleForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const outcome = await loops.erase(params.id, userOf(request), form.value.title)
        if (outcome.kind === "erased") return redirectTo(urls.loops(), request)
        if (outcome.kind === "title-differs") return needs.showProblem({ status: 422, code: "title-differs" }, request)
        if (outcome.kind === "not-erased") return needs.showProblem({ status: 500, code: "not-erased" }, request)
        return refuse(needs, request, outcome)
      },
      raw,
    )
}

const shown = (needs: RouteNeeds, request: Request, report: DeleteReport) =>
  reportView(
    needs.frame(request, {
      title: loopWords(visitorOf(request).locale).deleteTitle(report.name),
      section: "loops",
    }),
    report,
  )

/** Told for each checkout, on the page of what would be lost now. */
async function saveFirst(
  needs: RouteNeeds,
  request: Request,
  { loop, allowed }: { loop: DrivenLoop; allowed: ReadonlySet<string> },
): Promise<Response> {
  const { id } = loop.record
  const saved = await needs.saveWork(loop, { user: userOf(request), allowed })
  const after = await needs.loops.report(id, userOf(request))
  // Who drives a loop of somebody else's may save its work, and is not asked about its end.
  if (after.kind !== "report") return redirectTo(urls.loopChanges(id), request)
  const page = { ...shown(needs, request, after.report), ...savedView(id, saved, visitorOf(request).locale) }
  return htmlPage(<DeleteLoopPage page={page} />, { status: page.notSaved ? 503 : 200 })
}
