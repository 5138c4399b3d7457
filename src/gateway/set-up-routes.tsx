import { Elysia } from "elysia"
import { z } from "zod"
import { SetUpProviderPage } from "../../views/pages/set-up-provider.tsx"
import type { DocumentView } from "../../views/props/frame.ts"
import type { FieldErrors } from "../../views/props/reader.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { paths, urls } from "../lib/urls.ts"
import { raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { userOf, type Visitor, visitorOf } from "../platform/http/visitor.ts"
import type { Secret } from "../platform/secret.ts"
import { flawSentences, refusalSentence } from "./provider-present.ts"
import type { SetUpChoice, SetUpOutcome } from "./set-up.ts"

export interface SetUpRouteNeeds {
  choose(request: Request, choice: SetUpChoice): Promise<SetUpOutcome>
  /** A key the server was started with; shown to admins only, and only its end. */
  environmentKey?: Secret
  document(visitor: Visitor, title: string): DocumentView
  showProblem: ShowProblem
}

const ChoiceForm = z.object({
  way: z.enum(["environment", "key", "address", "demo"]),
  key: z.string().max(10_000, "key-long").default(""),
  address: z.string().max(2_000, "address-invalid").default(""),
})

/** The second step of the first run: what the agent thinks with. It can be opened again at any time. */
export function setUpProviderRoutes(needs: SetUpRouteNeeds) {
  const page = (
    request: Request,
    shown: { status?: number; address?: string; way?: string; errors?: FieldErrors } = {},
  ) => {
    const visitor = visitorOf(request)
    const offered = userOf(request).role === "admin" ? needs.environmentKey : undefined
    const view = {
      ...needs.document(visitor, settingsWords(visitor.locale).choiceTitle),
      ...(offered && { environmentKey: offered.reveal().slice(-4) }),
      values: { way: shown.way ?? "", address: shown.address ?? "" },
      errors: shown.errors ?? {},
    }
    return htmlPage(<SetUpProviderPage page={view} />, { status: shown.status ?? 200 })
  }
  return new Elysia({ name: "set-up-provider" })
    .get(paths.setUpProvider, ({ request }) => page(request))
    .post(
      paths.setUpProvider,
      async ({ request }) => {
        const { locale } = visitorOf(request)
        const form = await readForm(request, ChoiceForm)
        if (form.kind === "too-large") return needs.showProblem({ status: 413, code: "too-large" }, request)
        if (form.kind === "invalid") return page(request, { status: 422, errors: flawSentences(form.fields, locale) })
        const outcome = await needs.choose(request, form.value)
        if (outcome.kind === "saved") return redirectTo(urls.firstLoop, request)
        const kept = { way: form.value.way, address: form.value.address }
        if (outcome.kind === "flawed")
          return page(request, { ...kept, status: 422, errors: flawSentences(outcome.flaws, locale) })
        return page(request, { ...kept, status: 409, errors: { form: refusalSentence(outcome, locale) } })
      },
      raw,
    )
}
