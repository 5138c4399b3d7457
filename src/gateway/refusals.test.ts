import { expect, test } from "bun:test"
import { newLoopId } from "../lib/ids.ts"
import { testClock } from "../testing/clock.ts"
import { gatewayTest, gatewayWith, key, messagesRequest, must, scriptedUpstream } from "../testing/gateway.ts"

test("hanging up before there is an answer ends the request too", async () => {
  const [asked, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await using upstream = scriptedUpstream((request) => {
    asked.resolve()
    return new Promise((resolve) =>
      request.signal.addEventListener("abort", () => (left.resolve(), resolve(new Response()))),
    )
  })
  await using setup = await gatewayWith(upstream)
  const hangUp = new AbortController()
  const answer = setup.ask({ messages: [] }, { signal: hangUp.signal })
  await asked.promise
  hangUp.abort()
  await left.promise
  expect((await answer).status).toBe(502)
  expect(setup.gateway.lastFailure(setup.loop)).toBeUndefined()
})

test("a provider's refusal goes back unchanged but for the key, is booked with zeros, and a success forgets it", async () => {
  let fails = true
  await using upstream = scriptedUpstream(() =>
    fails
      ? Response.json(
          { type: "error", error: { type: "authentication_error", message: `invalid ${key}` } },
          { status: 401 },
        )
      : Response.json({ usage: { input_tokens: 2, output_tokens: 3 } }),
  )
  await using setup = await gatewayWith(upstream)
  const answer = await setup.ask({ messages: [] })
  expect(answer.status).toBe(401)
  expect(await answer.json()).toEqual({
    type: "error",
    error: { type: "authentication_error", message: "invalid [secret]" },
  })
  expect(setup.gateway.lastFailure(setup.loop)).toMatchObject({
    kind: "key-refused",
    provider: "local",
    detail: "invalid [secret]",
  })
  expect(setup.refused).toHaveLength(1)
  fails = false
  await (await setup.ask({ messages: [] })).text()
  expect(setup.gateway.lastFailure(setup.loop)).toBeUndefined()
  expect(await setup.ledger()).toMatchObject([
    { status: 401, input: 0, output: 0 },
    { status: 200, input: 2, output: 3 },
  ])
  expect(setup.logged.join("\n")).not.toContain(key)
})

test("neither key nor words of a conversation stand in the log", async () => {
  await using upstream = scriptedUpstream(() => new Response("no", { status: 500 }))
  await using setup = await gatewayWith(upstream)
  await setup.ask({ messages: [{ role: "user", content: "a private canary" }] })
  expect(setup.logged.length).toBeGreaterThan(0)
  expect(setup.logged.join("\n")).not.toMatch(/canary/)
})

test("ten minutes without a byte end the request with a sentence", async () => {
  const clock = testClock()
  const asked = Promise.withResolvers<void>()
  await using upstream = scriptedUpstream((request) => {
    asked.resolve()
    return new Promise((resolve) => request.signal.addEventListener("abort", () => resolve(new Response())))
  })
  await using setup = await gatewayWith(upstream, { clock })
  const answer = setup.ask({ messages: [] })
  await asked.promise
  clock.advance(10 * 60_000 - 1)
  expect(setup.gateway.lastFailure(setup.loop)).toBeUndefined()
  clock.advance(1)
  expect((await answer).status).toBe(504)
  expect(setup.gateway.lastFailure(setup.loop)).toMatchObject({ kind: "silent" })
  expect(await setup.ledger()).toMatchObject([{ status: 504, ms: 600_000 }])
  expect(clock.timers).toBe(0)
})

test("a connection that was never made is tried once more; one that broke is not", async () => {
  await using upstream = scriptedUpstream(() => new Response("{}"))
  const tries: string[] = []
  const failing = (code: string, times: number): Parameters<typeof gatewayWith>[1] => ({
    needs: {
      async connect({ addresses }) {
        tries.push(must(addresses[0]))
        if (tries.length <= times) throw Object.assign(new Error("no"), { code })
        return new Response("{}")
      },
    },
  })
  const check = async (code: string, times: number, [status, expected]: [status: number, tries: number]) => {
    tries.length = 0
    await using setup = await gatewayWith(upstream, failing(code, times))
    expect((await setup.ask({ messages: [] })).status).toBe(status)
    expect(tries).toHaveLength(expected)
  }
  await check("ECONNREFUSED", 1, [200, 2])
  await check("ECONNREFUSED", 2, [502, 2])
  await check("ENOTFOUND", 1, [200, 2])
  await check("ECONNRESET", 1, [502, 1])
  await check("CERT_HAS_EXPIRED", 1, [502, 1])
})

test("the agent is told not to try again where that cannot help", async () => {
  await using upstream = scriptedUpstream(() => new Response("{}"))
  const check = async (code: string, again: string) => {
    const connect = () => Promise.reject(Object.assign(new Error("no"), { code }))
    await using setup = await gatewayWith(upstream, { needs: { connect } })
    expect([code, (await setup.ask({ messages: [] })).headers.get("x-should-retry")]).toEqual([code, again])
  }
  await check("CERT_HAS_EXPIRED", "false")
  await check("ECONNREFUSED", "false")
  await check("ECONNRESET", "true")
  await using setup = await gatewayTest()
  await setup.personal({ p: { baseUrl: "http://127.0.0.1:1", auth: "none", models: ["m"] } })
  const answer = await setup.ask({ messages: [] })
  expect([answer.status, answer.headers.get("x-should-retry")]).toEqual([403, "false"])
  expect(setup.gateway.lastFailure(setup.loop)).toMatchObject({ kind: "address" })
})

test("the second try goes to the next address of a name", async () => {
  const tries: string[] = []
  await using setup = await gatewayTest({
    needs: {
      lookup: async () => ["1.1.1.1", "8.8.8.8"],
      async connect({ addresses, url }) {
        tries.push(`${url.host} ${addresses[0]}`)
        throw Object.assign(new Error("no"), { code: "ECONNREFUSED" })
      },
    },
  })
  await setup.personal({ p: { baseUrl: "https://model.example", auth: "none", models: ["m"] } })
  await setup.ask({ messages: [] })
  expect(tries).toEqual(["model.example 1.1.1.1", "model.example 8.8.8.8"])
})

test("what is not part of the Messages API is not there", async () => {
  await using setup = await gatewayTest()
  const check = async (method: string, path: string, status: number) => {
    const body = method === "POST" ? "{}" : undefined
    expect([
      path,
      (await setup.gateway.serve(setup.loop, new Request(`http://x${path}`, { method, body }))).status,
    ]).toEqual([path, status])
  }
  await check("GET", "/v1/messages", 404)
  await check("POST", "/v1/models", 404)
  await check("POST", "/v1/messages/batches", 404)
  await check("POST", "/v1/messages/../../admin", 404)
  await check("GET", "/", 404)
  await check("GET", "/v1/models", 200)
  await check("POST", "/v1/messages/count_tokens", 400)
})

test("a body that is no JSON object, or too large, never leaves", async () => {
  await using upstream = scriptedUpstream(() => new Response("{}"))
  await using setup = await gatewayWith(upstream)
  expect((await setup.ask("[1]")).status).toBe(400)
  expect((await setup.ask('{"a":')).status).toBe(400)
  expect((await setup.ask(`"${"x".repeat(33 << 20)}"`)).status).toBe(413)
  expect(upstream.seen).toEqual([])
})

test("a redirect is not followed and takes no key anywhere", async () => {
  await using trap = scriptedUpstream(() => new Response("{}"))
  await using upstream = scriptedUpstream(
    () => new Response(null, { status: 307, headers: { location: `${trap.url}/v1/messages` } }),
  )
  await using setup = await gatewayWith(upstream)
  const answer = await setup.ask({ messages: [] })
  expect([answer.status, answer.headers.get("location")]).toEqual([307, null])
  expect(trap.seen).toEqual([])
})

test("with nothing usable the loop learns which variable is missing in which vault", async () => {
  await using setup = await gatewayTest()
  await setup.personal({ p: { apiKey: "${A}-${B}", models: ["m"] } })
  await setup.secret("A", "half-a-key")
  const answer = await setup.ask({ messages: [] })
  expect(answer.status).toBe(403)
  expect(answer.headers.get("x-should-retry")).toBe("false")
  expect(setup.gateway.lastFailure(setup.loop)).toMatchObject({
    kind: "no-provider",
    provider: "p",
    missing: { variable: "B", vault: "default" },
  })
  await setup.secret("B", "other-half")
  expect(await setup.gateway.pick(setup.loop)).toMatchObject({ kind: "usable", provider: "p" })
})

test("a request for a loop that is gone is refused", async () => {
  await using setup = await gatewayTest()
  const other = newLoopId({ uuid: () => "22222222-2222-4222-8222-222222222222", hex: () => "" })
  expect((await setup.gateway.serve(other, messagesRequest({ messages: [] }))).status).toBe(404)
})

test("a loop that sends without end keeps a bounded number of bodies in memory, and another loop is answered", async () => {
  await using upstream = scriptedUpstream(() => Response.json({ usage: { input_tokens: 2, output_tokens: 3 } }))
  await using setup = await gatewayWith(upstream)
  const hangUp = new AbortController()
  let opened = 0
  const endless = () =>
    new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          opened++
          controller.enqueue(new TextEncoder().encode(" "))
          await new Promise<void>((resolve) => hangUp.signal.addEventListener("abort", () => resolve(), { once: true }))
          controller.error(new Error("hung up"))
        },
      },
      { highWaterMark: 0 },
    )
  const hostile = newLoopId({ uuid: () => "22222222-2222-4222-8222-222222222222", hex: () => "" })
  const asked = Array.from({ length: 60 }, () =>
    setup.gateway
      .serve(
        hostile,
        new Request("http://localhost/v1/messages", { method: "POST", body: endless(), signal: hangUp.signal }),
      )
      .catch(() => undefined),
  )
  expect((await setup.ask({ messages: [] })).status).toBe(200)
  expect(opened).toBe(12)
  hangUp.abort()
  await Promise.all(asked)
})
