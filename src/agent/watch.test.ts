import { expect, test } from "bun:test"
import { atWork, type TestAgent, testAgent, until } from "../testing/agents.ts"

const look = 5_000

/** Lets looks pass until the agent has been ended. */
async function looksUntilEnded({ world }: TestAgent, { calls }: { calls: readonly string[] }): Promise<void> {
  await until(() => {
    if (!calls.includes("close")) world.clock.advance(look)
    return calls.includes("close")
  }, "the end of the agent")
}

test("a turn whose agent is gone unheard ends by itself within seconds, and the next message works", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await atWork(stage)
  stage.host.running = undefined
  await looksUntilEnded(stage, agent)
  const failed = (await stage.seen(loop, "turn-failed")).at(-1)
  expect(failed).toMatchObject({ reason: "agent-ended", action: "continue" })
  expect(await stage.agent.work.goOn(loop, "go on")).toBe("tried")
  const next = await stage.host.started(2)
  await until(() => next.said.length === 1, "the message")
})

test("an agent that says nothing for a whole day is left at its work as long as it runs", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await atWork(stage)
  for (let looks = 0; looks < 100; looks++) {
    stage.world.clock.advance(look)
    await until(() => stage.world.clock.timers > 0, "the next look")
  }
  stage.world.clock.advance(86_400_000)
  agent.answer("at last")
  agent.finish()
  const events = await stage.seen(loop, "turn-finished")
  expect(events.at(-1)).toMatchObject({ outcome: "done" })
  expect(agent.calls).toEqual([])
})

test("a question whose agent is gone unheard is withdrawn with its turn", async () => {
  await using stage = await testAgent()
  const { loop, agent } = await atWork(stage)
  const input = { questions: [{ question: "Why?", header: "Why", options: [{ label: "So" }, { label: "No" }] }] }
  void agent.use("AskUserQuestion", input, "toolu_q")
  await stage.seen(loop, "asked")
  await until(() => stage.activity(loop)?.status === "needs-you", "the question")
  stage.host.running = undefined
  await looksUntilEnded(stage, agent)
  const events = await stage.seen(loop, "turn-failed")
  expect(events.find(({ kind }) => kind === "answered")).toMatchObject({ decision: "withdrawn" })
})
