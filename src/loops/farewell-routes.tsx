import { Elysia } from "elysia"
import { DeleteLoopPage } from "../../views/pages/delete-loop.tsx"
import type { DeleteReportView } from "../../views/props/loops.ts"
import type { FieldErrors } from "../../views/props/reader.ts"
import { id6 } from "../lib/ids.ts"
import { loopWords } from "../lib/i18n/loops.ts"
import { slug } from "../lib/slug.ts"
import { paths, urls } from "../lib/urls.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { DeleteReport } from "./farewell.ts"
import { refuse } from "./loop-routes.tsx"
import { type RouteNeeds, TitleForm } from "./route-needs.ts"

/** Deleting a loop, bringing it back, erasing it. */
export function farewellRoutes(needs: RouteNeeds) {
  const { loops } = needs
  return new Elysia({ name: "loop-farewell" })
    .get(paths.loopDelete, async ({ request, params }) => {
      const outcome = await loops.report(params.id, userOf(request))
      if (outcome.kind !== "report") return refuse(needs, request, outcome)
      return htmlPage(<DeleteLoopPage page={reportView(needs, request, outcome.report)} />)
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
        const page = { ...reportView(needs, request, outcome.report), errors, typed }
        return htmlPage(<DeleteLoopPage page={page} />, { status: 422 })
      },
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

function reportView(
  needs: RouteNeeds,
  request: Request,
  { id, name, work, hasWork, maySave, days }: DeleteReport,
): DeleteReportView {
  const words = loopWords(visitorOf(request).locale)
  return {
    ...needs.frame(request, { title: words.deleteTitle(name), section: "loops" }),
    loop: { id, title: name },
    report: work,
    hasWork,
    ...(hasWork && maySave && { save: { name: `${slug(name)}-${id6(id)}.bundle`, loose: work?.loose === true } }),
    days,
    errors: {},
    typed: "",
  }
}
