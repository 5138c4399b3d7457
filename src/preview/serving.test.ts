import { expect, test } from "bun:test"
import type { Listening } from "./listener.ts"
import { createServing, type ServingOptions } from "./serving.ts"

function world(options: Partial<ServingOptions> = {}, outcomes: ("listening" | "in-use")[] = []) {
  const made = { opened: 0, closed: 0 }
  const listener = { port: 40_000, [Symbol.asyncDispose]: async () => void made.closed++ }
  const open = async (): Promise<Listening> => {
    made.opened++
    return outcomes.shift() === "in-use" ? { kind: "in-use" } : { kind: "listening", listener }
  }
  return { made, serving: createServing({ domain: "localhost", port: 0, secure: false, ...options }, open) }
}

test("nothing listens for previews until something is shown, and then once, however many ask", async () => {
  const { made, serving } = world()
  expect([serving.place(), made.opened]).toEqual([undefined, 0])
  const places = await Promise.all([serving.serve(), serving.serve(), serving.serve()])
  expect(places[0]).toEqual({ kind: "served", place: { domain: "localhost", port: 40_000, secure: false } })
  expect([places.length, made.opened]).toEqual([3, 1])
  await serving[Symbol.asyncDispose]()
  expect(made.closed).toBe(1)
})

test("without a domain previews are off, whoever asks", async () => {
  const { made, serving } = world({ domain: undefined })
  expect(await serving.serve()).toEqual({ kind: "off" })
  expect([serving.place(), made.opened]).toEqual([undefined, 0])
})

test("a port that another program has is said, and tried again the next time", async () => {
  const { made, serving } = world({ port: 7_788 }, ["in-use", "listening"])
  expect(await serving.serve()).toEqual({ kind: "port-taken", port: 7_788 })
  expect((await serving.serve()).kind).toBe("served")
  expect(made.opened).toBe(2)
})

test("behind a proxy the address has the proxy's port, and none where that is the scheme's own", async () => {
  const at = async (options: Partial<ServingOptions>) => {
    const served = await world(options).serving.serve()
    return served.kind === "served" ? served.place.port : served.kind
  }
  expect(await at({ publicPort: "none", secure: true })).toBeUndefined()
  expect(await at({ publicPort: 8_443, secure: true })).toBe(8_443)
})
