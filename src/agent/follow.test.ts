import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { type AgentPages, agentPages } from "../testing/agent-pages.tsx"
import { send, until } from "../testing/agents.ts"
import { person } from "../testing/loops.ts"

const alice = person("alice")

/** A loop after its first turn, of which nothing is read any more. */
async function spokenWith(stage: AgentPages): Promise<DrivenLoop> {
  const loop = await stage.loop()
  await send(stage, loop, "first")
  await stage.seen(loop, "turn-finished")
  // What a person saw is written down from the same file: that reading is over before another one is counted.
  const written = stage.world.loops.serverFile(loop.record.id, "chat_history.jsonl")
  await until(() => Bun.file(written).size > 0, "the turn is written down")
  return loop
}

test("a page that has missed nothing reads nothing of the conversation, however long it is", async () => {
  await using stage = await agentPages()
  const loop = await spokenWith(stage)
  const transcript = stage.world.loops.transcript(loop.record.id)
  const bytesFor = async (missed: number) => {
    const after = (await transcript.lastSeq()) - missed
    await using warm = await stage.follow(loop, alice, { after })
    await warm.shows("composer-state")
    const before = stage.world.disk.counts.bytesRead
    await using stream = await stage.follow(loop, alice, { after })
    await stream.shows("composer-state")
    return stage.world.disk.counts.bytesRead - before
  }
  const short = await bytesFor(0)
  await transcript.append({ kind: "notice", turn: null, code: "x", level: "info", text: "x".repeat(20_000) })
  expect(await bytesFor(1)).toBeGreaterThan(20_000)
  expect(await bytesFor(0)).toBe(short)
})

test("a page that comes back after a long time reads each line about once", async () => {
  await using stage = await agentPages()
  const loop = await spokenWith(stage)
  const transcript = stage.world.loops.transcript(loop.record.id)
  const after = await transcript.lastSeq()
  const text = "x".repeat(1_000)
  const lines = Array.from(
    { length: 500 },
    () => ({ kind: "notice", turn: null, code: "x", level: "info", text }) as const,
  )
  const notice = { kind: "notice", turn: null, code: "x", level: "info" } as const
  const [from] = await transcript.append(...lines, { ...notice, text: "the end" })
  const bytes = JSON.stringify(from).length * lines.length
  const before = stage.world.disk.counts.bytesRead
  await using stream = await stage.follow(loop, alice, { after })
  await stream.shows("the end")
  const read = stage.world.disk.counts.bytesRead - before
  expect(read).toBeGreaterThan(bytes)
  expect(read).toBeLessThan(bytes * 1.5)
  const added = stream.frames.map(({ html }) => html.split('hx-target="#conversation"').length - 1)
  expect(Math.max(...added)).toBe(1)
})
