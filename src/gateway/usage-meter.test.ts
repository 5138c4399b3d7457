import { expect, test } from "bun:test"
import { event, streamed } from "../testing/gateway.ts"
import { messageMeter, streamMeter } from "./usage-meter.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

test("counts are the same however the stream is cut into pieces", () => {
  const whole = bytes(streamed)
  for (let size = 1; size < 40; size++) {
    const meter = streamMeter()
    for (let at = 0; at < whole.length; at += size) meter.feed(whole.subarray(at, at + size))
    expect([size, meter.tokens(), meter.complete]).toEqual([
      size,
      { input: 10, output: 7, cacheRead: 5, cacheWrite5m: 0, cacheWrite1h: 0 },
      true,
    ])
  }
})

test("a cut stream has what was counted so far", () => {
  const meter = streamMeter()
  meter.feed(bytes(streamed.slice(0, streamed.indexOf("event: message_delta") + 40)))
  expect([meter.tokens().input, meter.tokens().output, meter.complete]).toEqual([10, 1, false])
})

test("what is written to the cache is split by how long it is kept", () => {
  const meter = streamMeter()
  const split = { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 }
  meter.feed(
    bytes(event("message_start", { message: { usage: { cache_creation_input_tokens: 7, cache_creation: split } } })),
  )
  expect(meter.tokens()).toMatchObject({ cacheWrite5m: 3, cacheWrite1h: 4 })
  const plain = streamMeter()
  plain.feed(bytes(event("message_start", { message: { usage: { cache_creation_input_tokens: 7 } } })))
  expect(plain.tokens()).toMatchObject({ cacheWrite5m: 7, cacheWrite1h: 0 })
})

test("garbage, a line without end and lies about numbers count as nothing and end nothing", () => {
  const meter = streamMeter()
  meter.feed(bytes("data: {message_stop\n\ndata: [1]\n\n"))
  meter.feed(bytes(event("message_start", { message: { usage: { input_tokens: -5, output_tokens: "many" } } })))
  meter.feed(bytes(`data: ${"x".repeat(3 << 20)}`))
  expect([meter.tokens().input, meter.complete]).toEqual([0, false])
  meter.feed(bytes(`\n${streamed}`))
  expect([meter.tokens().output, meter.complete]).toEqual([7, true])
})

test("words of the model that look like an event are not one", () => {
  const meter = streamMeter()
  const words = 'data: {"type":"message_stop"}\n\n'
  meter.feed(bytes(event("content_block_delta", { delta: { type: "text_delta", text: words } })))
  expect(meter.complete).toBe(false)
})

test("an answer in one piece is counted at its end, unless it is none", () => {
  const meter = messageMeter()
  const text = JSON.stringify({ content: [], usage: { input_tokens: 2, output_tokens: 3, cache_read_input_tokens: 4 } })
  meter.feed(bytes(text.slice(0, 20)))
  expect(meter.tokens().input).toBe(0)
  meter.feed(bytes(text.slice(20)))
  expect(meter.tokens()).toEqual({ input: 2, output: 3, cacheRead: 4, cacheWrite5m: 0, cacheWrite1h: 0 })
})
