import { z } from "zod"
import { readBody } from "../platform/http/form.ts"
import type { Secret } from "../platform/secret.ts"
import type { KeyKind } from "../settings/index.ts"
import { demoSignature } from "./demo/index.ts"

export const routes = ["/v1/messages", "/v1/messages/count_tokens", "/v1/models"] as const
export type Route = (typeof routes)[number]

/** What came from inside a sandbox, read and bounded; nothing of it is believed. */
export interface Incoming {
  route: Route
  search: string
  method: string
  headers: Headers
  /** The bytes as they came; undefined for a request without a body. */
  bytes?: Uint8Array<ArrayBuffer>
  body?: Record<string, unknown>
}

export type Received =
  { kind: "received"; incoming: Incoming } | { kind: "refused"; status: number; type: string; message: string }

const largestBody = 32 << 20
const passedOn = ["content-type", "accept", "user-agent"]
const Body = z.record(z.string(), z.unknown())

export async function receive(request: Request): Promise<Received> {
  const url = new URL(request.url)
  const route = routes.find((known) => known === url.pathname)
  const wantsBody = route !== "/v1/models"
  if (!route || request.method !== (wantsBody ? "POST" : "GET"))
    return refuse(404, "not_found_error", "There is nothing here.")
  const { method, headers } = request
  if (!wantsBody) return { kind: "received", incoming: { route, search: url.search, method, headers } }
  const bytes = await readBody(request, largestBody)
  if (bytes === "too-large") return refuse(413, "request_too_large", "A request may have 32 MB at most.")
  const body = Body.safeParse(parseJson(bytes))
  if (!body.success) return refuse(400, "invalid_request_error", "The body must be a JSON object.")
  return { kind: "received", incoming: { route, search: url.search, method, headers, bytes, body: body.data } }
}

/** Only what the Messages API means by its headers; whatever else a sandbox sends stays here. */
export function outgoingHeaders(incoming: Headers, auth: KeyKind, key: Secret | undefined): Headers {
  const headers = new Headers({ "accept-encoding": "identity" })
  for (const [name, value] of incoming) {
    if (name.startsWith("anthropic-") || passedOn.includes(name)) headers.set(name, value)
  }
  if (key && auth === "x-api-key") headers.set("x-api-key", key.reveal())
  if (key && auth === "bearer") headers.set("authorization", `Bearer ${key.reveal()}`)
  return headers
}

/**
 * The body for a real provider: the bytes as they came, unless the model has another name there or the demo script took
 * part in the conversation. Its reasoning carries no signature that a provider would accept.
 */
export function outgoingBody({ bytes, body }: Incoming, model: string): Uint8Array<ArrayBuffer> | undefined {
  if (!bytes || !body) return bytes
  const messages = withoutDemoThinking(body["messages"])
  if (model === body["model"] && messages === body["messages"]) return bytes
  return new TextEncoder().encode(JSON.stringify({ ...body, model, ...(messages !== undefined && { messages }) }))
}

const Message = z.looseObject({ role: z.string(), content: z.array(z.looseObject({ type: z.string() })) })

function withoutDemoThinking(messages: unknown): unknown {
  if (!Array.isArray(messages) || !messages.some(hasDemoThinking)) return messages
  return messages.map((message: unknown) => {
    const parsed = Message.safeParse(message)
    if (!parsed.success) return message
    const content = parsed.data.content.filter((block) => !isDemoThinking(block))
    return { ...parsed.data, content: content.length > 0 ? content : [{ type: "text", text: "(reasoning omitted)" }] }
  })
}

function hasDemoThinking(message: unknown): boolean {
  const parsed = Message.safeParse(message)
  return parsed.success && parsed.data.content.some(isDemoThinking)
}

const isDemoThinking = (block: { type: string; [key: string]: unknown }) =>
  block.type === "thinking" && block["signature"] === demoSignature

const refuse = (status: number, type: string, message: string): Received => ({ kind: "refused", status, type, message })

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
