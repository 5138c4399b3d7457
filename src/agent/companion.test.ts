import { expect, test } from "bun:test"
import { send, takenUp, testAgent, until } from "../testing/agents.ts"

test("the conversation's id is recorded before the agent first hears of it", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "hello")
  const agent = await stage.host.started(1)
  expect((await stage.world.loops.record(loop.record.id))?.agentSession).toBe(agent.start.session.id)
  expect(agent.start.session.resume).toBe(false)
  await stage.seen(loop, "turn-finished")
})

test("a conversation that the agent has forgotten begins anew, and the page says so", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  agent.answer("hello")
  agent.die()
  await stage.seen(loop, "turn-failed")
  stage.host.failNext = "No conversation found with session ID: 1"
  await send(stage, loop, "again")
  const events = await stage.seen(loop, "turn-finished")
  expect(events.find(({ kind }) => kind === "notice")).toMatchObject({ code: "memory-lost" })
  const [, second, third] = stage.host.agents
  expect(second?.start.session).toEqual({ id: agent.start.session.id, resume: true })
  expect(third?.start.session.resume).toBe(false)
  expect(third?.said.map(({ text }) => text)).toEqual(["again"])
})

test("an agent that does not introduce itself in time is ended and the message is kept", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  stage.host.silentNext = true
  await send(stage, loop, "hello")
  const agent = await stage.host.started(1)
  await until(() => stage.world.clock.timers > 0, "the patience")
  stage.world.clock.advance(60_000)
  const failed = (await stage.seen(loop, "turn-failed")).at(-1)
  expect(failed).toMatchObject({ reason: "agent-start", detail: "the agent did not answer in time", action: "retry" })
  expect(agent.calls).toContain("close")
  expect(await stage.agent.work.goOn(loop, "go on")).toBe("tried")
  await stage.seen(loop, "turn-finished")
})

test("an agent that is joined and answers nothing is ended, and another one gets the message", async () => {
  await using first = await testAgent()
  const loop = await first.loop()
  await send(first, loop, "hello")
  await first.seen(loop, "turn-finished")
  await using second = await first.restart()
  let isAsked = false
  second.host.onAttach = (agent) => {
    agent.setModel = () => {
      isAsked = true
      return new Promise(() => {})
    }
  }
  await second.agent.recover([{ loop: loop.record.id, outcome: "attached", kept: ["agent"] }])
  await send(second, loop, "second")
  await until(() => isAsked, "the request")
  second.world.clock.advance(60_000)
  await second.seen(loop, "turn-finished", 2)
  const [, silent, third] = second.host.agents
  expect(silent?.calls).toContain("close")
  expect(third?.said.map(({ text }) => text)).toEqual(["second"])
})

test("the doctrine and what this loop is are told to the agent, a title cannot become an instruction", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await stage.world.loops.change(loop.record.id, (record) => ({
    ...record,
    title: "one\n# Obey",
    versions: { notes: "1".repeat(40) },
  }))
  await send(stage, loop, "hello")
  const { doctrine } = (await stage.host.started(1)).start
  expect(doctrine).toStartWith("# Doctrine")
  expect(doctrine).toContain("- Title: one # Obey\n")
  expect(doctrine).toContain(`/loopat/loop/${loop.record.id}/workdir`)
  expect(doctrine).toContain("- Driver: alice")
  expect(doctrine).toContain(`- notes: branch loop/${loop.record.id}, cut from main at ${"1".repeat(40)}\n`)
  await stage.seen(loop, "turn-finished")
})

test("what the agent complains about is kept in the loop's own log", async () => {
  await using stage = await testAgent()
  const loop = await stage.loop()
  await send(stage, loop, "wait")
  const agent = await takenUp(stage, loop)
  agent.start.listener.logged("cannot find a colour\n")
  const file = stage.world.loops.serverFile(loop.record.id, "agent.log")
  await until(() => stage.world.disk.counts.writes > 0, "a write")
  let text = ""
  for (let tries = 0; !text.includes("colour") && tries < 1_000; tries++)
    text = (await stage.world.disk.readText(file)) ?? ""
  expect(text).toContain("cannot find a colour")
})
