import { expect, test } from "bun:test"
import { systemClock } from "../clock.ts"
import { createHub } from "./hub.ts"
import { eventStream, frame } from "./stream.ts"

test("a newline in data cannot start a new field or frame", () => {
  expect(frame("a\nevent: x\r\rid: 9", 3)).toBe("id: 3\ndata: a\ndata: event: x\ndata: \ndata: id: 9\n\n")
})

test("one event is rendered once per kind of viewer, however many look", () => {
  const hub = createHub()
  const seen: string[] = []
  const kinds: string[] = []
  for (const kind of ["en", "en", "zh"]) hub.subscribe("loop", kind, ({ html }) => seen.push(html))
  hub.publish("loop", { id: 1, render: (kind) => (kinds.push(kind), kind) })
  expect(kinds).toEqual(["en", "zh"])
  expect(seen).toEqual(["en", "en", "zh"])
  expect(hub.viewers("loop")).toBe(3)
})

test("a viewer who left gets nothing and leaves nothing behind", () => {
  const hub = createHub()
  const leave = hub.subscribe("loop", "en", () => expect.unreachable())
  leave()
  hub.publish("loop", { render: () => "x" })
  expect(hub.viewers("loop")).toBe(0)
})

test("a stream opens at once, carries ids and ends with its reader", async () => {
  let ended: AbortSignal | undefined
  const response = eventStream(
    (viewer) => {
      ended = viewer.ended
      viewer.send("<p>1</p>", 7)
    },
    { clock: systemClock },
  )
  const reader = response.body?.getReader()
  const text = new TextDecoder()
  let got = ""
  while (!got.includes("<p>")) got += text.decode((await reader?.read())?.value)
  expect(got).toBe("retry: 1000\n: open\n\nid: 7\ndata: <p>1</p>\n\n")
  await reader?.cancel()
  expect(ended?.aborted).toBe(true)
})

test("a reader that is too far behind is cut", () => {
  let cut = false
  eventStream(
    (viewer) => {
      for (let i = 0; i < 20; i++) viewer.send("x".repeat(100))
      cut = viewer.ended.aborted
    },
    { clock: systemClock, maxBuffered: 1000 },
  )
  expect(cut).toBe(true)
})

test("whoever has much to send waits until the reader has taken what came before", async () => {
  const sent: number[] = []
  const response = eventStream(
    (viewer) => {
      void (async () => {
        for (let n = 0; n < 10 && !viewer.ended.aborted; n++) {
          viewer.send("x".repeat(100_000))
          sent.push(n)
          await viewer.drained()
        }
      })()
    },
    { clock: systemClock },
  )
  const reader = response.body?.getReader()
  await reader?.read()
  expect(sent).toEqual([0])
  for (let bytes = 0; bytes < 1_000_000;) bytes += (await reader?.read())?.value?.byteLength ?? 0
  expect(sent).toHaveLength(10)
  await reader?.cancel()
})

test("what many viewers get is encoded once", () => {
  const hub = createHub()
  const frames: Uint8Array[] = []
  for (let n = 0; n < 3; n++) hub.subscribe("loop", "en", (delivery) => frames.push(delivery.frame))
  hub.publish("loop", { id: 1, render: () => "<p>1</p>" })
  expect(new Set(frames).size).toBe(1)
  expect(new TextDecoder().decode(frames[0])).toBe("id: 1\ndata: <p>1</p>\n\n")
  expect(hub.counts).toEqual({ renders: 1, deliveries: 3 })
})
