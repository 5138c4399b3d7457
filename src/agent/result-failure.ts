import type { Failure as GatewayFailure } from "../gateway/index.ts"
import type { ResultOutcome } from "./signals.ts"
import type { Failure } from "./turn.ts"

/** Why a turn failed, in words for a person; undefined when it did not. `refused` is what the gateway last heard. */
export function resultFailure(outcome: ResultOutcome, refused: GatewayFailure | undefined): Failure | undefined {
  switch (outcome.kind) {
    case "done":
    case "aborted":
      return undefined
    case "api-error":
      return modelFailure(outcome, refused)
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

type Trouble = "key" | "model" | "limit" | "credit" | "request" | "unreachable" | "address" | "none"

function modelFailure(
  { status, text }: { status?: number; text: string },
  refused: GatewayFailure | undefined,
): Failure {
  const trouble = refused ? byGateway[refused.kind] : (byStatus[status ?? 0] ?? "unreachable")
  const detail = refused ? `${refused.provider} · ${refused.status} · ${refused.detail}` : text.slice(0, 4_000)
  return {
    reason: `model-${trouble}`,
    sentence: sentences[trouble],
    action: inSettings.has(trouble) ? "settings" : "continue",
    detail,
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

const byGateway: Record<GatewayFailure["kind"], Trouble> = {
  "no-provider": "none",
  "key-refused": "key",
  model: "model",
  limit: "limit",
  credit: "credit",
  overloaded: "unreachable",
  broken: "unreachable",
  request: "request",
  network: "unreachable",
  tls: "unreachable",
  silent: "unreachable",
  address: "address",
}

/** Mended in the provider settings. */
const inSettings = new Set<Trouble>(["key", "model", "address", "none"])

const sentences: Record<Trouble, string> = {
  key: "The provider refused the key. Check it in the provider settings, then continue.",
  model: "The provider does not know this model. Choose another in the provider settings, then continue.",
  limit: "The provider's limit is reached. Wait a moment, then continue.",
  credit: "The provider's account has no credit left. Add some, then continue.",
  request: "The provider did not accept the request. The details say why.",
  unreachable: "The model could not be reached, or broke off. Nothing is lost: continue when it is back.",
  address: "The provider's address may not be used. An administrator can allow it in the provider settings.",
  none: "No model can be used any more. Add a provider or its key, then continue.",
}
