import { Elysia } from "elysia"
import { z } from "zod"
import { workbenchPaths } from "../lib/workbench-urls.ts"
import { asDriver, asDriverWith } from "../loops/index.ts"
import { raw } from "../platform/http/form.ts"
import { done, refuseSuggestion } from "./replies.tsx"
import { type Doing, largestForm } from "./route-needs.ts"

const SendForm = z.object({ text: z.string().optional() })

/** What others would have the agent told, in the hands of the driver. */
export function suggestionRoutes(doing: Doing) {
  const { suggesting, needs, showProblem } = doing
  const driver = { loops: needs.loops, clock: needs.clock, showProblem }
  return new Elysia({ name: "agent-suggestions" })
    .post(
      workbenchPaths.suggestion,
      ({ request, params: { id, suggestion } }) =>
        asDriverWith(driver, { request, id, form: SendForm, maxBytes: largestForm }, async ({ text }, loop) => {
          const outcome = await suggesting.send(loop, suggestion, text)
          if (outcome.kind === "accepted") return done(request, loop)
          return refuseSuggestion(doing, { request, loop, ...(text !== undefined && { text }) }, outcome)
        }),
      raw,
    )
    .post(
      workbenchPaths.suggestionDrop,
      ({ request, params: { id, suggestion } }) =>
        asDriver(driver, { request, id }, async (loop) => {
          await suggesting.drop(loop, suggestion)
          return done(request, loop)
        }),
      raw,
    )
}
