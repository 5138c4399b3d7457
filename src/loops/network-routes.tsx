import { Elysia } from "elysia"
import { z } from "zod"
import { Toast } from "../../views/components/toast.tsx"
import { networkWords } from "../lib/i18n/network.ts"
import { paths, urls } from "../lib/urls.ts"
import type { Clock } from "../platform/clock.ts"
import { raw } from "../platform/http/form.ts"
import { htmlFragment, isFragment, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { DrivenLoop } from "./contract.ts"
import type { LoopsDoor } from "./index.ts"
import type { AllowOutcome } from "./outbound.ts"
import { asDriverWith } from "./replies.tsx"

export interface HostRouteNeeds {
  loops: Pick<LoopsDoor, "forDriver" | "allowHost" | "forgetHost">
  clock: Clock
  showProblem: ShowProblem
  /** The page with what was typed and what is wrong with it, for browsers without script. */
  showAgain(visit: { request: Request; loop: DrivenLoop }, kept: { typed: string; error: string }): Promise<Response>
}

const HostForm = z.object({ host: z.string().max(300).default("") })

/** Where a loop may go besides the workspace's list: its driver's word, where the workspace lets drivers say it. */
export function networkRoutes(needs: HostRouteNeeds) {
  const { loops } = needs
  return new Elysia({ name: "loop-network" })
    .post(
      paths.loopHosts,
      ({ request, params }) =>
        asDriverWith(needs, { request, ...params, form: HostForm }, async ({ host }, loop) =>
          answer(needs, { request, loop, host, said: "allowed" }, await loops.allowHost(loop, userOf(request), host)),
        ),
      raw,
    )
    .post(
      paths.loopHostForget,
      ({ request, params }) =>
        asDriverWith(needs, { request, ...params, form: HostForm }, async ({ host }, loop) =>
          answer(
            needs,
            { request, loop, host, said: "forgotten" },
            await loops.forgetHost(loop, userOf(request), host),
          ),
        ),
      raw,
    )
}

interface Asked {
  request: Request
  loop: DrivenLoop
  host: string
  said: "allowed" | "forgotten"
}

function answer(
  needs: HostRouteNeeds,
  { request, loop, host, said }: Asked,
  outcome: AllowOutcome,
): Response | Promise<Response> {
  const { locale } = visitorOf(request)
  const words = networkWords(locale)
  const reader = { locale, now: needs.clock.now() }
  if (outcome.kind === "done") {
    if (!isFragment(request)) return redirectTo(urls.loopSandbox(loop.record.id), request)
    return htmlFragment(<Toast text={words[said](outcome.host)} reader={reader} />)
  }
  const sentences = {
    "not-permitted": words.notPermitted,
    "not-a-host": words.notAHost,
    "too-many": words.tooManyHosts,
  }
  const sentence = sentences[outcome.kind]
  if (!isFragment(request)) return needs.showAgain({ request, loop }, { typed: host, error: sentence })
  const status = outcome.kind === "not-permitted" ? 403 : 422
  return htmlFragment(<Toast text={sentence} level="error" reader={reader} />, { status })
}
