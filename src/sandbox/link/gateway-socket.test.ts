import { expect, test } from "bun:test"
import { join } from "node:path"
import { type LoopId, parseLoopId } from "../../lib/ids.ts"
import { createLog } from "../../platform/log.ts"
import { testClock } from "../../testing/clock.ts"
import { until } from "../../testing/link-world.ts"
import { tempFolder } from "../../testing/temp-folder.ts"
import { createGatewaySocket } from "./gateway-socket.ts"
import { limits } from "./protocol.ts"

async function gatewayWorld(serve: (loop: LoopId, request: Request) => Promise<Response>) {
  const temp = await tempFolder()
  const loop = parseLoopId("11111111-1111-4111-8111-111111111111")
  if (!loop) throw new Error("the loop's id parses")
  const lines: string[] = []
  const log = createLog({ format: "text", verbose: false, write: (line) => lines.push(line) }, testClock())
  const unix = join(temp.path, "gateway.sock")
  const gateway = createGatewaySocket({ loop, socket: unix, innerSocket: join(temp.path, "inner"), serve, log })
  return {
    loop,
    lines,
    unix,
    ask: (path: string, init: RequestInit = {}) => fetch(`http://localhost${path}`, { ...init, unix }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await temp[Symbol.asyncDispose]()
    },
  }
}

test("a request is served as the loop whose socket it came on, whatever it says itself", async () => {
  await using world = await gatewayWorld(
    async (loop, request) => new Response(`${loop} ${request.headers.get("x-loop")}`),
  )
  const answer = await world.ask("/v1/models", { headers: { "x-loop": "another" } })
  expect(await answer.text()).toBe(`${world.loop} another`)
})

test("pieces of a stream come one by one, and a caller who hangs up ends the request", async () => {
  const hungUp = Promise.withResolvers<void>()
  await using world = await gatewayWorld(async (_loop, request) => {
    request.signal.addEventListener("abort", () => hungUp.resolve())
    return new Response(new ReadableStream({ start: (controller) => controller.enqueue("event: one\n\n") }))
  })
  const stop = new AbortController()
  const answer = await world.ask("/v1/messages", { signal: stop.signal })
  const first = await answer.body?.getReader().read()
  expect(Buffer.from(first?.value ?? "").toString()).toBe("event: one\n\n")
  stop.abort()
  await hungUp.promise
})

test("a failure of the gateway is logged, and the caller learns only that it failed", async () => {
  await using world = await gatewayWorld(async () => {
    throw new Error("the key is hunter2")
  })
  const answer = await world.ask("/v1/models")
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain("hunter2")
  expect(world.lines.join()).toContain("the gateway failed")
})

test("a loop that opens connections without end is hung up on, and served again when it lets go", async () => {
  await using world = await gatewayWorld(async () => new Response("served"))
  let closed = 0
  const socket = { data() {}, close: () => void closed++, error() {} }
  const many = await Promise.all(
    Array.from({ length: limits.connections + 20 }, () => Bun.connect({ unix: world.unix, socket })),
  )
  await until("what was too much is closed", () => closed >= 20)
  for (const one of many) one.end()
  await until("it is served again", async () => (await world.ask("/").catch(() => undefined))?.status === 200)
})
