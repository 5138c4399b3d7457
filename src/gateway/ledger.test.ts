import { expect, test } from "bun:test"
import { systemClock } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import {
  breakingUpstream,
  event,
  eventStream,
  gatewayTest,
  gatewayWith,
  must,
  scriptedUpstream,
  streamed,
  turnStarted,
} from "../testing/gateway.ts"

test("an agent that hangs up ends the provider's work, and what was counted is booked", async () => {
  const left = Promise.withResolvers<void>()
  await using upstream = scriptedUpstream((request) => {
    request.signal.addEventListener("abort", () => left.resolve())
    return eventStream(
      new ReadableStream({
        start: (controller) =>
          controller.enqueue(new TextEncoder().encode(streamed.slice(0, streamed.indexOf("event: message_delta")))),
      }),
    )
  })
  await using setup = await gatewayWith(upstream)
  const reader = must((await setup.ask({ messages: [], stream: true })).body ?? undefined).getReader()
  await reader.read()
  await reader.cancel()
  await left.promise
  expect(await setup.ledger()).toMatchObject([{ status: 200, input: 10, cacheRead: 5, output: 1 }])
  expect(setup.gateway.lastFailure(setup.loop)).toBeUndefined()
})

test("the ledger has its line before the agent sees the end of the answer", async () => {
  await using upstream = scriptedUpstream(() => eventStream(streamed))
  await using setup = await gatewayWith(upstream)
  setup.events.announce("transcript.appended", { loop: setup.loop, events: [turnStarted("turn_1")] })
  const reader = must((await setup.ask({ model: "m-1", messages: [], stream: true })).body ?? undefined).getReader()
  for (let text = ""; !text.includes("message_stop");) text += new TextDecoder().decode((await reader.read()).value)
  expect(await setup.ledger()).toEqual([
    {
      at: "2026-01-15T12:00:00.000Z",
      turn: "turn_1",
      user: "alice",
      source: "personal",
      provider: "local",
      model: "m-1",
      input: 10,
      output: 7,
      cacheRead: 5,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      status: 200,
      ms: 0,
      firstMs: 0,
    },
  ])
  await reader.cancel()
  expect(await setup.ledger()).toHaveLength(1)
})

test("a stream that breaks is broken for the agent too, booked as far as it came, and told", async () => {
  await using upstream = breakingUpstream(
    event("message_start", { message: { usage: { input_tokens: 3, output_tokens: 1 } } }),
  )
  await using setup = await gatewayWith(upstream)
  const answer = await setup.ask({ messages: [], stream: true })
  const reader = must(answer.body ?? undefined).getReader()
  await reader.read()
  upstream.drop()
  await expect(reader.read()).rejects.toThrow()
  expect(await setup.ledger()).toMatchObject([{ input: 3, output: 1, status: 200 }])
  expect(setup.gateway.lastFailure(setup.loop)).toMatchObject({ kind: "network", status: 502 })
})

test("usage of a turn and of a loop are the sums of their lines", async () => {
  await using upstream = scriptedUpstream(() =>
    Response.json({ usage: { input_tokens: 1_000_000, output_tokens: 100_000 } }),
  )
  await using setup = await gatewayWith(upstream)
  const price = { input: 2, output: 10, currency: "USD" }
  await setup.personal({ local: { baseUrl: upstream.url, auth: "none", models: [{ id: "m-1", price }] } })
  const inTurn = async (turn: string) => {
    setup.events.announce("transcript.appended", { loop: setup.loop, events: [turnStarted(turn)] })
    await (await setup.ask({ model: "m-1", messages: [] })).text()
  }
  await inTurn("turn_1")
  await inTurn("turn_2")
  await inTurn("turn_2")
  expect(await setup.gateway.usageOfTurn(setup.loop, "turn_2")).toEqual({
    requests: 2,
    input: 2_000_000,
    output: 200_000,
    cacheRead: 0,
    cacheWrite: 0,
    cost: { amount: 6, currency: "USD" },
  })
  expect(await setup.gateway.usageOfLoop(setup.loop)).toMatchObject({ requests: 3, cost: { amount: 9 } })
  await inTurn("turn_3")
  expect(await setup.gateway.usageOfLoop(setup.loop)).toMatchObject({ requests: 4, cost: { amount: 12 } })
  expect(await setup.gateway.usageOfTurn(setup.loop, "turn_none")).toMatchObject({ requests: 0 })
})

test("a turn that began before the server started is found in its transcript", async () => {
  await using upstream = scriptedUpstream(() => Response.json({ usage: { input_tokens: 1, output_tokens: 1 } }))
  await using setup = await gatewayWith(upstream)
  setup.transcript.push(turnStarted("turn_old"))
  await (await setup.ask({ messages: [] })).text()
  setup.events.announce("transcript.appended", {
    loop: setup.loop,
    events: [{ seq: 2, at: "", kind: "turn-finished", turn: "turn_old", outcome: "done" }],
  })
  await (await setup.ask({ messages: [] })).text()
  expect((await setup.ledger()).map(({ turn }) => turn)).toEqual(["turn_old", null])
})

test("a disk that takes no ledger line does not keep the answer from the agent", async () => {
  await using upstream = scriptedUpstream(() => eventStream(streamed))
  const disk = createDisk((calls) => ({
    ...calls,
    open: (path, flags, mode) =>
      path.endsWith("usage.jsonl")
        ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }))
        : calls.open(path, flags, mode),
  }))
  await using setup = await gatewayWith(upstream, { needs: { disk } })
  expect(await (await setup.ask({ messages: [], stream: true })).text()).toBe(streamed)
  expect(setup.logged.join("\n")).toContain("could not write the usage")
})

test("the demo answers when nobody configured anything, and its ledger lines cost nothing", async () => {
  await using setup = await gatewayTest({ clock: systemClock })
  expect(await setup.gateway.pick(setup.loop)).toEqual({
    kind: "usable",
    source: "builtin",
    provider: "demo",
    model: "demo",
    window: 200_000,
    demo: true,
  })
  const answer = await setup.ask({
    model: "demo",
    stream: true,
    messages: [{ role: "user", content: "#say good day" }],
    tools: [{ name: "A" }, { name: "B" }],
  })
  expect(await answer.text()).toContain("message_stop")
  expect(await setup.ledger()).toMatchObject([
    { source: "builtin", provider: "demo", model: "demo", status: 200, cost: 0, currency: "USD" },
  ])
})
