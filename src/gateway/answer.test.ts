import { expect, test } from "bun:test"
import { until } from "../testing/agents.ts"
import { testClock } from "../testing/clock.ts"
import { passOn } from "./answer.ts"

const minute = 60_000

/** An answer that is passed on while a clock stands still, and what became of it. */
function passing() {
  const clock = testClock()
  const ends: string[] = []
  let from: ReadableStreamDefaultController<Uint8Array> | undefined
  let asked = 0
  const upstream = new Response(
    new ReadableStream<Uint8Array>(
      {
        start(controller) {
          from = controller
        },
        pull: () => void asked++,
      },
      { highWaterMark: 0 },
    ),
    { headers: { "content-type": "text/event-stream" } },
  )
  const { body } = passOn({
    upstream,
    clock,
    silenceMs: 10 * minute,
    abort: (why) => from?.error(new Error(why)),
    firstByte: () => undefined,
    over: async ({ how }) => void ends.push(how),
  })
  if (!body) throw new Error("an answer has a body")
  const waitedFor = () => until(() => asked > 0, "the provider is waited for")
  return {
    clock,
    ends,
    waitedFor,
    reader: body.getReader(),
    say: (text: string) => from?.enqueue(new TextEncoder().encode(text)),
  }
}

test("a provider that falls silent in the middle of its answer is given up after ten minutes, and no timer is left", async () => {
  const { clock, ends, waitedFor, reader, say } = passing()
  say(": a\n")
  await reader.read()
  const next = reader.read().catch(String)
  await waitedFor()
  clock.advance(8 * minute)
  expect(ends).toEqual([])
  clock.advance(2 * minute)
  expect(await next).toContain("silent")
  expect([ends, clock.timers]).toEqual([["silent"], 0])
})

test("time in which the agent itself reads nothing is no silence of the provider", async () => {
  const { clock, ends, waitedFor, reader, say } = passing()
  say(": a\n")
  await reader.read()
  clock.advance(60 * minute)
  const next = reader.read()
  await waitedFor()
  clock.advance(8 * minute)
  say(": b\n")
  expect(new TextDecoder().decode((await next).value)).toBe(": b\n")
  expect(ends).toEqual([])
  await reader.cancel()
  expect([ends, clock.timers]).toEqual([["left"], 0])
})
