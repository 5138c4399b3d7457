import { expect, test } from "bun:test"
import { agentPages } from "../testing/agent-pages.tsx"
import { send, takenUp, until } from "../testing/agents.ts"
import { pageOf, readHtml } from "../testing/html.ts"
import { person } from "../testing/loops.ts"
import { money, spentView } from "./spent.ts"

const alice = person("alice")
const bob = person("bob")

const memory = {
  used: 50_000,
  window: 1_000_000,
  compactsAt: 160_000,
  parts: [
    { id: "messages", name: "Messages", tokens: 30_000 },
    { id: "brand_new", name: "Something new", tokens: 20_000 },
  ],
}
const spent = {
  requests: 3,
  input: 1_000,
  output: 500,
  cacheRead: 9_000,
  cacheWrite: 0,
  cost: { amount: 0.1234, currency: "USD" },
}

test("context usage and cost are shown between turns, after a restart, and on an archived loop", async () => {
  await using first = await agentPages()
  const loop = await first.loop()
  await send(first, loop, "wait")
  const agent = await takenUp(first, loop)
  agent.context = memory
  first.next.spent = spent
  agent.finish()
  await first.seen(loop, "turn-finished")
  const look = async (on: typeof first) => {
    const page = await pageOf(await on.as(bob).get(`/loops/${loop.record.id}`))
    return [page.one("#loop-spent").text, page.one("#context-meter button").attributes["aria-label"]]
  }
  await using stream = await first.follow(loop, bob, { after: 2 })
  first.world.clock.advance(10)
  await stream.shows("Context:")
  // The window is the chosen model's, whatever the agent takes it for.
  const shown = ["Used so far$0.1234", "Context: 25 % used"]
  expect(await look(first)).toEqual(shown)
  const page = await pageOf(await first.as(alice).get(`/loops/${loop.record.id}`))
  expect(page.one("#context-card").text).toContain("50K of 200K tokens of context")
  expect(page.all("#context-card dt").map(({ text }) => text)).toEqual(["Conversation", "Something new"])
  expect(page.one("#context-card").text).toContain("at 160K")
  expect(page.one("#loop-spent").attributes["title"]).toBe("Estimate from the known prices · 10K in, 500 out")

  await using second = await agentPages({ home: first.world.home })
  second.next.spent = spent
  expect(await look(second)).toEqual(shown)
  await second.world.loops.archive(loop.record.id, alice)
  expect(await look(second)).toEqual(shown)
})

test("who looks on sees cost and context change when a turn ends", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  await using stream = await stage.follow(loop, bob, { after: 2 })
  await stream.shows("composer-state")
  agent.context = memory
  stage.next.spent = spent
  agent.finish()
  await stage.seen(loop, "turn-finished")
  await stream.shows("$0.1234")
  stage.world.clock.advance(10)
  await stream.shows("Context: 25 % used")
})

test("the agent is asked about its memory once in five seconds, however short the turns are", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  let asked = 0
  agent.contextUsage = async () => {
    asked++
    return memory
  }
  agent.finish()
  await stage.seen(loop, "turn-finished")
  for (const [index, text] of ["one", "two", "three"].entries()) {
    await send(stage, loop, text)
    await stage.seen(loop, "turn-finished", index + 2)
  }
  expect(asked).toBe(1)
  stage.world.clock.advance(5_000)
  await until(() => asked === 2, "the second question")
})

test("without a known price tokens are shown instead of money, and nothing before the first request", () => {
  const { cost: _, ...tokens } = spent
  expect(spentView(tokens, "en")).toEqual({ text: "10K in, 500 out", about: "10K in, 500 out" })
  expect(spentView({ ...tokens, requests: 0 }, "en")).toBeUndefined()
  expect(spentView({ ...tokens, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }, "en")).toBeUndefined()
  expect(money({ amount: 12.5, currency: "EUR" }, "zh")).toContain("12.5")
  expect(money({ amount: 1, currency: "<b>" }, "en")).toBeUndefined()
})

test("the quiet line of a turn says how long the first word took", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  stage.world.clock.advance(1_200)
  agent.stream(["Hel"])
  stage.world.clock.advance(1_800)
  agent.answer("Hello")
  agent.finish()
  await stage.seen(loop, "turn-finished")
  const page = readHtml(await (await stage.as(bob).get(`/loops/${loop.record.id}`)).text())
  expect(page.one(".turn-end").text).toContain("first word after 1s")
})
