import type { LoopId } from "../lib/ids.ts"

/** The door sandboxes use instead of a model provider. The socket a request came on says which loop it is. */
export interface Gateway extends AsyncDisposable {
  /** Serves one HTTP request from inside: `/v1/messages`, `/v1/messages/count_tokens`, `/v1/models`; anything else 404. */
  serve(loop: LoopId, request: Request): Promise<Response>
  /** Which provider and model a loop's next request would use. */
  pick(loop: LoopId): Promise<Pick>
  /** Usage of one turn so far, from the ledger. A request's line is durable before its last bytes go to the agent. */
  usageOfTurn(loop: LoopId, turn: string): Promise<Usage>
  usageOfLoop(loop: LoopId): Promise<Usage>
  /** Why the loop's newest request got no answer; undefined once one succeeded. `failureSentence` says it in words. */
  lastFailure(loop: LoopId): Failure | undefined
}

export type Pick =
  | {
      kind: "usable"
      source: "personal" | "workspace" | "builtin"
      provider: string
      model: string
      window: number
      demo: boolean
    }
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

export interface Failure {
  kind: FailureKind
  provider: string
  model: string
  /** HTTP status as the agent saw it. */
  status: number
  /** Milliseconds since the epoch. */
  at: number
  /** When it makes sense to try again, if the provider said so. Milliseconds since the epoch. */
  resetsAt?: number
  /** What a key refers to and the loop's vault does not hold. */
  missing?: { variable: string; vault: string }
  /** The provider's own words, keys replaced, at most 500 characters. */
  detail: string
}

export type FailureKind =
  | "no-provider"
  /** 401, 403. */
  | "key-refused"
  /** 404. */
  | "model"
  /** 429. */
  | "limit"
  /** 402, or what providers say instead of it. */
  | "credit"
  /** 503, 529. */
  | "overloaded"
  /** Other 5xx. */
  | "broken"
  /** Other 4xx: the request itself. */
  | "request"
  | "network"
  | "tls"
  /** Nothing came for ten minutes. */
  | "silent"
  /** The address is private or unencrypted and no admin allowed it. */
  | "address"

/** News of this feature. */
export type GatewayNews = {
  /** A loop's request for a model is whole and allowed, and is handed on now. */
  "gateway.asked": { loop: LoopId }
  "gateway.refused": { loop: LoopId; failure: Failure }
}
