/** An answer of numbered tokens, with the time of each: for what lies between the model and a reader. */
import type { Model } from "./working.ts"

export const tokens = 40
/** About the pace of a quick model. */
export const everyMs = 50

/** Streams `tok0 tok1 …` with the time of each. */
export function speak(model: Model, sent: number[]): void {
  model.answer = (request) => {
    if (!new URL(request.url).pathname.endsWith("/v1/messages")) return undefined
    return (async () => {
      const body = await request.text()
      if (!body.includes('"stream":true') || !body.includes("tell the tokens"))
        return model.script.serve(new Request(request.url, { method: "POST", headers: request.headers, body }))
      model.answer = undefined
      return tokenStream(sent)
    })()
  }
}

function tokenStream(sent: number[]): Response {
  const encoder = new TextEncoder()
  const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (type: string, fields: object) =>
        controller.enqueue(encoder.encode(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`))
      send("message_start", {
        message: {
          id: `msg_${crypto.randomUUID()}`,
          type: "message",
          role: "assistant",
          model: "script",
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage,
        },
      })
      send("content_block_start", { index: 0, content_block: { type: "text", text: "" } })
      for (let n = 0; n < tokens; n++) {
        await Bun.sleep(everyMs)
        sent[n] = performance.now()
        send("content_block_delta", { index: 0, delta: { type: "text_delta", text: `tok${n} ` } })
      }
      send("content_block_stop", { index: 0 })
      send("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage })
      send("message_stop", {})
      controller.close()
    },
  })
  return new Response(body, { headers: { "content-type": "text/event-stream" } })
}

/** When each token was first seen. */
export function watcher(seen: number[]): (text: string) => void {
  return (text) => {
    for (const [, n = "0"] of text.matchAll(/tok(\d+)/g)) seen[Number(n)] ??= performance.now()
  }
}
