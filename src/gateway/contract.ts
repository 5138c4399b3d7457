import type { LoopId } from "../lib/ids.ts"

/** The door sandboxes use instead of a model provider. The socket a request came on says which loop it is. */
export interface Gateway extends AsyncDisposable {
  /** Serves one HTTP request from inside: `/v1/messages`, `/v1/messages/count_tokens`, `/v1/models`; anything else 404. */
  serve(loop: LoopId, request: Request): Promise<Response>
  /** Which provider and model a loop's next request would use. */
  pick(loop: LoopId): Promise<Pick>
  /** Usage of one turn so far, from the ledger. Resolves after the lines of requests that ended are durable. */
  usageOfTurn(loop: LoopId, turn: string): Promise<Usage>
  usageOfLoop(loop: LoopId): Promise<Usage>
}

export type Pick =
  | { kind: "usable"; source: "personal" | "workspace" | "builtin"; provider: string; model: string; window: number; demo: boolean }
  | { kind: "no-provider"; vault: string; missing?: { provider: string; variable: string } }

/** Tokens, and money only where a price is known. */
export interface Usage {
  requests: number
  input: number
  output: number
  cacheRead: number
  cacheWrite: number
  cost?: { amount: number; currency: string }
}
