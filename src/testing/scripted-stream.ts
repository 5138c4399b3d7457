/** One block of a scripted answer. */
export type Content =
  | { type: "text"; text: string }
  | { type: "thinking"; thinking: string }
  | { type: "tool_use"; name: string; input: unknown }

interface Pacing {
  /** Milliseconds between pieces. */
  everyMs: number
  /** The connection breaks after the first block. */
  breaks: boolean
}

const usage = { input_tokens: 20, output_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }
const newId = (kind: string) => `${kind}_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`

function frame(model: string) {
  const base = { id: newId("msg"), type: "message", role: "assistant", model, stop_sequence: null }
  return { ...base, content: [] as unknown[], stop_reason: null as string | null, usage }
}

const stopReason = (content: Content[]) => (content.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn")

function finished(block: Content): object {
  if (block.type === "tool_use") return { ...block, id: newId("toolu") }
  return block.type === "thinking" ? { ...block, signature: "c2ln" } : block
}

export const wholeMessage = (model: string, content: Content[]): Response =>
  Response.json({ ...frame(model), content: content.map(finished), stop_reason: stopReason(content) })

/** The same as server-sent events, in the order that the Messages API has. */
export function messageStream(model: string, content: Content[], { everyMs, breaks }: Pacing): Response {
  const encoder = new TextEncoder()
  let gone = false
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (type: string, fields: object) => {
        if (!gone)
          controller.enqueue(encoder.encode(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`))
      }
      send("message_start", { message: frame(model) })
      for (const [index, block] of content.entries()) {
        send("content_block_start", { index, content_block: beginning(block) })
        for (const delta of deltas(block)) {
          if (gone) return
          send("content_block_delta", { index, delta })
          if (everyMs > 0) await Bun.sleep(everyMs)
        }
        if (breaks) return controller.error(new Error("broken off"))
        send("content_block_stop", { index })
      }
      send("message_delta", { delta: { stop_reason: stopReason(content), stop_sequence: null }, usage })
      send("message_stop", {})
      if (!gone) controller.close()
      gone = true
    },
    cancel() {
      gone = true
    },
  })
  return new Response(body, { headers: { "content-type": "text/event-stream" } })
}

function beginning(block: Content): object {
  if (block.type === "text") return { type: "text", text: "" }
  if (block.type === "thinking") return { type: "thinking", thinking: "", signature: "" }
  return { type: "tool_use", id: newId("toolu"), name: block.name, input: {} }
}

function deltas(block: Content): object[] {
  if (block.type === "text") return (block.text.match(/\S+\s*/g) ?? []).map((text) => ({ type: "text_delta", text }))
  if (block.type === "tool_use") return [{ type: "input_json_delta", partial_json: JSON.stringify(block.input) }]
  return [
    ...(block.thinking.match(/\S+\s*/g) ?? []).map((thinking) => ({ type: "thinking_delta", thinking })),
    { type: "signature_delta", signature: "c2ln" },
  ]
}
