import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { askedBy, atWork, send, type TestAgent, testAgent, until } from "../testing/agents.ts"

const question = { questions: [{ question: "Why?", header: "Why", options: [{ label: "Because" }, { label: "So" }] }] }

/** The next server, with the sandbox and the agent of the one before. */
async function attachedAgain(first: TestAgent, loop: DrivenLoop): Promise<TestAgent> {
  const second = await first.restart()
  await second.agent.recover([{ loop: loop.record.id, outcome: "attached", kept: ["agent"] }])
  return second
}

/** The next server on a machine whose sandboxes are gone. */
async function startedBare(first: TestAgent): Promise<TestAgent> {
  const second = await first.restart({ boxGone: true })
  await second.agent.recover([])
  return second
}

test("a running turn goes on under its own id on the next server, and nothing is stored twice", async () => {
  await using first = await testAgent()
  const { loop, agent } = await atWork(first)
  agent.answer("half way")
  await first.seen(loop, "agent")
  await using second = await attachedAgain(first, loop)
  const [, joined] = second.host.agents
  joined?.speak(lastSaid(await second.events(loop)))
  joined?.answer("the whole")
  joined?.finish({ user_message_uuids: agent.said.map(({ uuid }) => uuid) })
  const events = await second.seen(loop, "turn-finished")
  expect(events.filter(({ kind }) => kind === "turn-started")).toHaveLength(1)
  expect(events.at(-1)?.turn).toBe(events.find(({ kind }) => kind === "turn-started")?.turn ?? "")
  expect(events.filter((event) => JSON.stringify(event).includes("half way"))).toHaveLength(1)
  expect(joined?.said).toEqual([])
})

test("a page that comes back before the sandboxes were looked at does not make the turn fail", async () => {
  await using first = await testAgent()
  const { loop, agent } = await atWork(first)
  agent.answer("half way")
  await first.seen(loop, "agent")
  await using second = await first.restart({ boxGone: true })
  const early = send(second, loop, "while nobody knows")
  expect((await second.events(loop)).map(({ kind }) => kind)).not.toContain("turn-failed")
  await second.agent.recover([])
  await early
  expect((await second.seen(loop, "turn-failed")).filter(({ kind }) => kind === "turn-failed")).toHaveLength(1)
})

/** The newest stored message of the agent, as it comes again when a sandbox replays its output. */
function lastSaid(
  events: Awaited<ReturnType<Awaited<ReturnType<typeof testAgent>>["events"]>>,
): Record<string, unknown> {
  const last = events.findLast((event) => event.kind === "agent")
  return last?.kind === "agent" ? last.message : {}
}

test("a turn that was stopped just before the server was killed ends as interrupted on the next one", async () => {
  await using first = await testAgent()
  const { loop, agent } = await atWork(first)
  await until(() => agent.said.length === 1, "the message")
  await using second = await attachedAgain(first, loop)
  second.host.agents[1]?.finish({ subtype: "error_during_execution", is_error: true, terminal_reason: "aborted_tools" })
  const events = await second.seen(loop, "turn-finished")
  expect(events.at(-1)).toMatchObject({ kind: "turn-finished", outcome: "interrupted" })
})

test("a message that the agent may never have heard is said again under the same id", async () => {
  await using first = await testAgent()
  const { loop, agent } = await atWork(first)
  await until(() => agent.said.length === 1, "the message")
  await using second = await attachedAgain(first, loop)
  expect(second.host.agents[1]?.said).toEqual(agent.said)
})

test("when the sandbox is gone the turn has failed, and what waited is delivered", async () => {
  await using first = await testAgent()
  const loop = await first.loop()
  await send(first, loop, "wait")
  await first.seen(loop, "turn-started")
  await send(first, loop, "second")
  await send(first, loop, "third")
  await using second = await startedBare(first)
  const events = await second.seen(loop, "turn-finished", 2)
  expect(events.find(({ kind }) => kind === "turn-failed")).toMatchObject({
    reason: "server-restarted",
    action: "continue",
  })
  expect(second.host.agents[1]?.said.map(({ text }) => text)).toEqual(["second", "third"])
})

test("when the sandbox's program is too old for the next server, the turn has failed and the page says why", async () => {
  await using first = await testAgent()
  const { loop } = await atWork(first)
  await using second = await first.restart({ boxGone: true })
  await second.agent.recover([{ loop: loop.record.id, outcome: "removed", kept: [], outdated: true }])
  const failed = (await second.seen(loop, "turn-failed")).at(-1)
  expect(failed).toMatchObject({ reason: "sandbox-outdated", action: "continue" })
})

test("a message accepted a moment before the end is delivered by the next server", async () => {
  await using first = await testAgent()
  const loop = await first.loop()
  const never = Promise.withResolvers<never>()
  first.next.start = never.promise
  await send(first, loop, "just in time")
  await using second = await startedBare(first)
  await second.seen(loop, "turn-finished")
  expect(second.host.agents[0]?.said.map(({ text }) => text)).toEqual(["just in time"])
  never.reject(new Error("the first server is gone"))
})

test("a message accepted between two turns is delivered to the agent that is joined", async () => {
  await using first = await testAgent()
  const loop = await first.loop()
  await send(first, loop, "hello")
  await first.seen(loop, "turn-finished")
  const never = Promise.withResolvers<never>()
  first.next.start = never.promise
  await send(first, loop, "between")
  await using second = await attachedAgain(first, loop)
  await second.seen(loop, "turn-finished", 2)
  expect(second.host.agents.map(({ said }) => said.map(({ text }) => text))).toEqual([["hello"], ["between"]])
  never.reject(new Error("the first server is gone"))
})

test("an agent that was killed with the server before it introduced itself is not joined in another one's name", async () => {
  await using first = await testAgent()
  const loop = await first.loop()
  await send(first, loop, "hello")
  await first.seen(loop, "turn-finished")
  first.host.agents[0]?.die()
  first.host.silentNext = true
  await send(first, loop, "second")
  await first.host.started(2)
  await using second = await attachedAgain(first, loop)
  await second.seen(loop, "turn-finished", 2)
  const [, silent, third] = second.host.agents
  expect(silent?.said).toEqual([])
  // Only one that is started is told its model: this one was not joined.
  expect(third?.start).toMatchObject({ model: silent?.start.model, session: { resume: true } })
  expect(third?.said.map(({ text }) => text)).toEqual(["second"])
  silent?.die()
})

test("a conversation that was continued can be continued again, also when that agent was killed at once", async () => {
  await using first = await testAgent()
  const loop = await first.loop()
  await send(first, loop, "hello")
  await first.seen(loop, "turn-finished")
  await using second = await startedBare(first)
  await send(second, loop, "wait")
  await second.seen(loop, "turn-started", 2)
  const file = second.world.loops.serverFile(loop.record.id, "agent-process.json")
  expect(JSON.parse((await second.world.disk.readText(file)) ?? "")).toMatchObject({ begun: true })
})

test("an open question stays open, the loop still needs its driver, and the answer goes to the same call", async () => {
  await using first = await testAgent()
  const { loop, agent } = await atWork(first)
  const asked = await askedBy(first, loop, () => agent.use("AskUserQuestion", question, "toolu_q"))
  await using second = await attachedAgain(first, loop)
  await until(() => second.activity(loop)?.status === "needs-you" || second.host.agents.length > 1, "the question")
  const verdict = second.host.agents[1]?.use("AskUserQuestion", question, "toolu_q")
  const answer = { decision: "answer", answers: { "Why?": "So" } } as const
  await until(() => second.host.agents.length > 1, "the agent")
  expect(await second.agent.work.answer(loop, asked.ask, answer)).toMatchObject({ kind: "answered" })
  expect(await verdict).toMatchObject({ kind: "allow", input: { answers: { "Why?": "So" } } })
  expect((await second.events(loop)).filter(({ kind }) => kind === "asked")).toHaveLength(1)
})

test("a question that nobody answered for long parks the agent; the answer brings it back in the same turn", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await atWork(stage)
  const asked = await askedBy(stage, loop, () => agent.use("AskUserQuestion", question, "toolu_q"))
  await until(() => stage.activity(loop)?.status === "needs-you", "the question")
  stage.world.clock.advance(30 * 60_000)
  await until(() => agent.calls.includes("close"), "parking")
  expect(stage.activity(loop)?.status).toBe("needs-you")
  await stage.agent.work.answer(loop, asked.ask, { decision: "answer", answers: { "Why?": "So" } })
  const back = await stage.host.started(2)
  await until(() => back.said.length === 1, "the answer")
  expect(back.said[0]?.text).toContain('"Why?":"So"')
  const events = await stage.seen(loop, "turn-finished")
  expect(events.filter(({ kind }) => kind === "turn-started")).toHaveLength(1)
  expect(events.at(-1)?.turn).toBe(asked.turn ?? "")
})

test("a question outlives the server and the sandbox too", async () => {
  await using first = await testAgent()
  const { loop, agent } = await atWork(first)
  const asked = await askedBy(first, loop, () => agent.use("AskUserQuestion", question, "toolu_q"))
  await using second = await startedBare(first)
  await second.agent.work.answer(loop, asked.ask, { decision: "answer", answers: { "Why?": "So" } })
  const events = await second.seen(loop, "turn-finished")
  expect(events.at(-1)?.turn).toBe(asked.turn ?? "")
  expect(second.host.agents[1]?.start.session).toEqual({ id: agent.start.session.id, resume: true })
})

test("an idle agent that still runs is joined, not started a second time", async () => {
  await using first = await testAgent()
  const loop = await first.loop()
  await send(first, loop, "hello")
  await first.seen(loop, "turn-finished")
  await first.unmarked(loop)
  await using second = await first.restart()
  await send(second, loop, "again")
  const events = await second.seen(loop, "turn-finished", 2)
  expect(events.filter(({ kind }) => kind === "session")).toHaveLength(1)
  expect(second.host.agents[1]?.said.map(({ text }) => text)).toEqual(["again"])
})

test("after a failed start nothing is tried by itself, not by the next server either", async () => {
  await using first = await testAgent()
  const loop = await first.loop()
  first.next.start = { kind: "failed", reason: "no-space", detail: "full" }
  await send(first, loop, "hello")
  await first.seen(loop, "turn-failed")
  await using second = await startedBare(first)
  expect(second.boxes).toEqual([])
  expect(await second.agent.work.goOn(loop, "go on")).toBe("tried")
  await second.seen(loop, "turn-finished")
})

test("a turn that the agent began by itself does not stay open after a kill, however much it has said", async () => {
  await using first = await testAgent()
  const { loop, agent } = await atWork(first)
  agent.finish()
  await first.seen(loop, "turn-finished")
  await first.unmarked(loop)
  agent.answer("by the way")
  await first.seen(loop, "turn-started", 2)
  expect(await first.world.loops.unfinished()).toEqual([loop.record.id])
  for (let n = 0; n < 12; n++) agent.answer(`${n} ${"and so on ".repeat(300)}`)
  await first.seen(loop, "agent", 13)

  // Even where the mark was lost, the end of the transcript says that a turn is open.
  await first.world.loops.markUnfinished(loop.record.id, false)
  await using second = await startedBare(first)
  await send(second, loop, "are you there")
  const events = await second.seen(loop, "turn-started", 3)
  const turns = events.filter(({ kind }) => kind.startsWith("turn-")).map(({ kind }) => kind)
  // The third may have ended already.
  expect(turns.slice(0, 5)).toEqual(["turn-started", "turn-finished", "turn-started", "turn-failed", "turn-started"])
})

test("what a running agent says while the next server joins it belongs to the turn that is open", async () => {
  await using first = await testAgent()
  const { loop } = await atWork(first)
  first.host.onAttach = (agent) => agent.answer("said while being joined")
  await using second = await attachedAgain(first, loop)
  second.host.agents.at(-1)?.finish()
  const events = await second.seen(loop, "turn-finished")
  const turn = events.find(({ kind }) => kind === "turn-started")?.turn ?? "none"
  expect(events.filter(({ kind }) => kind === "turn-started")).toHaveLength(1)
  expect(events.find((event) => JSON.stringify(event).includes("while being joined"))?.turn).toBe(turn)
  expect(events.at(-1)?.turn).toBe(turn)
})
