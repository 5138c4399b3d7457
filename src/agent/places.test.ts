import { expect, test } from "bun:test"
import type { TranscriptEvent } from "../loops/index.ts"
import { askedBy, atWork, send, type TestAgent, testAgent, until } from "../testing/agents.ts"

/** Runs `then` in the moment in which the first line of this kind is durable. */
function onceWritten({ world }: TestAgent, kind: TranscriptEvent["kind"], then: () => void): void {
  let done = false
  world.events.on("transcript.appended", ({ events }) => {
    if (done || !events.some((event) => event.kind === kind)) return
    done = true
    then()
  })
}

test("the sandbox keeps a turn's result until the end of the turn is written down", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await atWork(stage)
  let safe = -1
  onceWritten(stage, "turn-finished", () => (safe = agent.safeUpTo))
  agent.answer("the whole")
  agent.finish()
  await stage.seen(loop, "turn-finished")
  // A server that was killed here finds it again, and so the end of its turn.
  expect(safe).toBe(0)
  await until(() => agent.safeUpTo > 0, "what may be forgotten")
})

test("a long output tells nobody to forget a result whose turn has not ended yet", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await atWork(stage)
  let safe = -1
  onceWritten(stage, "turn-finished", () => (safe = agent.safeUpTo))
  agent.finish({ result: "done ".repeat(2_000) })
  for (let n = 0; n < 6; n++) agent.speak({ type: "by_the_way", text: "x".repeat(1 << 20) })
  await stage.seen(loop, "turn-finished")
  expect(safe).toBeGreaterThanOrEqual(0)
  expect(safe).toBeLessThan(1_000)
  await until(() => agent.safeUpTo > 4 << 20, "what may be forgotten")
})

test("the places of another agent begin anew: what the first one has said tells it to forget nothing", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await atWork(stage)
  agent.answer("a long story ".repeat(1_000))
  agent.finish()
  await stage.seen(loop, "turn-finished")
  await until(() => agent.safeUpTo > 0, "what may be forgotten")
  agent.die()
  await send(stage, loop, "wait for another")
  const other = await stage.host.started(2)
  await until(() => other.said.length > 0, "the message")
  other.finish()
  await stage.seen(loop, "turn-finished", 2)
  await until(() => other.safeUpTo > 0, "what may be forgotten")
  expect(other.safeUpTo).toBeLessThan(agent.safeUpTo / 2)
})

test("a result of an earlier turn that the next server hears again ends no other turn", async () => {
  await using first = await testAgent()
  const { loop, agent } = await atWork(first, "wait for the first")
  agent.answer("first done")
  agent.finish()
  await first.seen(loop, "turn-finished")
  await send(first, loop, "wait for the second")
  await until(() => agent.said.length === 2, "the second message")
  const [one, two] = agent.said.map(({ uuid }) => uuid)
  const stored = (await first.events(loop)).flatMap((event) => (event.kind === "agent" ? [event.message] : []))

  // The first server was killed before the sandbox had heard what it may forget.
  first.host.onAttach = (joined) => {
    joined.speak({ type: "command_lifecycle", command_uuid: one, state: "started" })
    for (const message of stored) joined.speak(message)
  }
  await using second = await first.restart()
  await second.agent.recover([{ loop: loop.record.id, outcome: "attached", kept: ["agent"] }])
  const joined = second.host.agents.at(-1)
  joined?.answer("second done")
  joined?.finish({ user_message_uuids: [two] })
  const events = await second.seen(loop, "turn-finished", 2)
  const ends = events.filter(({ kind }) => kind === "turn-finished")
  const answer = events.find((event) => JSON.stringify(event).includes("second done"))
  expect(answer?.turn).toBe(ends[1]?.turn ?? "")
  expect(ends[1]?.seq).toBeGreaterThan(answer?.seq ?? Number.POSITIVE_INFINITY)
})

test("an agent that ends in the moment in which it is ready is a start that failed, and the message is kept", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  onceWritten(stage, "session", () => stage.host.agents[0]?.die())
  await send(stage, loop, "hello")
  const events = await stage.seen(loop, "turn-failed")
  expect(events.at(-1)).toMatchObject({ reason: "agent-start", action: "retry" })
  expect(await stage.agent.work.goOn(loop, "go on")).toBe("tried")
  await stage.seen(loop, "turn-finished")
  expect(stage.host.agents[1]?.said.map(({ text }) => text)).toEqual(["hello"])
})

test("a parked turn's answer is known as its own on the next server, too", async () => {
  await using first = await testAgent()
  const { loop, agent } = await atWork(first)
  const question = {
    questions: [{ question: "Why?", header: "Why", options: [{ label: "Because" }, { label: "So" }] }],
  }
  const asked = await askedBy(first, loop, () => agent.use("AskUserQuestion", question, "toolu_q"))
  await until(() => first.activity(loop)?.status === "needs-you", "the question")
  first.world.clock.advance(30 * 60_000)
  await until(() => agent.calls.includes("close"), "parking")
  first.host.onStart = (back) => (back.mute = true)
  await first.agent.work.answer(loop, asked.ask, { decision: "answer", answers: { "Why?": "So" } })
  const back = await first.host.started(2)
  await until(() => back.said.length === 1, "the answer")
  await using second = await first.restart()
  await second.agent.recover([{ loop: loop.record.id, outcome: "attached", kept: ["agent"] }])
  second.host.agents.at(-1)?.finish({ user_message_uuids: back.said.map(({ uuid }) => uuid) })
  const events = await second.seen(loop, "turn-finished")
  expect(events.at(-1)?.turn).toBe(asked.turn ?? "")
})
