import { Elysia } from "elysia"
import { z } from "zod"
import { Toast } from "../../views/components/toast.tsx"
import { networkWords } from "../lib/i18n/network.ts"
import { paths, urls } from "../lib/urls.ts"
import { raw } from "../platform/http/form.ts"
import { htmlFragment, isFragment, redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { AllowOutcome } from "./outbound.ts"
import { asDriverWith } from "./replies.tsx"
import type { RouteNeeds } from "./route-needs.ts"

const HostForm = z.object({ host: z.string().max(300).default("") })

/** Where a loop may go besides the workspace's list: its driver's word, where the workspace lets drivers say it. */
export function networkRoutes(needs: RouteNeeds) {
  const { loops } = needs
  return new Elysia({ name: "loop-network" })
    .post(
      paths.loopHosts,
      ({ request, params }) =>
        asDriverWith(needs, { request, ...params, form: HostForm }, async ({ host }, loop) =>
          answer(needs, { request, ...params, said: "allowed" }, await loops.allowHost(loop, userOf(request), host)),
        ),
      raw,
    )
    .post(
      paths.loopHostForget,
      ({ request, params }) =>
        asDriverWith(needs, { request, ...params, form: HostForm }, async ({ host }, loop) =>
          answer(needs, { request, ...params, said: "forgotten" }, await loops.forgetHost(loop, userOf(request), host)),
        ),
      raw,
    )
}

interface Asked {
  request: Request
  id: string
  said: "allowed" | "forgotten"
}

function answer(needs: RouteNeeds, { request, id, said }: Asked, outcome: AllowOutcome): Response {
  const { locale } = visitorOf(request)
  const words = networkWords(locale)
  const reader = { locale, now: needs.clock.now() }
  if (outcome.kind === "done") {
    if (!isFragment(request)) return redirectTo(urls.loop(id), request)
    return htmlFragment(<Toast text={words[said](outcome.host)} reader={reader} />)
  }
  const status = outcome.kind === "not-permitted" ? 403 : 422
  if (!isFragment(request))
    return needs.showProblem({ status, code: status === 403 ? "not-allowed" : "invalid" }, request)
  const sentences = {
    "not-permitted": words.notPermitted,
    "not-a-host": words.notAHost,
    "too-many": words.tooManyHosts,
  }
  return htmlFragment(<Toast text={sentences[outcome.kind]} level="error" reader={reader} />, { status })
}
