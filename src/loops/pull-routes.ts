import { Elysia } from "elysia"
import { z } from "zod"
import type { Locale } from "../lib/i18n/locale.ts"
import { pullingWords } from "../lib/i18n/pulling.ts"
import { workbenchPaths } from "../lib/workbench-urls.ts"
import type { Clock } from "../platform/clock.ts"
import { raw } from "../platform/http/form.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { type Pulled, type PulledContext, pulledContexts } from "./checkouts/pull.ts"
import type { DrivenLoop } from "./contract.ts"
import type { LoopsDoor } from "./index.ts"
import { asDriverWith } from "./replies.tsx"
import type { NotPlaced, Workbench } from "./workbench.ts"

interface PullRouteNeeds {
  loops: Pick<LoopsDoor, "forDriver" | "pull">
  workbench: Pick<Workbench, "write">
  clock: Clock
  showProblem: ShowProblem
  /** The page with a sentence in the place of news. */
  showSaid(visit: { request: Request; loop: DrivenLoop }, sentence: string, status: number): Promise<Response>
}

const PullForm = z.object({ context: z.enum(pulledContexts) })

/** Brings a context to what is newest, at its driver's word. */
export const pullRoutes = (needs: PullRouteNeeds) =>
  new Elysia({ name: "loop-pull" }).post(
    workbenchPaths.pullNow,
    ({ request, params: { id } }) =>
      asDriverWith(needs, { request, id, form: PullForm }, async ({ context }, loop) => {
        const outcome = await needs.workbench.write(loop, (box) => needs.loops.pull(loop, context, box))
        const done = outcome.kind === "pulled" || outcome.kind === "newest"
        const sentence = sentenceOf(outcome, context, visitorOf(request).locale)
        return needs.showSaid({ request, loop }, sentence, done ? 200 : 409)
      }),
    raw,
  )

function sentenceOf(outcome: Pulled | NotPlaced, context: PulledContext, locale: Locale): string {
  const words = pullingWords(locale)
  switch (outcome.kind) {
    case "pulled":
      return words.pulled(context, outcome.commits)
    case "refused":
      return words.refused(context, outcome.said.slice(-300))
    case "not-placed":
      return words.notPlaced
    default:
      return words[outcome.kind](context)
  }
}
