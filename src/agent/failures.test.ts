import { expect, test } from "bun:test"
import { atWork, send, takenUp, testAgent, until } from "../testing/agents.ts"
import type { StartOutcome } from "../sandbox/index.ts"

test("a start that fails keeps the message and says what to do; trying again delivers it", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  stage.next.start = { kind: "failed", reason: "image-missing", detail: "no image", remedy: "wait" }
  await send(stage, loop, "hello")
  const events = await stage.seen(loop, "turn-failed")
  expect(events.at(-1)).toMatchObject({ reason: "image-missing", action: "image", detail: "no image\nwait" })
  await until(() => stage.activity(loop)?.status === "failed", "failed")
  expect(await stage.world.loops.unfinished()).toEqual([loop.record.id])
  expect(await stage.agent.work.goOn(loop, "go on")).toBe("tried")
  await stage.seen(loop, "turn-finished")
  expect(stage.host.agents[0]?.said.map(({ text }) => text)).toEqual(["hello"])
})

test("without a provider the message is kept and the missing name is said", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  stage.next.pick = { kind: "no-provider", vault: "default", missing: { provider: "Anthropic", variable: "KEY" } }
  await send(stage, loop, "hello")
  const failed = (await stage.seen(loop, "turn-failed")).at(-1)
  expect(failed).toMatchObject({ reason: "no-provider", action: "settings", detail: "default/KEY" })
  delete stage.next.pick
  await stage.agent.work.goOn(loop, "go on")
  await stage.seen(loop, "turn-finished")
})

test("an agent that will not start is a failure with its last words, and nothing of it stays", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  stage.host.failNext = "cannot read settings"
  await send(stage, loop, "hello")
  expect((await stage.seen(loop, "turn-failed")).at(-1)).toMatchObject({
    reason: "agent-start",
    detail: "cannot read settings",
  })
  await send(stage, loop, "again")
  await stage.seen(loop, "turn-finished", 2)
  expect(stage.host.agents[1]?.said.map(({ text }) => text)).toEqual(["hello", "again"])
})

test("stop ends the turn and the next message follows", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  agent.stream(["half ", "a sentence"])
  await stage.agent.work.stop(loop)
  await stage.agent.work.stop(loop)
  await until(() => agent.calls.length > 0, "interrupt")
  expect(agent.calls).toEqual(["interrupt"])
  agent.finish({ subtype: "error_during_execution", is_error: true, terminal_reason: "aborted_streaming" })
  const events = await stage.seen(loop, "turn-finished")
  expect(events.at(-1)).toMatchObject({ outcome: "interrupted" })
  const part = events.find((event) => event.kind === "agent" && event.message.partial === true)
  expect(JSON.stringify(part)).toContain("half a sentence")
  await send(stage, loop, "next")
  await stage.seen(loop, "turn-finished", 2)
  expect(stage.host.agents).toHaveLength(1)
})

test("an interrupt that the agent ignores ends with the agent, and the next message with a new one", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  await stage.agent.work.stop(loop)
  await until(() => agent.calls.includes("interrupt"), "interrupt")
  stage.world.clock.advance(4_999)
  expect(agent.calls).not.toContain("close")
  stage.world.clock.advance(1)
  await stage.seen(loop, "turn-finished")
  expect(agent.calls).toContain("close")
  await send(stage, loop, "next")
  await stage.seen(loop, "turn-finished", 2)
  expect(stage.host.agents[1]?.start.session).toEqual({ id: agent.start.session.id, resume: true })
})

test("an agent that hangs while it is told a new mode can still be stopped", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  const hanging = Promise.withResolvers<void>()
  agent.setMode = () => hanging.promise
  await stage.agent.work.setMode(loop, "default")
  await stage.agent.work.stop(loop)
  await until(() => agent.calls.includes("interrupt"), "interrupt")
  stage.world.clock.advance(5_000)
  expect((await stage.seen(loop, "turn-finished")).at(-1)).toMatchObject({ outcome: "interrupted" })
  hanging.resolve()
})

test("stopping while the sandbox starts cancels the start", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  const never = Promise.withResolvers<never>()
  stage.next.start = never.promise
  await send(stage, loop, "hello")
  await until(() => stage.boxes.includes("start"), "start")
  await stage.agent.work.stop(loop)
  const events = await stage.seen(loop, "turn-finished")
  expect(events.at(-1)).toMatchObject({ outcome: "interrupted" })
  never.reject(new Error("given up"))
  await send(stage, loop, "next")
  await stage.seen(loop, "turn-finished", 2)
  expect(stage.host.agents.flatMap(({ said }) => said.map(({ text }) => text))).toEqual(["next"])
})

test("a message after a stopped start goes on with the same start: there is one agent, not two", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  const slow = Promise.withResolvers<StartOutcome>()
  stage.next.start = slow.promise
  await send(stage, loop, "hello")
  await until(() => stage.boxes.includes("start"), "start")
  await stage.agent.work.stop(loop)
  await stage.seen(loop, "turn-finished")
  await send(stage, loop, "next")
  slow.resolve(stage.sandboxes.start(loop as never))
  await stage.seen(loop, "turn-finished", 2)
  expect(stage.host.agents.flatMap(({ said }) => said.map(({ text }) => text))).toEqual(["next"])
  expect(stage.host.agents).toHaveLength(1)
})

test("an agent that dies fails its turn, and the same conversation goes on with the next message", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  agent.answer("working on it")
  agent.die({ signal: "SIGKILL", lastWords: "oh no" })
  const failed = (await stage.seen(loop, "turn-failed")).at(-1)
  expect(failed).toMatchObject({ reason: "agent-ended", action: "continue", detail: "It ended with SIGKILL.\noh no" })
  expect(await stage.agent.work.goOn(loop, "Go on.")).toBe("sent")
  await stage.seen(loop, "turn-finished")
  expect(stage.host.agents[1]?.start.session).toEqual({ id: agent.start.session.id, resume: true })
  expect(stage.host.agents[1]?.said.map(({ text }) => text)).toEqual(["Go on."])
})

test("a failed model request is said in words and keeps the queue", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  await send(stage, loop, "second")
  agent.finish({ is_error: true, api_error_status: 401, result: "API Error: 401" })
  expect((await stage.seen(loop, "turn-failed")).at(-1)).toMatchObject({ reason: "model-key", action: "settings" })
  expect(agent.said).toHaveLength(1)
  expect(await stage.agent.work.goOn(loop, "go on")).toBe("tried")
  const next = await stage.host.started(2)
  await until(() => next.said.length > 0, "the same words")
  next.answer("now it works")
  next.finish()
  await stage.seen(loop, "turn-finished", 2)
  expect(next.said.map(({ text }) => text)).toEqual(["wait", "second"])
})

test("output that is no message is kept as a notice", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  agent.start.listener.heard({ kind: "malformed", text: "{half a li" }, 1)
  agent.speak({ type: "never_heard_of", payload: [1, 2] })
  agent.finish()
  const events = await stage.seen(loop, "turn-finished")
  expect(events).toContainEqual(
    expect.objectContaining({ kind: "notice", code: "malformed-output", text: "{half a li" }),
  )
  expect(events).toContainEqual(
    expect.objectContaining({ kind: "agent", message: { type: "never_heard_of", payload: [1, 2] } }),
  )
})

test("trying again while another message's turn is being stopped leaves nothing that waits for ever", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await atWork(stage)
  const never = Promise.withResolvers<never>()
  stage.next.start = never.promise
  await send(stage, loop, "second")
  agent.die()
  await stage.seen(loop, "turn-failed")
  const { work } = stage.agent
  await work.stop(loop)
  // The begin of the stopped turn is on its way to the file, and not there yet.
  for (let steps = 0; steps < 50; steps++) await Promise.resolve()
  await work.goOn(loop, "go on")
  never.reject(new Error("nobody waits for it"))
  await send(stage, loop, "third")
  await stage.seen(loop, "turn-finished", 2)
  expect(stage.activity(loop)?.status).not.toBe("working")
  expect(stage.host.agents.at(-1)?.said.map(({ text }) => text)).toEqual(["third"])
})
