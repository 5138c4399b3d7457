import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { askedBy, atWork, send, type TestAgent, testAgent, until } from "../testing/agents.ts"

const day = 86_400_000
const question = { questions: [{ question: "Why?", header: "Why", options: [{ label: "So" }, { label: "No" }] }] }

/** A turn with a question in it, around which the clock is set, and a turn after it. */
async function setClock(stage: TestAgent, ms: number): Promise<DrivenLoop> {
  const { loop, agent } = await atWork(stage)
  agent.answer("before")
  stage.world.clock.jump(ms)
  agent.answer("after")
  const asked = await askedBy(stage, loop, () => agent.use("AskUserQuestion", question, "toolu_q"))
  await until(() => stage.activity(loop)?.status === "needs-you", "the question")
  expect(agent.calls).toEqual([])
  const answer = { decision: "answer", answers: { "Why?": "So" } } as const
  expect(await stage.agent.work.answer(loop, asked.ask, answer)).toMatchObject({ kind: "answered" })
  agent.finish()
  await stage.seen(loop, "turn-finished")
  await send(stage, loop, "next")
  await stage.seen(loop, "turn-finished", 2)
  expect(agent.calls.filter((call) => call === "close")).toEqual([])
  return loop
}

for (const [direction, ms] of [
  ["forward", day],
  ["back", -day],
] as const)
  test(`a clock that is set ${direction} by a day in mid-turn ends nothing early and mixes nothing up`, async () => {
    await using first = await testAgent()
    const loop = await setClock(first, ms)
    const events = await first.events(loop)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    const text = JSON.stringify(events)
    expect(text.indexOf('"before"')).toBeLessThan(text.indexOf('"after"'))
    const ends = events.filter(({ kind }) => kind === "turn-finished")
    expect(ends.map((end) => end.kind === "turn-finished" && end.outcome)).toEqual(["done", "done"])
    for (const end of ends) if (end.kind === "turn-finished") expect(end.usage?.ms ?? 0).toBeGreaterThanOrEqual(0)
    await first.unmarked(loop)

    await using second = await first.restart()
    second.world.clock.jump(ms)
    await second.agent.recover([{ loop: loop.record.id, outcome: "attached", kept: ["agent"] }])
    await send(second, loop, "on the next server")
    const later = await second.seen(loop, "turn-finished", 3)
    expect(later.slice(0, events.length)).toEqual(events)
    expect(later.map(({ seq }) => seq)).toEqual(later.map((_, index) => index + 1))
  })
