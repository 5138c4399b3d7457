import { expect, test } from "bun:test"
import { send, takenUp, type TestAgent, testAgent, until } from "../testing/agents.ts"
import type { ScriptedAgent } from "../testing/scripted-agent.ts"

/** The first request of a turn is refused before the model has said anything. */
const refuse = (agent: ScriptedAgent) => {
  agent.speak({
    type: "assistant",
    uuid: "excuse",
    parent_tool_use_id: null,
    error: "authentication_failed",
    message: { model: "<synthetic>", role: "assistant", content: [{ type: "text", text: "API Error: 401" }] },
  })
  agent.finish({ is_error: true, api_error_status: 401, result: "API Error: 401" })
}

/** The first turn ends well, with `first` in the transcript; the second is refused. */
async function refusedSecond(stage: TestAgent) {
  const loop = await stage.loop()
  await send(stage, loop, "hello")
  await stage.seen(loop, "turn-finished")
  const first = await stage.events(loop)
  await send(stage, loop, "wait here")
  const [agent] = stage.host.agents
  if (!agent) throw new Error("need an agent")
  await until(() => agent.said.length === 2, "the message")
  refuse(agent)
  return { loop, agent, first, failed: (await stage.seen(loop, "turn-failed")).at(-1) }
}

test("trying again after the model saw nothing sends the same words as the same message, once, and nothing else", async () => {
  await using stage = await testAgent()
  const { loop, agent, first, failed } = await refusedSecond(stage)
  const said = first.findLast((event) => event.kind === "agent" && event.message.type === "assistant")
  expect(failed).toMatchObject({ action: "settings" })
  await stage.unmarked(loop)
  expect(await stage.agent.work.goOn(loop, "Go on.")).toBe("tried")
  expect(await stage.agent.work.goOn(loop, "Go on.")).toBe("nothing")
  const next = await stage.host.started(2)
  await until(() => next.said.length === 1, "the same words")
  expect(await stage.world.loops.unfinished()).toEqual([loop.record.id])
  next.answer("there")
  next.finish()
  const events = await stage.seen(loop, "turn-finished", 2)
  const turns = events.flatMap((event) => (event.kind === "turn-started" ? [event.messages] : []))
  expect(turns).toEqual([turns[0] ?? [], turns[1] ?? [], turns[1] ?? []])
  expect(next.said.map(({ text }) => text)).toEqual(["wait here"])
  expect(events.filter(({ kind }) => kind === "user-message")).toHaveLength(2)
  const before = said?.kind === "agent" ? said.message.uuid : undefined
  // A copy, in which nothing stands of the first try.
  const { id, ...session } = next.start.session
  expect(session).toEqual({ resume: true, copied: { of: agent.start.session.id, upTo: String(before) } })
  expect((await stage.world.loops.record(loop.record.id))?.agentSession).toBe(id)
  expect(agent.calls).toContain("close")
})

test("a first message that the model never saw begins a conversation of its own when it is tried again", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait here")
  const agent = await takenUp(stage, loop)
  refuse(agent)
  await stage.seen(loop, "turn-failed")
  await stage.agent.work.goOn(loop, "Go on.")
  const next = await stage.host.started(2)
  await until(() => next.said.length === 1, "the same words")
  expect(next.start.session.resume).toBe(false)
  expect(next.start.session.id).not.toBe(agent.start.session.id)
  expect(next.said.map(({ text }) => text)).toEqual(["wait here"])
})

test("a message that the model never saw can be tried again on the next server too", async () => {
  await using first = await testAgent()
  const loop = await first.loop()
  await send(first, loop, "wait here")
  refuse(await takenUp(first, loop))
  await first.seen(loop, "turn-failed")
  await first.unmarked(loop)
  await using second = await first.restart()
  expect(await second.agent.work.goOn(loop, "Go on.")).toBe("tried")
  const next = await second.host.started(3)
  await until(() => next.said.length === 1, "the same words")
  expect(next.said.map(({ text }) => text)).toEqual(["wait here"])
  expect(second.host.agents[1]?.calls).toContain("close")
})

test("an agent that does not find the place to go on from is started with the whole conversation", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await refusedSecond(stage)
  stage.host.failNext = "No message found"
  await stage.agent.work.goOn(loop, "Go on.")
  const next = await stage.host.started(3)
  await until(() => next.said.length === 1, "the same words")
  expect(next.start.session).toEqual({ id: agent.start.session.id, resume: true })
  expect((await stage.world.loops.record(loop.record.id))?.agentSession).toBe(next.start.session.id)
})

test("a copy of a conversation that was never written down is made again, and nothing is forgotten", async () => {
  await using stage = await testAgent()
  const { loop } = await refusedSecond(stage)
  await stage.agent.work.goOn(loop, "Go on.")
  const second = await stage.host.started(2)
  await until(() => second.said.length === 1, "the same words")
  second.die()
  await stage.seen(loop, "turn-failed", 2)
  stage.host.failNext = `No conversation found with session ID: ${second.start.session.id}`
  await send(stage, loop, "another")
  const fourth = await stage.host.started(4)
  const { id, ...session } = fourth.start.session
  expect(session).toEqual({ resume: true, copied: second.start.session.copied ?? { of: "", upTo: "" } })
  expect(id).not.toBe(second.start.session.id)
  const events = await stage.seen(loop, "turn-finished", 2)
  expect(events.filter(({ kind }) => kind === "notice")).toEqual([])
})
