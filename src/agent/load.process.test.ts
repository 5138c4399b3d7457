import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { type AgentPages, agentPages } from "../testing/agent-pages.tsx"
import { atWork, until } from "../testing/agents.ts"
import { person } from "../testing/loops.ts"

const bob = person("bob")

/** One viewer's stream. `last` is the newest number that arrived; nothing else of it is kept. */
async function open(stage: AgentPages, loop: DrivenLoop) {
  const after = (await stage.events(loop)).at(-1)?.seq ?? 0
  const response = await stage.as(bob).get(`/loops/${loop.record.id}/events?after=${after}`)
  if (response.status !== 200 || !response.body) throw new Error(`no stream: ${response.status}`)
  return response.body
}

function reading(body: ReadableStream<Uint8Array>) {
  const viewer = { last: 0, frames: 0, inOrder: true }
  const reader = body.getReader()
  const decoder = new TextDecoder()
  void (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      viewer.frames++
      const id = Number(/^id: (\d+)$/m.exec(decoder.decode(part.value.subarray(0, 24)))?.[1] ?? viewer.last)
      if (id < viewer.last) viewer.inOrder = false
      viewer.last = id
    }
  })()
  return { viewer, leave: () => reader.cancel() }
}

/** A turn of forty long answers in front of this many viewers and one who takes nothing. */
async function audience(viewers: number) {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for many")
  const all = await Promise.all(Array.from({ length: viewers }, async () => reading(await open(stage, loop))))
  const stalled = await open(stage, loop)
  await until(() => stage.world.hub.viewers(`loop:${loop.record.id}`) === viewers + 1, "all follow")
  const before = stage.world.hub.counts.renders
  const reached = (seq: number, what: string) =>
    until(() => {
      // Lines wait a moment for company.
      stage.world.clock.advance(1)
      return all.every(({ viewer }) => viewer.last > seq)
    }, what)
  const last = () => all[0]?.viewer.last ?? 0
  for (let n = 0; n < 40; n++) {
    const seq = last()
    agent.answer(`answer ${n} ${"x".repeat(40_000)}`)
    await reached(seq, `all have seen answer ${n}`)
  }
  const beforeEnd = last()
  agent.finish()
  await reached(beforeEnd, "all have seen the end")
  const end = last()
  await until(() => all.every(({ viewer }) => viewer.last === end), "all have seen the end")
  const renders = stage.world.hub.counts.renders - before
  const { cut } = stage.rights.streams
  await Promise.all(all.map(({ leave }) => leave()))
  await stalled.cancel()
  return { renders, cut, inOrder: all.every(({ viewer }) => viewer.inOrder), open: stage.rights.streams.open }
}

test("a thousand read along and one takes nothing: all see all, nothing is rendered more often, and the one is cut", async () => {
  const few = await audience(1)
  const many = await audience(1_000)
  expect(many).toEqual({ renders: few.renders, cut: 1, inOrder: true, open: 0 })
}, 60_000)

test("a flood of words is shown in at most twenty-five frames a second and stored once", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for many")
  const { viewer, leave } = reading(await open(stage, loop))
  await until(() => stage.world.hub.viewers(`loop:${loop.record.id}`) === 1, "it follows")
  agent.stream([])
  const { writes } = stage.world.disk.counts
  const before = viewer.frames
  const seconds = 4
  for (let frame = 0; frame < seconds * 25; frame++) {
    for (let n = 0; n < 200; n++) agent.speak(piece("word "))
    stage.world.clock.advance(40)
    await Promise.resolve()
  }
  await until(() => viewer.frames > before, "some have come")
  expect(viewer.frames - before).toBeLessThanOrEqual(seconds * 25 + 3)
  expect(stage.world.disk.counts.writes).toBe(writes)
  agent.finish()
  await leave()
}, 30_000)

const piece = (words: string) => ({
  type: "stream_event",
  api_message_id: "msg_1",
  event: { type: "content_block_delta", index: 0, delta: { text: words } },
})
