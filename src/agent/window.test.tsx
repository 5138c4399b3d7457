import { expect, test } from "bun:test"
import type { DrivenLoop, NewEvent } from "../loops/index.ts"
import { type AgentPages, agentPages } from "../testing/agent-pages.tsx"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"
import { dangers, xss } from "../testing/xss.ts"
import { readWindow } from "./window.ts"

const alice = person("alice")
const path = (loop: DrivenLoop, rest = "") => `/loops/${loop.record.id}${rest}`
const htmx = { "hx-request": "true" }
const turn = "turn_00000000000000000001"

const note = (text: string): NewEvent => ({ kind: "notice", turn: null, code: "x", level: "info", text })
const agentSays = (...content: object[]): NewEvent => ({
  kind: "agent",
  turn,
  message: { type: "assistant", message: { content } },
})
const toolSays = (call: string, content: string): NewEvent => ({
  kind: "agent",
  turn,
  message: { type: "user", message: { content: [{ type: "tool_result", tool_use_id: call, content }] } },
})

/** A loop's transcript with these lines after its first. */
async function written(stage: AgentPages, ...lines: NewEvent[]) {
  const loop = await stage.loop()
  const transcript = stage.world.loops.transcript(loop.record.id)
  await transcript.append(...lines)
  return { loop, transcript }
}

test("earlier messages come in pages, also without script", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  for (let n = 0; n < 110; n++)
    await stage.world.loops
      .transcript(loop.record.id)
      .append(
        ...[1, 2, 3].map(
          (part) => ({ kind: "notice", turn: null, code: "x", level: "info", text: `note ${n}.${part}` }) as const,
        ),
      )
  const page = await pageOf(await stage.as(alice).get(path(loop)))
  const notes = page.all("#conversation .notice-line").map(({ text }) => text)
  expect([notes.length, notes.at(-1)]).toEqual([300, "note 109.3"])
  const earlier = page.one("#earlier a").attributes.href ?? ""
  const fragment = await pageOf(await stage.as(alice, htmx).get(earlier))
  expect(
    fragment
      .all(".notice-line")
      .map(({ text }) => text)
      .at(-1),
  ).toBe("note 9.3")
  expect(fragment.has("#earlier a")).toBe(false)
  expect((await pageOf(await stage.as(alice).get(earlier))).all(".notice-line")).toHaveLength(30)
  expect((await stage.as(alice).get(path(loop, "/messages?before=x"))).status).toBe(422)
})

test("no text of a person, an agent or a tool becomes part of the page's own markup", async () => {
  await using stage = await agentPages()
  const loop = await stage.loop()
  const transcript = stage.world.loops.transcript(loop.record.id)
  const turn = "turn_00000000000000000001"
  for (const [index, text] of xss.entries()) {
    const call = { type: "tool_use", id: `${text}-${index}`, name: text, input: { command: text, [text]: text } }
    const say = (...content: object[]) =>
      ({ kind: "agent", turn, message: { type: "assistant", message: { content } } }) as const
    const result = { type: "tool_result", tool_use_id: call.id, content: text, is_error: index % 2 === 0 }
    const seq = await transcript.lastSeq()
    await transcript.append(
      { kind: "user-message", turn: null, by: text, via: "web", clientId: text, text, attachments: [] },
      { kind: "turn-started", turn, messages: [seq + 1], by: "person", model: text, provider: text },
      say({ type: "thinking", thinking: text }, { type: "text", text }, call, {
        ...call,
        id: `b${index}`,
        name: "Bash",
      }),
      {
        kind: "agent",
        turn,
        message: { type: "user", message: { content: [result, { ...result, tool_use_id: `b${index}` }] } },
      },
      {
        kind: "asked",
        turn,
        ask: `ask_${index}`,
        what: "question",
        questions: [{ question: text, header: text, options: [{ label: text }] }],
      },
      {
        kind: "asked",
        turn,
        ask: `ask_p${index}`,
        what: "permission",
        tool: text,
        input: { [text]: text },
        reason: text,
        rule: text,
      },
      {
        kind: "answered",
        turn,
        ask: `ask_${index}`,
        by: text,
        decision: "answer",
        answers: { [text]: text },
        note: text,
      },
      { kind: "notice", turn, code: text, text, level: "info" },
      { kind: "turn-failed", turn, reason: text, sentence: text, detail: text, action: text },
    )
  }
  for (let before = (await transcript.lastSeq()) + 1; before > 1;) {
    const markup = await (await stage.as(alice, htmx).get(path(loop, `/messages?before=${before}`))).text()
    expect(dangers(markup, ["form", "button", "input", "textarea", "svg", "path", "a"])).toEqual([])
    before = Number(/before=(\d+)/.exec(markup)?.[1] ?? 0)
  }
})

test("a tool at the end of an older page shows the result that came on the next one", async () => {
  await using stage = await agentPages()
  const call = { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "ls" } }
  const { transcript } = await written(stage, agentSays(call), toolSays("toolu_1", "a.txt"))
  const older = await readWindow(transcript, 3)
  expect(older.pieces).toMatchObject([{ kind: "tool", state: "ok", result: "a.txt" }])
})

test("a failure at the end of an older page has passed when a turn begins on the next one", async () => {
  await using stage = await agentPages()
  const failed: NewEvent = { kind: "turn-failed", turn, reason: "r", sentence: "s", action: "retry" }
  const started: NewEvent = { kind: "turn-started", turn, messages: [], by: "person", model: "m", provider: "p" }
  const { transcript } = await written(stage, failed, note("between"), started)
  const older = await readWindow(transcript, 4)
  expect(older.pieces).toMatchObject([{ kind: "failure", passed: true }, { kind: "notice" }])
})

test("a message that waited longer than a page is still shown where its turn begins", async () => {
  await using stage = await agentPages()
  const message: NewEvent = {
    kind: "user-message",
    turn: null,
    by: "alice",
    via: "web",
    clientId: "c",
    text: "old one",
    attachments: [],
  }
  const started: NewEvent = { kind: "turn-started", turn, messages: [2], by: "person", model: "m", provider: "p" }
  const edited: NewEvent = {
    kind: "queue-changed",
    turn: null,
    message: 2,
    op: "edit",
    by: "alice",
    text: "better one",
  }
  const between = Array.from({ length: 320 }, (_, n) => note(`${n}`))
  const { transcript } = await written(stage, message, note("first"), edited, ...between, started)
  const window = await readWindow(transcript)
  expect(window.pieces.at(-1)).toMatchObject({ kind: "message", text: "better one", waiting: false })
  expect(window.earlier).toBeGreaterThan(2)
})

test("opening a long conversation reads no more than a short one", async () => {
  await using stage = await agentPages()
  const { transcript } = await written(
    stage,
    ...Array.from({ length: 5_000 }, (_, n) => note(`note ${n} ${"x".repeat(200)}`)),
  )
  const sizes: number[] = []
  const counting = {
    after: transcript.after,
    async before(seq: number | undefined, maxBytes?: number) {
      const read = await transcript.before(seq, maxBytes)
      sizes.push(JSON.stringify(read.events).length)
      return read
    },
  }
  const window = await readWindow(counting)
  expect(window.pieces.length).toBeLessThanOrEqual(300)
  expect(sizes).toHaveLength(1)
  expect(sizes[0]).toBeLessThanOrEqual(66_000)
})

test("an empty past is a page too", async () => {
  await using stage = await agentPages()
  const { transcript } = await written(stage)
  expect(await readWindow(transcript, 1)).toEqual({ pieces: [], last: 0, earlier: undefined })
  expect(await readWindow(transcript)).toEqual({ pieces: [], last: 1, earlier: undefined })
})

test("a message whose turn begins on the next page is shown there and not on this one too", async () => {
  await using stage = await agentPages()
  const message: NewEvent = {
    kind: "user-message",
    turn: null,
    by: "alice",
    via: "web",
    clientId: "one",
    text: "hello",
    attachments: [],
  }
  const { transcript } = await written(stage, message, note("between"))
  const shown = async (before: number) =>
    (await readWindow(transcript, before)).pieces.flatMap((piece) => (piece.kind === "message" ? [piece.text] : []))
  const { events } = await transcript.after(0)
  const said = events.find(({ kind }) => kind === "user-message")?.seq ?? 0
  expect(await shown(said + 2)).toEqual(["hello"])
  await transcript.append({ kind: "turn-started", turn, messages: [said], by: "person", model: "m", provider: "p" })
  expect(await shown(said + 2)).toEqual([])
  const whole = (await readWindow(transcript)).pieces.filter(({ kind }) => kind === "message")
  expect(whole).toHaveLength(1)
})

test("a loop's page that is opened again opens no file, and shows what was said meanwhile", async () => {
  await using stage = await agentPages()
  const { loop, transcript } = await written(stage, note("first"))
  const notes = async () =>
    (await pageOf(await stage.as(alice).get(path(loop)))).all("#conversation .notice-line").map(({ text }) => text)
  expect(await notes()).toEqual(["first"])
  await notes()
  const { opens } = stage.world.disk.counts
  expect(await notes()).toEqual(["first"])
  expect(stage.world.disk.counts.opens).toBe(opens)
  await transcript.append(note("second"))
  expect(await notes()).toEqual(["first", "second"])
})
