import type { Failure, FailureKind } from "./contract.ts"

export interface Refusal {
  status: number
  /** As in the Messages API's error object. */
  type: string
  message: string
  /** Whether the agent may try again by itself. */
  again?: boolean
}

/** What a refusal of the gateway itself looks like to the agent. */
export function refusal({ status, type, message, again = false }: Refusal): Response {
  return new Response(JSON.stringify({ type: "error", error: { type, message } }), {
    status,
    headers: { "content-type": "application/json", "x-should-retry": String(again) },
  })
}

/** What a provider's status means for a person. Some providers say "no credit" as a 400 or 403. */
export function failureKind(status: number, words: string): FailureKind {
  if (
    status === 402 ||
    (status < 500 && status !== 429 && /credit balance|insufficient (balance|credit|quota)/i.test(words))
  ) {
    return "credit"
  }
  switch (status) {
    case 401:
    case 403:
      return "key-refused"
    case 404:
      return "model"
    case 429:
      return "limit"
    case 503:
    case 529:
      return "overloaded"
    default:
      return status >= 500 ? "broken" : "request"
  }
}

/** The message of an error body, whatever its form. */
export function wordsOf(body: string): string {
  const found = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body)?.[1]
  const text = found === undefined ? body.replace(/<[^>]*>/g, " ") : unescaped(found)
  return text.replace(/\s+/g, " ").trim().slice(0, 500)
}

/** When a limit ends, by `retry-after` (seconds or a date) or Anthropic's own header. */
export function resetTime(headers: Headers, now: number): Pick<Failure, "resetsAt"> {
  const after = headers.get("retry-after") ?? ""
  if (/^\d{1,7}$/.test(after)) return { resetsAt: now + Number(after) * 1000 }
  const date = Date.parse(
    after ||
      (headers.get("anthropic-ratelimit-unified-reset") ?? headers.get("anthropic-ratelimit-requests-reset") ?? ""),
  )
  return Number.isNaN(date) ? {} : { resetsAt: date }
}

function unescaped(literal: string): string {
  try {
    return String(JSON.parse(`"${literal}"`))
  } catch {
    return literal
  }
}
