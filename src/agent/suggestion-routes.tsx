import { Elysia } from "elysia"
import { z } from "zod"
import { workbenchPaths } from "../lib/workbench-urls.ts"
import { asDriver } from "../loops/index.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { done, refuseSuggestion } from "./replies.tsx"
import type { Doing } from "./route-needs.ts"

const SendForm = z.object({ text: z.string().optional() })
/** The longest message in UTF-8, percent-encoded by a form, and the fields around it. */
const largestForm = 13 << 20

/** What others would have the agent told, in the hands of the driver. */
export function suggestionRoutes(doing: Doing) {
  const { suggesting, needs, showProblem } = doing
  const driver = { loops: needs.loops, clock: needs.clock, showProblem }
  return new Elysia({ name: "agent-suggestions" })
    .post(
      workbenchPaths.suggestion,
      async ({ request, params: { id, suggestion } }) => {
        const form = await readForm(request, SendForm, { maxBytes: largestForm })
        if (form.kind !== "valid") return showProblem(formProblem(form), request)
        return asDriver(driver, { request, id }, async (loop) => {
          const outcome = await suggesting.send(loop, suggestion, form.value.text)
          if (outcome.kind === "accepted") return done(request, loop)
          return refuseSuggestion(doing, { request, loop, ...form.value }, outcome)
        })
      },
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
