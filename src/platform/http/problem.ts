/** A refusal that has no page of its own. The app knows how it looks: page, fragment or JSON. */
export interface Problem {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 500 | 503 | 507
  /** Which one of that status, for the words and for programs. */
  code: string
  /** Methods that would be answered; goes with 405. */
  allow?: readonly string[]
  /** Seconds until trying again makes sense. */
  retryAfter?: number
}

/** Must work for a request whose sender is not known yet. */
export type ShowProblem = (problem: Problem, request: Request) => Response

/** Headers that belong to a problem however it is shown. */
export function problemHeaders({ allow, retryAfter }: Problem): Record<string, string> {
  return {
    ...(allow && { allow: allow.join(", ") }),
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
  }
}
