import type { z } from "zod"
import { Toast } from "../../views/components/toast.tsx"
import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import type { Clock } from "../platform/clock.ts"
import { formProblem, readForm } from "../platform/http/form.ts"
import { htmlFragment, isFragment } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { DrivenLoop, Loops, NotDriven, ViewedLoop } from "./contract.ts"

interface RefusalNeeds {
  clock: Clock
  showProblem: ShowProblem
}

interface Asked {
  request: Request
  /** The loop, as the address names it. */
  id: string
}

interface AskedWith<Form> extends Asked {
  form: z.ZodType<Form>
  maxBytes?: number
}

type Answer = Response | Promise<Response>

/** Goes on for whoever may see the loop. */
export async function asViewer(
  { loops, showProblem }: Pick<RefusalNeeds, "showProblem"> & { loops: Pick<Loops, "forViewer"> },
  { request, id }: Asked,
  then: (loop: ViewedLoop) => Answer,
): Promise<Response> {
  const viewed = await loops.forViewer(id, userOf(request))
  return viewed.kind === "viewed" ? then(viewed.loop) : showProblem({ status: 404, code: "not-found" }, request)
}

type DriverNeeds = RefusalNeeds & { loops: Pick<Loops, "forDriver"> }

/** Goes on for the loop's driver. */
export async function asDriver(
  needs: DriverNeeds,
  { request, id }: Asked,
  then: (loop: DrivenLoop) => Answer,
): Promise<Response> {
  const driven = await needs.loops.forDriver(id, userOf(request))
  return driven.kind === "driven" ? then(driven.loop) : refuseDriver(needs, request, driven)
}

/** The same with a form, which nobody else's request is read for. */
export const asDriverWith = <Form,>(
  needs: DriverNeeds,
  { request, id, form: schema, ...limits }: AskedWith<Form>,
  then: (form: Form, loop: DrivenLoop) => Answer,
): Promise<Response> =>
  asDriver(needs, { request, id }, async (loop) => {
    const form = await readForm(request, schema, limits)
    return form.kind === "valid" ? then(form.value, loop) : needs.showProblem(formProblem(form), request)
  })

/** Who may not write learns why; who may not even read learns nothing. */
export function refuseDriver(needs: RefusalNeeds, request: Request, outcome: NotDriven): Response {
  if (outcome.kind === "not-found") return needs.showProblem({ status: 404, code: "not-found" }, request)
  const status = outcome.kind === "not-driver" ? 403 : 409
  if (!isFragment(request)) return needs.showProblem({ status, code: outcome.kind }, request)
  const { locale } = visitorOf(request)
  const words = agentOutcomes(locale)
  const sentence =
    outcome.kind === "not-driver"
      ? words.refusedViewer(outcome.driver)
      : { archived: words.refusedArchived, deleted: words.refusedGone, offered: words.refusedOffered }[outcome.kind]
  const toast = <Toast text={sentence} level="error" reader={{ locale, now: needs.clock.now() }} />
  return htmlFragment(toast, { status, headers: { "hx-reswap": "none" } })
}
