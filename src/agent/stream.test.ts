import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { type AgentPages, agentPages, type Stream } from "../testing/agent-pages.tsx"
import { atWork, send, until } from "../testing/agents.ts"
import { readHtml } from "../testing/html.ts"
import { person } from "../testing/loops.ts"

const alice = person("alice")
const bob = person("bob")

const lastSeq = async (stage: AgentPages, loop: DrivenLoop) => (await stage.events(loop)).at(-1)?.seq ?? 0

/** Blocks that come close together wait for each other this long, in milliseconds. */
const company = 50

/** What a browser would show in the log after all these frames, in order: partials applied to places by id. */
function applied(frames: Stream["frames"]): string[] {
  const shown = new Map<string, string>()
  for (const { html } of frames)
    for (const [, target = "", swap, inside = ""] of html.matchAll(
      /<hx-partial hx-target="#([^"]+)" hx-swap="(\w+)">(.*?)<\/hx-partial>/gs,
    )) {
      const id = idOf(inside)
      if (target === "conversation")
        for (const entry of inside.split(entryStart)) shown.set(idOf(entry) ?? "", text(entry))
      else if (swap === "delete") shown.delete(target)
      else if (shown.has(target) && id !== undefined) {
        const all = [...shown].map(([key, value]): [string, string] =>
          key === target ? [id, text(inside)] : [key, value],
        )
        shown.clear()
        for (const [key, value] of all) shown.set(key, value)
      }
    }
  return [...shown.values()]
}

const idOf = (html: string) => /^<\w+ id="([^"]+)"/.exec(html)?.[1]
const entryStart = /(?=<\w+ id="[^"]+" class="entry-item)/

const text = (html: string) =>
  html
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim()

test("a viewer sees the message, the words as they come and the whole in their place", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  await using stream = await stage.follow(loop, bob, { after: await lastSeq(stage, loop) })
  await stream.shows("composer-state")
  agent.stream(["Hello ", "wor"])
  await stream.shows("Hello")
  stage.world.clock.advance(40)
  await stream.shows("wor")
  agent.speak(piece("ld"))
  stage.world.clock.advance(40)
  await stream.shows("ld")
  agent.answer("Hello world")
  agent.finish()
  await stage.seen(loop, "turn-finished")
  await stream.shows("Done")
  const shown = applied(stream.frames)
  expect(shown.filter((line) => line.includes("Hello"))).toEqual(["Hello world"])
  const found = (pattern: RegExp) =>
    stream.frames.flatMap(({ html }) => [...html.matchAll(pattern)].map(([, id]) => id))
  const places = found(/hx-target="#(live-[^"]+)"/g)
  expect(places).not.toEqual([])
  expect(found(/ id="(live-[^"]+)"/g)).toEqual(expect.arrayContaining(places))
})

const piece = (words: string) => ({
  type: "stream_event",
  api_message_id: "msg_1",
  event: { type: "content_block_delta", index: 0, delta: { text: words } },
})

test("a word after a pause is shown at once, and no timer has to run out first", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  await using stream = await stage.follow(loop, bob, { after: await lastSeq(stage, loop) })
  await stream.shows("composer-state")
  agent.stream(["One "])
  await stream.shows("One")
  stage.world.clock.advance(100)
  agent.speak(piece("two"))
  await stream.shows("two")
})

test("many pieces within a moment are one frame, and none of them is stored", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  const before = await lastSeq(stage, loop)
  await using stream = await stage.follow(loop, alice, { after: before })
  await stream.shows("composer-state")
  const framesBefore = stream.frames.length
  const writes = stage.world.disk.counts.writes
  agent.stream(Array.from({ length: 200 }, (_, n) => `w${n} `))
  stage.world.clock.advance(40)
  await stream.shows("w199")
  expect(stream.frames.slice(framesBefore).filter(({ html }) => html.includes("w199"))).toHaveLength(1)
  expect(stage.world.disk.counts.writes).toBe(writes)
  expect(await lastSeq(stage, loop)).toBe(before)
})

test("a page that comes back after missing a lot gets each thing once, in order", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  await send(stage, loop, "first")
  await stage.seen(loop, "turn-finished")
  const after = await lastSeq(stage, loop)
  const notes = Array.from(
    { length: 3_000 },
    (_, n) => ({ kind: "notice", turn: null, code: "x", level: "info", text: `note ${n}.` }) as const,
  )
  await stage.world.loops.transcript(loop.record.id).append(...notes)
  await using stream = await stage.follow(loop, alice, { after })
  await stream.shows("note 2999.")
  const shown = applied(stream.frames).filter((line) => line.startsWith("note"))
  expect(shown).toEqual(notes.map((note) => note.text))
  expect(stream.frames.findLast(({ id }) => id !== undefined)?.id).toBe(after + 3_000)
})

test("somebody who comes while the agent writes sees what it has written so far, and the rest once", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  agent.stream(["Half of "])
  await using early = await stage.follow(loop, alice, { after: await lastSeq(stage, loop) })
  stage.world.clock.advance(40)
  await early.shows("Half of")
  await using late = await stage.follow(loop, bob, { after: await lastSeq(stage, loop) })
  await late.shows("Half of")
  agent.speak(piece("it"))
  stage.world.clock.advance(40)
  agent.answer("Half of it")
  agent.finish()
  await stage.seen(loop, "turn-finished")
  await late.shows("Done")
  for (const stream of [early, late])
    expect(applied(stream.frames).filter((line) => line.includes("Half"))).toEqual(["Half of it"])
})

test("a page that comes back is freed of what stood there in the middle of a word", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  const last = await lastSeq(stage, loop)
  agent.stream(["Half of "])
  await using first = await stage.follow(loop, alice, { after: last })
  stage.world.clock.advance(40)
  await first.shows("Half of")
  await using second = await stage.follow(loop, alice, { last })
  await second.shows("Half of")
  expect(applied([...first.frames, ...second.frames]).filter((line) => line.includes("Half"))).toHaveLength(1)
  expect(second.frames[0]?.html).toContain('hx-swap="delete"')
  expect(first.frames[0]?.html).not.toContain('hx-swap="delete"')
})

test("a tool that was running when the page went away is finished when it is back", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  void agent.use("Bash", { command: "ls" }, "toolu_1")
  await stage.seen(loop, "agent")
  const after = await lastSeq(stage, loop)
  agent.speak({
    type: "user",
    message: { content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "a.txt" }] },
  })
  await stage.seen(loop, "agent", 2)
  await using stream = await stage.follow(loop, alice, { after })
  await stream.shows("a.txt")
  const frame = stream.frames.find(({ html }) => html.includes("a.txt"))?.html ?? ""
  expect(frame).toContain('hx-target="#t-toolu_1"')
  expect(readHtml(frame).one('[data-tool="Bash"]').attributes["data-ok"]).toBe("true")
})

test("each reads in the own language, and only the driver gets buttons", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  const after = await lastSeq(stage, loop)
  await using driver = await stage.follow(loop, alice, { after })
  await using reader = await stage.follow(loop, bob, { after, language: "zh" })
  await Promise.all([driver.shows("composer-state"), reader.shows("composer-state")])
  void agent.use("AskUserQuestion", { questions: [{ question: "Why?", options: [{ label: "Because" }] }] }, "toolu_q")
  await Promise.all([driver.shows("Why?"), reader.shows("Why?")])
  const card = (stream: Stream) => readHtml(stream.frames.find(({ html }) => html.includes("Why?"))?.html ?? "")
  expect(card(driver).one('[role="group"]').attributes["aria-label"]).toBe("Question")
  expect(card(reader).one('[role="group"]').attributes["aria-label"]).toBe("问题")
  expect(card(driver).one("fieldset").attributes).not.toHaveProperty("disabled")
  expect(card(reader).one("fieldset").attributes).toHaveProperty("disabled")
})

test("waiting messages, Stop and what the agent does are live for everybody", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  await using stream = await stage.follow(loop, bob, { after: await lastSeq(stage, loop) })
  await stream.shows('data-working="true"')
  await send(stage, loop, "and then this")
  await stream.shows("and then this")
  void agent.use("Bash", { command: "npm test" }, "toolu_1")
  stage.world.clock.advance(company)
  await stream.shows("Running npm test")
  agent.finish()
  await stage.seen(loop, "turn-finished", 2)
  await stream.shows('data-working="false"')
})

test("a stream ends when its viewer may no longer see the loop", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage, "wait for me")
  await using stream = await stage.follow(loop, bob, { after: 1 })
  await stream.shows("wait for me")
  await stage.world.loops.change(loop.record.id, (record) => ({ ...record, visibility: "private" }))
  await stage.rights.recheck()
  await stream.ended
  expect(stage.world.hub.viewers(stage.agent.topicOf(loop.record.id))).toBe(0)
})

test("a viewer who leaves leaves nothing behind", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage, "wait for me")
  const topic = stage.agent.topicOf(loop.record.id)
  const stream = await stage.follow(loop, bob, { after: 1 })
  await until(() => stage.world.hub.viewers(topic) === 1, "the viewer")
  await stream[Symbol.asyncDispose]()
  expect(stage.world.hub.viewers(topic)).toBe(0)
  expect(stage.rights.size).toBe(0)
})

test("an event is rendered once per sort of viewer, however many look", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage, "wait for me")
  const topic = stage.agent.topicOf(loop.record.id)
  const after = await lastSeq(stage, loop)
  const streams = await Promise.all(Array.from({ length: 10 }, () => stage.follow(loop, bob, { after })))
  await until(() => stage.world.hub.viewers(topic) === 10, "ten viewers")
  await Promise.all(streams.map((stream) => stream.shows("composer-state")))
  const renders: string[] = []
  const note = (html: string) => {
    renders.push(html)
    return html
  }
  const { publish } = stage.world.hub
  stage.world.hub.publish = (to, item) => publish(to, { ...item, render: (kind) => note(item.render(kind)) })
  agent.speak({ type: "assistant", message: { content: [{ type: "text", text: "once" }] } })
  stage.world.clock.advance(company)
  await Promise.all(streams.map((stream) => stream.shows("once")))
  expect(renders.filter((html) => html.includes("once"))).toHaveLength(1)
  expect(renders.length).toBeLessThan(10)
  for (const stream of streams) await stream[Symbol.asyncDispose]()
})

test("permission mode and title change at once for every viewer, in a second browser too", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage, "wait for me")
  const after = await lastSeq(stage, loop)
  await using second = await stage.follow(loop, alice, { after })
  await using reader = await stage.follow(loop, bob, { after })
  await second.shows("composer-state")
  await reader.shows("composer-state")
  const driven = await stage.world.loops.forDriver(loop.record.id, alice)
  if (driven.kind !== "driven") throw new Error("need the driver")
  await stage.agent.work.setMode(driven.loop, "default")
  await stage.world.loops.rename(loop.record.id, alice, "A better name")
  await second.shows('data-chosen="default"')
  for (const stream of [second, reader]) {
    await stream.shows("alice chose: ask first")
    await stream.shows("A better name")
  }
  expect(reader.frames.map(({ html }) => html).join("")).not.toContain("data-chosen")
})

test("a loop that waits for the base image shows how it comes about, live and in the page, until it has it", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  const started = Promise.withResolvers<{ kind: "failed"; reason: "image-missing"; detail: string }>()
  Object.assign(stage.next, { start: started.promise, step: { step: "image", text: "collect" } })
  const image = { state: "building", startedAt: 1, tries: [{ source: "mirror" }], log: ["Get:1 bash"] } as const
  stage.prepares({ image })
  await send(stage, loop, "wait for it")
  await until(() => stage.boxes.length > 0, "the start")
  await using stream = await stage.follow(loop, bob, { after: await lastSeq(stage, loop), language: "zh" })
  await stream.shows("Debian 镜像站")
  stage.prepares({ image: { ...image, step: { name: "unpack", number: 2, of: 11, at: 2 } } })
  await stream.shows("第 2 步，共 11 步")
  const reloaded = readHtml(await (await stage.as(alice).get(`/loops/${loop.record.id}`)).text())
  expect(reloaded.one("#image-run .image-step").text).toContain("Unpacking")
  expect(reloaded.one("#image-run .build-log").text).toContain("Get:1 bash")
  started.resolve({ kind: "failed", reason: "image-missing", detail: "nothing works" })
  await stage.seen(loop, "turn-failed")
  await stream.shows('<div id="image-run"></div>')
  const [failure] = (await stage.events(loop)).filter(({ kind }) => kind === "turn-failed")
  expect(failure).toMatchObject({ reason: "image-missing", detail: "nothing works" })
})
