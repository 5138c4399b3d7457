import { expect, test } from "bun:test"
import { parseProviderName } from "../lib/ids.ts"
import { Secret } from "../platform/secret.ts"
import { demoSignature } from "./demo/index.ts"
import {
  alice,
  eventStream,
  gatewayTest,
  gatewayWith,
  key,
  must,
  scriptedUpstream,
  streamed,
} from "../testing/gateway.ts"

const hash = (bytes: ArrayBuffer | string) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex")

test("an answer comes back byte for byte, and the real key replaces the placeholder", async () => {
  await using upstream = scriptedUpstream(() => eventStream(streamed))
  await using setup = await gatewayWith(upstream)
  const answer = await setup.ask({ model: "m-1", stream: true, messages: [] })
  expect(answer.status).toBe(200)
  expect(hash(await answer.arrayBuffer())).toBe(hash(streamed))
  expect(upstream.seen[0]).toMatchObject({
    method: "POST",
    path: "/v1/messages?beta=true",
    headers: { "x-api-key": key },
  })
})

test("that a loop asks its model is told once for each message that is handed on, and for nothing else", async () => {
  await using upstream = scriptedUpstream(() => eventStream(streamed))
  await using setup = await gatewayWith(upstream)
  const asked: [string, number][] = []
  setup.events.on("gateway.asked", ({ loop }) => asked.push([loop, upstream.seen.length]))
  await (await setup.ask({ model: "m-1", messages: [] })).text()
  expect(asked).toEqual([[setup.loop, 0]])
  const tokens = new Request("http://gateway/v1/messages/count_tokens", { method: "POST", body: '{"messages":[]}' })
  await (await setup.gateway.serve(setup.loop, tokens)).text()
  expect((await setup.ask("no json")).ok).toBe(false)
  expect(asked).toHaveLength(1)
})

test("the request's bytes go out as they came when nothing needs another name", async () => {
  await using upstream = scriptedUpstream(() => eventStream(streamed))
  await using setup = await gatewayWith(upstream)
  const body = '{ "model":"m-2",  "stream":true, "odd": 1.50, "messages":[] }'
  await (await setup.ask(body)).text()
  expect(upstream.seen[0]?.body).toBe(body)
})

test("only headers of the Messages API leave, and only harmless ones come back", async () => {
  await using upstream = scriptedUpstream(
    () =>
      new Response("{}", {
        headers: { "set-cookie": "a=b", server: "x", "request-id": "r1", "anthropic-x": "1", location: "http://e" },
      }),
  )
  await using setup = await gatewayWith(upstream)
  const headers = {
    authorization: "Bearer from-inside",
    cookie: "from-inside",
    "x-forwarded-for": "1.2.3.4",
    "anthropic-version": "2023-06-01",
    "anthropic-beta": "b1",
    "user-agent": "agent/1",
  }
  const answer = await setup.ask({ model: "m-1", messages: [] }, { headers })
  const sent = must(upstream.seen[0]).headers
  expect(Object.keys(sent).sort()).toEqual(
    [
      "accept",
      "accept-encoding",
      "anthropic-beta",
      "anthropic-version",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
      "x-api-key",
    ].sort(),
  )
  expect(sent).toMatchObject({
    "anthropic-version": "2023-06-01",
    "user-agent": "agent/1",
    "accept-encoding": "identity",
  })
  expect([...answer.headers.keys()].filter((name) => name !== "content-type").sort()).toEqual([
    "anthropic-x",
    "request-id",
  ])
})

test("a provider may want its key as a bearer token, or none at all", async () => {
  await using upstream = scriptedUpstream(() => new Response("{}"))
  await using setup = await gatewayWith(upstream)
  await setup.personal({ local: { baseUrl: upstream.url, apiKey: "${LOCAL_API_KEY}", models: ["m"], auth: "bearer" } })
  await setup.ask({ messages: [] })
  await setup.personal({ local: { baseUrl: upstream.url, models: ["m"], auth: "none" } })
  await setup.ask({ messages: [] })
  expect(upstream.seen.map(({ headers }) => [headers["authorization"], headers["x-api-key"]])).toEqual([
    [`Bearer ${key}`, undefined],
    [undefined, undefined],
  ])
})

test("the first words arrive while the provider is still thinking about the rest", async () => {
  const goOn = Promise.withResolvers<void>()
  await using upstream = scriptedUpstream(() =>
    eventStream(
      new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode("data: first\n\n"))
          await goOn.promise
          controller.enqueue(new TextEncoder().encode("data: last\n\n"))
          controller.close()
        },
      }),
    ),
  )
  await using setup = await gatewayWith(upstream)
  const reader = must((await setup.ask({ messages: [], stream: true })).body ?? undefined).getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("data: first\n\n")
  goOn.resolve()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("data: last\n\n")
})

test("eight requests of a person go at once, the ninth waits for its turn", async () => {
  const goOn = Promise.withResolvers<void>()
  const eight = Promise.withResolvers<void>()
  let open = 0
  await using upstream = scriptedUpstream(async () => {
    if (++open === 8) eight.resolve()
    await goOn.promise
    return new Response("{}")
  })
  await using setup = await gatewayWith(upstream)
  const answers = Array.from({ length: 9 }, async () => (await setup.ask({ messages: [] })).text())
  await eight.promise
  expect(upstream.seen).toHaveLength(8)
  goOn.resolve()
  expect(await Promise.all(answers)).toHaveLength(9)
  expect(upstream.seen).toHaveLength(9)
})

test("asking for the models or counting tokens goes the same way and costs nothing", async () => {
  await using upstream = scriptedUpstream(() => Response.json({ input_tokens: 5, data: [] }))
  await using setup = await gatewayWith(upstream)
  await setup.gateway.serve(setup.loop, new Request("http://x/v1/models"))
  const counting = new Request("http://x/v1/messages/count_tokens", { method: "POST", body: '{"model":"m-1"}' })
  expect(await (await setup.gateway.serve(setup.loop, counting)).json()).toEqual({ input_tokens: 5, data: [] })
  expect(upstream.seen.map(({ path }) => path)).toEqual(["/v1/models", "/v1/messages/count_tokens"])
  expect(await setup.ledger()).toEqual([])
})

test("a base address that ends in v1 does not double it", async () => {
  await using upstream = scriptedUpstream(() => new Response("{}"))
  await using setup = await gatewayWith(upstream)
  for (const path of ["/v1", "/v1/", "/api/anthropic", "/api/anthropic/v1"]) {
    await setup.personal({ local: { baseUrl: upstream.url + path, auth: "none", models: ["m"] } })
    await (await setup.ask({ messages: [] })).text()
  }
  expect(upstream.seen.map(({ path }) => path.split("?")[0])).toEqual([
    "/v1/messages",
    "/v1/messages",
    "/api/anthropic/v1/messages",
    "/api/anthropic/v1/messages",
  ])
})

test("a workspace provider is used with the workspace's key", async () => {
  await using upstream = scriptedUpstream(() => new Response("{}"))
  await using setup = await gatewayTest()
  await setup.workspace({
    providers: { team: { baseUrl: upstream.url, models: ["m"] } },
    providerHosts: [upstream.place],
  })
  expect(await setup.gateway.pick(setup.loop)).toEqual({ kind: "no-provider", vault: "default" })
  await setup.vault.writeWorkspaceKey(must(parseProviderName("team")), new Secret("sk-team-key"))
  expect(await setup.gateway.pick(setup.loop)).toMatchObject({
    source: "workspace",
    provider: "team",
    model: "m",
    demo: false,
  })
  await (await setup.ask({ messages: [] })).text()
  expect(upstream.seen[0]?.headers["x-api-key"]).toBe("sk-team-key")
  expect(await setup.ledger()).toMatchObject([{ source: "workspace", user: alice }])
})

test("reasoning that the demo signed is left out for a real provider, and the rest stays", async () => {
  await using upstream = scriptedUpstream(() => new Response("{}"))
  await using setup = await gatewayWith(upstream)
  const ours = { type: "thinking", thinking: "x", signature: demoSignature }
  const theirs = { type: "thinking", thinking: "y", signature: "other" }
  const messages = [
    { role: "assistant", content: [ours, { type: "text", text: "a" }] },
    { role: "assistant", content: [ours] },
    { role: "assistant", content: [theirs] },
    { role: "user", content: "plain" },
  ]
  await setup.ask({ model: "m-1", messages })
  expect(JSON.parse(must(upstream.seen[0]).body).messages).toEqual([
    { role: "assistant", content: [{ type: "text", text: "a" }] },
    { role: "assistant", content: [{ type: "text", text: "(reasoning omitted)" }] },
    { role: "assistant", content: [theirs] },
    { role: "user", content: "plain" },
  ])
})
