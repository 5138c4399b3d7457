import { expect, test } from "bun:test"
import { send, takenUp, type TestAgent, testAgent, until } from "../testing/agents.ts"

const turnsOf = (events: Awaited<ReturnType<TestAgent["events"]>>) =>
  events.flatMap((event) => (event.kind === "turn-started" ? [event.messages] : []))

test("a message starts sandbox and agent once, is answered and leaves nothing unfinished", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  expect(await send(stage, loop, "hello")).toMatchObject({ kind: "accepted", again: false })
  const events = await stage.seen(loop, "turn-finished")
  expect(events.map(({ kind }) => kind)).toEqual([
    "loop-created",
    "user-message",
    "session",
    "turn-started",
    "agent",
    "agent",
    "turn-finished",
  ])
  expect(stage.boxes).toEqual(["start"])
  await until(() => stage.activity(loop)?.status === "idle", "idle")
  expect(events.at(-1)).toMatchObject({ outcome: "done", usage: { input: 10, output: 5 } })
  await stage.unmarked(loop)
})

test("the first message of a new loop waits until the loop is ready and is answered then", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop("begin here")
  const events = await stage.seen(loop, "turn-finished")
  expect(turnsOf(events)).toHaveLength(1)
  expect(stage.host.agents[0]?.said.map(({ text }) => text)).toEqual(["begin here"])
})

test("ten messages from two tabs within a moment are ten turns in order, with one agent", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  const sent = await Promise.all(Array.from({ length: 10 }, (_, n) => send(stage, loop, `message ${n}`)))
  const order = sent.flatMap((one) => (one.kind === "accepted" ? [one.line.seq] : []))
  const events = await stage.seen(loop, "turn-finished", 10)
  expect(turnsOf(events)).toEqual(order.sort((a, b) => a - b).map((seq) => [seq]))
  expect(stage.host.agents).toHaveLength(1)
  expect(new Set(stage.host.agents[0]?.said.map(({ uuid }) => uuid)).size).toBe(10)
})

test("the same message sent twice is accepted once", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  const both = await Promise.all([send(stage, loop, "once", "same"), send(stage, loop, "once", "same")])
  expect(both.map((one) => one.kind === "accepted" && one.again)).toEqual([false, true])
  const events = await stage.seen(loop, "turn-finished")
  expect(events.filter(({ kind }) => kind === "user-message")).toHaveLength(1)
})

test("what is wrong with a message is said, and nothing is written", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  expect(await send(stage, loop, "  ", "a")).toEqual({ kind: "empty" })
  expect(await send(stage, loop, "x".repeat(1_048_577), "a")).toEqual({ kind: "too-long", most: 1_048_576 })
  expect(await send(stage, loop, "x", "no spaces")).toEqual({ kind: "bad-client-id" })
  expect(await stage.events(loop)).toHaveLength(1)
})

test("the model that was chosen last is the one of the next turn", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "one")
  await stage.seen(loop, "turn-finished")
  const [agent] = stage.host.agents
  expect(agent?.start.model).toBe("demo")
  stage.next.pick = { kind: "usable", source: "workspace", provider: "p", model: "big", window: 1, demo: false }
  await send(stage, loop, "two")
  const events = await stage.seen(loop, "turn-finished", 2)
  expect(agent?.calls).toEqual(["model big"])
  expect(events.findLast(({ kind }) => kind === "turn-started")).toMatchObject({ model: "big", provider: "p" })
})

test("accepting a message while the agent works costs one append and one fsync", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  await takenUp(stage, loop)
  const { writes, syncs, renames } = stage.world.disk.counts
  await send(stage, loop, "another")
  expect(stage.world.disk.counts).toMatchObject({ writes: writes + 1, syncs: syncs + 1, renames })
})

test("at most twenty messages wait", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait for me")
  await stage.seen(loop, "turn-started")
  for (let n = 0; n < 20; n++) expect((await send(stage, loop, `m ${n}`)).kind).toBe("accepted")
  expect(await send(stage, loop, "one more")).toEqual({ kind: "queue-full" })
  expect(await send(stage, loop, "m 3")).toMatchObject({ kind: "accepted", again: true })
})

test("a waiting message is edited, moved, removed and sent now; one that began is not", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  await stage.seen(loop, "turn-started")
  const seqs: number[] = []
  for (const text of ["a", "b", "c", "d"]) {
    const sent = await send(stage, loop, text)
    if (sent.kind === "accepted") seqs.push(sent.line.seq)
  }
  const [a = 0, b = 0, c = 0, d = 0] = seqs
  const { work } = stage.agent
  expect(await work.edit(loop, a, "a better")).toEqual({ kind: "changed" })
  expect(await work.remove(loop, b)).toEqual({ kind: "changed" })
  expect(await work.moveUp(loop, d)).toEqual({ kind: "changed" })
  expect(await work.moveUp(loop, a)).toEqual({ kind: "changed" })
  expect(await work.moveUp(loop, 2)).toEqual({ kind: "already-started" })
  expect(await work.remove(loop, 2)).toEqual({ kind: "already-started" })
  expect(await work.sendNow(loop, 2)).toEqual({ kind: "already-started" })
  expect(await work.edit(loop, 2, "late")).toEqual({ kind: "already-started" })
  expect(await work.edit(loop, a, " ")).toEqual({ kind: "empty" })
  expect(await work.remove(loop, b)).toEqual({ kind: "not-waiting" })
  expect(await work.sendNow(loop, c)).toEqual({ kind: "changed" })
  const agent = await stage.host.started(1)
  await until(() => agent.calls.includes("interrupt"), "interrupt")
  agent.finish({ subtype: "error_during_execution", is_error: true, terminal_reason: "aborted_tools" })
  const events = await stage.seen(loop, "turn-finished", 4)
  expect(turnsOf(events).slice(1)).toEqual([[c], [a], [d]])
  expect(agent.said.map(({ text }) => text)).toEqual(["wait", "c", "a better", "d"])
  expect(events.find(({ kind }) => kind === "turn-finished")).toMatchObject({ outcome: "interrupted" })
})

test("a turn that the agent begins by itself is shown as one, and our message waits for it", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "hello")
  await stage.seen(loop, "turn-finished")
  const [agent] = stage.host.agents
  agent?.answer("the background task is done")
  await send(stage, loop, "second")
  expect(agent?.said).toHaveLength(1)
  agent?.finish({ user_message_uuids: [] })
  const events = await stage.seen(loop, "turn-finished", 3)
  expect(events.filter(({ kind }) => kind === "turn-started")).toMatchObject([
    { by: "person" },
    { by: "agent" },
    { by: "person" },
  ])
})

test("an idle agent is ended after a while, the sandbox later, and the next message brings both back", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "hello")
  await stage.seen(loop, "turn-finished")
  const [agent] = stage.host.agents
  await until(() => stage.activity(loop)?.status === "idle", "idle")
  stage.world.clock.advance(5 * 60_000)
  await until(() => agent?.calls.includes("close"), "end of the agent")
  await until(() => stage.world.clock.timers > 0, "timer of the sandbox")
  stage.world.clock.advance(30 * 60_000)
  await until(() => stage.boxes.includes("stop"), "stop of the sandbox")
  await send(stage, loop, "next day")
  await stage.seen(loop, "turn-finished", 2)
  expect(stage.host.agents[1]?.start.session).toEqual({ id: agent?.start.session.id ?? "", resume: true })
})

test("a loop in which nothing goes on any more is forgotten once others are opened, unless somebody looks at it", async () => {
  await using stage = await testAgent()
  const { clock, hub } = stage.world
  const loops = [await stage.loop(), await stage.loop()]
  for (const loop of loops) {
    await send(stage, loop, "hello")
    await stage.seen(loop, "turn-finished")
    await stage.agent.endWork(loop.record.id, "archived")
    await stage.sandboxes.stop(loop.record.id, "test")
  }
  const [watched, left] = loops
  if (!watched || !left) throw new Error("need two loops")
  const leave = hub.subscribe(stage.agent.topicOf(watched.record.id), "en:reader:", () => undefined)
  expect(stage.agent.inMind).toBe(2)
  clock.advance(2 * 60_000)
  const third = await stage.loop("wait")
  await takenUp(stage, third)
  expect(stage.agent.inMind).toBe(2)
  leave()
  clock.advance(2 * 60_000)
  const fourth = await stage.loop()
  await stage.agent.work.send(fourth, { text: "hello", clientId: "four", via: "web" })
  // The third is at work.
  expect(stage.agent.inMind).toBe(2)
  await stage.agent.work.send(left, { text: "hello again", clientId: "again", via: "web" })
  expect(stage.agent.inMind).toBe(3)
})

test("a sandbox in which somebody still runs something is not stopped for idleness, but later, when it is over", async () => {
  let isUsed = true
  await using stage = await testAgent({ agent: { isUsed: async () => isUsed } })
  const loop = await stage.loop()
  await send(stage, loop, "hello")
  await stage.seen(loop, "turn-finished")
  const [agent] = stage.host.agents
  await until(() => stage.activity(loop)?.status === "idle", "idle")
  stage.world.clock.advance(5 * 60_000)
  await until(() => agent?.calls.includes("close"), "end of the agent")
  await until(() => stage.world.clock.timers > 0, "timer of the sandbox")
  for (let round = 0; round < 3; round++) {
    stage.world.clock.advance(30 * 60_000)
    await until(() => stage.world.clock.timers > 0, "another look")
  }
  expect(stage.boxes).not.toContain("stop")
  isUsed = false
  stage.world.clock.advance(30 * 60_000)
  await until(() => stage.boxes.includes("stop"), "stop of the sandbox")
})

test("archiving interrupts, ends the agent and keeps the queue", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  await send(stage, loop, "later")
  const ended = stage.agent.endWork(loop.record.id, "archived")
  await until(() => agent.calls.includes("interrupt"), "interrupt")
  agent.finish({ subtype: "error_during_execution", is_error: true, terminal_reason: "aborted_tools" })
  await stage.seen(loop, "turn-finished")
  await ended
  expect(agent.calls).toContain("close")
  expect(agent.said).toHaveLength(1)
})

test("a server that stops while an archived loop's agent ends does not wait for it", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  const ended = stage.agent.endWork(loop.record.id, "archived")
  await until(() => agent.calls.includes("interrupt"), "interrupt")
  await stage.agent[Symbol.asyncDispose]()
  await ended
  await stage.agent.endWork(loop.record.id, "archived")
})

test("a secret of the driver is neither stored nor shown", async () => {
  await using stage = await testAgent({ agent: { secretsOf: async () => [{ name: "TOKEN", value: "s3cr3t-value" }] } })
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  const shown: string[] = []
  stage.world.hub.subscribe(stage.agent.topicOf(loop.record.id), "en:driver:", ({ html }) => shown.push(html))
  agent.stream(["the token is s3cr", "3t-value, yes"])
  stage.world.clock.advance(40)
  agent.answer("the token is s3cr3t-value, yes")
  agent.finish()
  const text = JSON.stringify(await stage.seen(loop, "turn-finished")) + shown.join("")
  expect(text).not.toContain("s3cr3t-value")
  expect(text.match(/\[secret TOKEN\]/g)?.length).toBeGreaterThanOrEqual(2)
})
