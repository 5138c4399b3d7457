import type { UserName } from "../../lib/ids.ts"
import type { ShowProblem } from "./problem.ts"
import { userOf } from "./visitor.ts"

export interface AdminNeeds {
  /** By the account as it stands now. */
  isAdmin(user: UserName): boolean
  showProblem: ShowProblem
}

/** What only administrators are answered; everybody else is told that. */
export function asAdmin<T>(
  { isAdmin, showProblem }: AdminNeeds,
  request: Request,
  answer: () => T,
): T | ReturnType<ShowProblem> {
  return isAdmin(userOf(request).name) ? answer() : showProblem({ status: 403, code: "admin-only" }, request)
}
