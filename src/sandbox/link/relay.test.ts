import { expect, test } from "bun:test"
import { join } from "node:path"
import { until } from "../../testing/link-world.ts"
import { tempFolder } from "../../testing/temp-folder.ts"
import { relay } from "./relay.ts"

async function relayed(serve: (request: Request) => Response | Promise<Response>, maxConnections = 100) {
  const temp = await tempFolder()
  const socket = join(temp.path, "gateway.sock")
  const server = Bun.serve({ unix: socket, fetch: serve })
  const running = relay({ from: { hostname: "127.0.0.1", port: 0 }, to: socket, maxConnections })
  return {
    url: `http://127.0.0.1:${running.port}`,
    server,
    async [Symbol.asyncDispose]() {
      running[Symbol.dispose]()
      await server.stop(true)
      await temp[Symbol.asyncDispose]()
    },
  }
}

test("a program that only speaks TCP reaches the gateway's socket", async () => {
  await using world = await relayed(
    async (request) => new Response(`${new URL(request.url).pathname} ${await request.text()}`),
  )
  const answer = await fetch(`${world.url}/v1/messages`, { method: "POST", body: "hello" })
  expect(await answer.text()).toBe("/v1/messages hello")
})

test("a long body passes whole both ways", async () => {
  await using world = await relayed(async (request) => new Response(await request.arrayBuffer()))
  const body = new Uint8Array(8_000_000).map((_, index) => index % 251)
  const answer = await fetch(world.url, { method: "POST", body })
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
})

test("a stream arrives piece by piece, not at its end", async () => {
  const rest = Promise.withResolvers<void>()
  await using world = await relayed(
    () =>
      new Response(
        new ReadableStream({
          async start(controller) {
            controller.enqueue("first")
            await rest.promise
            controller.enqueue("second")
            controller.close()
          },
        }),
      ),
  )
  const answer = await fetch(world.url)
  const reader = answer.body?.getReader()
  expect(Buffer.from((await reader?.read())?.value ?? "").toString()).toBe("first")
  rest.resolve()
  expect(Buffer.from((await reader?.read())?.value ?? "").toString()).toBe("second")
})

test("connections beyond the limit are hung up on, and there is room again when others leave", async () => {
  await using world = await relayed(() => new Response("served"), 3)
  const { hostname, port } = new URL(world.url)
  let closed = 0
  const idle = await Promise.all(
    Array.from({ length: 5 }, () =>
      Bun.connect({ hostname, port: Number(port), socket: { data() {}, close: () => void closed++, error() {} } }),
    ),
  )
  await until("two are closed", () => closed === 2)
  for (const socket of idle) socket.end()
  await until("one is served again", async () => (await fetch(world.url).catch(() => undefined))?.status === 200)
})

test("without a gateway the caller sees a closed connection", async () => {
  using running = relay({ from: { hostname: "127.0.0.1", port: 0 }, to: "/nowhere/gateway.sock", maxConnections: 9 })
  await expect(fetch(`http://127.0.0.1:${running.port}/`)).rejects.toThrow()
})
