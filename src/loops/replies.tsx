import { Toast } from "../../views/components/toast.tsx"
import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import type { Clock } from "../platform/clock.ts"
import { htmlFragment, isFragment } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { NotDriven } from "./contract.ts"

interface RefusalNeeds {
  clock: Clock
  showProblem: ShowProblem
}

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
