import type { NewId } from "../../lib/ids.ts"
import type { Clock } from "../../platform/clock.ts"
import { composeAnswer, tokens } from "./message.ts"
import { errorType } from "./parts.ts"
import { type MessagesRequest, messagesRequest } from "./request.ts"
import { answer } from "./script.ts"
import { errorOf, streamAnswer, wholeAnswer } from "./stream.ts"

/** What the script signs its reasoning with; no provider accepts it. */
export { signature as demoSignature } from "./message.ts"

export interface Demo {
  /** `POST /v1/messages`, `POST /v1/messages/count_tokens`, `GET /v1/models`; 404 for anything else. */
  serve(request: Request): Promise<Response>
}

export interface DemoNeeds {
  clock: Clock
  ids: NewId
  /** Milliseconds between two pieces of an answer; 0 sends it at once. */
  paceMs?: number
}

/** A Messages API (version 2023-06-01) that answers by script: no key, no network, the same answer to the same request. */
export function createDemo({ clock, ids, paceMs = 15 }: DemoNeeds): Demo {
  async function messages(request: Request): Promise<Response> {
    const asked = await parse(request)
    if (!asked.ok) return asked.refusal
    const parts = answer(asked.body)
    const [first] = parts
    if (first?.kind === "refusal") return failure(first.status)
    const composed = composeAnswer(asked.body, parts, ids)
    if (asked.body.stream) {
      const body = streamAnswer(composed, { clock, paceMs, signal: request.signal })
      return new Response(body, { headers: { ...requestId(ids), ...eventStream } })
    }
    // A whole answer cannot stop halfway: what would break the stream is an error instead.
    const failing = parts.find(({ kind }) => kind === "refusal" || kind === "break")
    if (failing) return failure(failing.kind === "refusal" ? failing.status : 500)
    return Response.json(wholeAnswer(composed), { headers: requestId(ids) })
  }

  const failure = (status: number, error = errorOf(status)) => failed(status, error, ids)

  async function count(request: Request): Promise<Response> {
    const asked = await parse(request)
    if (!asked.ok) return asked.refusal
    const { messages, system, tools } = asked.body
    return Response.json({ input_tokens: tokens([messages, system, tools]) }, { headers: requestId(ids) })
  }

  async function parse(
    request: Request,
  ): Promise<{ ok: true; body: MessagesRequest } | { ok: false; refusal: Response }> {
    const read = messagesRequest.safeParse(await jsonOf(request))
    if (read.success) return { ok: true, body: read.data }
    const [issue] = read.error.issues
    const message = `${issue?.path.join(".") || "body"}: ${issue?.message ?? "not understood"}`
    return { ok: false, refusal: failure(400, { type: errorType(400), message }) }
  }

  return {
    async serve(request) {
      const route = `${request.method} ${new URL(request.url).pathname}`
      if (route === "POST /v1/messages") return messages(request)
      if (route === "POST /v1/messages/count_tokens") return count(request)
      if (route === "GET /v1/models") return Response.json(models, { headers: requestId(ids) })
      return failure(404, { type: errorType(404), message: `The demo has nothing at ${route}.` })
    },
  }
}

const eventStream = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" }

const models = {
  data: [{ type: "model", id: "demo", display_name: "Demo", created_at: "2026-01-01T00:00:00Z" }],
  has_more: false,
  first_id: "demo",
  last_id: "demo",
}

const requestId = (ids: NewId) => ({ "request-id": `req_${ids.hex(12)}` })

function failed(status: number, error: { type: string; message: string }, ids: NewId): Response {
  const id = requestId(ids)
  // A script that was asked to fail fails again: whoever tries it out should not wait for ten tries.
  const headers = { ...id, "x-should-retry": "false" }
  return Response.json({ type: "error", error, request_id: id["request-id"] }, { status, headers })
}

/** Undefined when the body is no JSON: the schema then says what is wrong with it. */
async function jsonOf(request: Request): Promise<unknown> {
  const text = await request.text()
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
