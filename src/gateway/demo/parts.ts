/** What one answer is made of, in order. After `break` and `refusal` nothing follows. */
export type Part =
  | { kind: "thinking"; text: string }
  | { kind: "text"; text: string }
  /** Text in given pieces, each after the same time. */
  | { kind: "slow"; pieces: string[]; everyMs: number }
  | Tool
  /** The stream ends in the middle of what it was saying. */
  | { kind: "break" }
  /** An error of the API: the answer's status when it comes first, else an event in the stream. */
  | { kind: "refusal"; status: number }

export interface Tool {
  kind: "tool"
  name: string
  input: Record<string, unknown>
}

export const say = (text: string): Part => ({ kind: "text", text })
export const think = (text: string): Part => ({ kind: "thinking", text })
export const call = (name: string, input: Record<string, unknown>): Tool => ({ kind: "tool", name, input })

/** What a tool answers goes on for pages; a sentence quotes this much of it. */
export const excerpt = (text: string, characters = 1_000): string => {
  const all = [...text.trim()]
  return all.length > characters ? `${all.slice(0, characters).join("")}…` : all.join("")
}

/** Statuses that the API's documentation names, and what it calls them. */
export const errorType = (status: number): string => {
  const types: Record<number, string> = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
  }
  return types[status] ?? (status < 500 ? "invalid_request_error" : "api_error")
}
