import { expect, test } from "bun:test"
import { join } from "node:path"
import { tempFolder } from "../../testing/temp-folder.ts"
import { relayTo } from "./relay.ts"

async function relayed(serve: (request: Request) => Response | Promise<Response>) {
  const temp = await tempFolder()
  const socket = join(temp.path, "gateway.sock")
  const server = Bun.serve({ unix: socket, fetch: serve })
  const relay = relayTo(socket, 0)
  return {
    url: `http://127.0.0.1:${relay.port}`,
    server,
    async [Symbol.asyncDispose]() {
      relay[Symbol.dispose]()
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

test("without a gateway the caller sees a closed connection", async () => {
  const relay = relayTo("/nowhere/gateway.sock", 0)
  await expect(fetch(`http://127.0.0.1:${relay.port}/`)).rejects.toThrow()
  relay[Symbol.dispose]()
})
