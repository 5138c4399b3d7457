import { failureSentence, type Failure as GatewayFailure } from "../gateway/index.ts"
import type { ResultOutcome } from "./signals.ts"
import type { Failure } from "./turn.ts"

interface Known {
  /** What the gateway last heard. */
  refused: GatewayFailure | undefined
  /** The model has said something in this turn: sending its message again would say it twice. */
  answered: boolean
}

/** Why a turn failed, in words for a person; undefined when it did not. */
export function resultFailure(outcome: ResultOutcome, { refused, answered }: Known): Failure | undefined {
  switch (outcome.kind) {
    case "done":
    case "aborted":
      return undefined
    case "api-error":
      return modelFailure(outcome, refused, answered ? "continue" : "retry")
    case "limit":
      return {
        reason: "limit",
        sentence: "The agent reached its limit for one turn. What it had done so far is kept.",
        action: "continue",
        detail: outcome.text,
      }
    case "error":
      return {
        reason: "agent-error",
        sentence: "The agent stopped because of an error. What it had done so far is kept.",
        action: "continue",
        detail: outcome.text,
      }
  }
}

type Trouble = "key" | "model" | "limit" | "credit" | "request" | "unreachable"

/** The gateway knows more exactly than the agent who refused what. */
function modelFailure(
  { status, text }: { status?: number; text: string },
  refused: GatewayFailure | undefined,
  otherwise: "continue" | "retry",
): Failure {
  if (refused) {
    return {
      reason: `gateway-${refused.kind}`,
      sentence: failureSentence(refused, "en"),
      action: inSettings.has(refused.kind) ? "settings" : otherwise,
      detail: refused.detail,
      refused,
    }
  }
  const trouble = byStatus[status ?? 0] ?? "unreachable"
  return {
    reason: `model-${trouble}`,
    sentence: sentences[trouble],
    action: inSettings.has(trouble) ? "settings" : otherwise,
    detail: text.slice(0, 4_000),
  }
}

const byStatus: Record<number, Trouble> = {
  400: "request",
  401: "key",
  402: "credit",
  403: "key",
  404: "model",
  413: "request",
  429: "limit",
}

/** Mended in the provider settings. */
const inSettings = new Set<Trouble | GatewayFailure["kind"]>(["key", "key-refused", "model", "address", "no-provider"])

const sentences: Record<Trouble, string> = {
  key: "The provider refused the key. Check it in the provider settings, then go on.",
  model: "The provider does not know this model. Choose another in the provider settings, then go on.",
  limit: "The provider's limit is reached. Wait a moment, then go on.",
  credit: "The provider's account has no credit left. Add some, then go on.",
  request: "The provider did not accept the request. The details say why.",
  unreachable: "The model could not be reached, or broke off. Nothing is lost: go on when it is back.",
}
