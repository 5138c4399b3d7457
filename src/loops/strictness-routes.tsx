import { Elysia } from "elysia"
import { strictnessWords } from "../lib/i18n/strictness.ts"
import { urls } from "../lib/urls.ts"
import { workbenchPaths } from "../lib/workbench-urls.ts"
import type { Clock } from "../platform/clock.ts"
import { raw } from "../platform/http/form.ts"
import { redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { DrivenLoop } from "./contract.ts"
import type { LoopsDoor } from "./index.ts"
import { asDriverWith } from "./replies.tsx"
import { WantedStrictness } from "./strictness.ts"

export interface StrictnessRouteNeeds {
  loops: Pick<LoopsDoor, "forDriver" | "setStrictness">
  clock: Clock
  showProblem: ShowProblem
  /** The page, with the sentence that says why nothing was changed. */
  showRefused(visit: { request: Request; loop: DrivenLoop }, sentence: string): Promise<Response>
}

/** How much stricter than its workspace a loop is, by its driver's word. */
export function strictnessRoutes(needs: StrictnessRouteNeeds) {
  return new Elysia({ name: "loop-strictness" }).post(
    workbenchPaths.strictness,
    ({ request, params }) =>
      asDriverWith(needs, { request, ...params, form: WantedStrictness.partial() }, async (wanted, loop) => {
        const outcome = await needs.loops.setStrictness(loop, userOf(request), wanted)
        if (outcome.kind === "done")
          return redirectTo(urls.loopSandbox(loop.record.id, { done: "strictness" }), request)
        const words = strictnessWords(visitorOf(request).locale)
        const sentence = outcome.what === "network" ? words.looserNetwork : words.looserHardening
        return needs.showRefused({ request, loop }, sentence)
      }),
    raw,
  )
}
