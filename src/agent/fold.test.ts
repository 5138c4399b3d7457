import { expect, test } from "bun:test"
import type { NewEvent, TranscriptEvent } from "../loops/index.ts"
import { collapse, foldEvent, newFold, type Patch, type Piece, piecesOf } from "./fold.ts"

const turn = "turn_00000000000000000001"

/** A transcript of these lines, a second apart. */
function transcript(...lines: NewEvent[]): TranscriptEvent[] {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 15, 12, 0, second)).toISOString()
  return lines.map((line, index) => ({ seq: index + 1, at: at(index), ...line }) as TranscriptEvent)
}

const message = (text: string): NewEvent => ({
  kind: "user-message",
  turn: null,
  by: "alice",
  via: "web",
  clientId: `c-${text}`,
  text,
  attachments: [],
})
const started = (...messages: number[]): NewEvent => ({
  kind: "turn-started",
  turn,
  messages,
  by: "person",
  model: "m",
  provider: "p",
})
const finished: NewEvent = { kind: "turn-finished", turn, outcome: "done" }
const agent = (message: { type: string; [key: string]: unknown }): NewEvent => ({ kind: "agent", turn, message })
const spoken = (...content: object[]) => agent({ type: "assistant", parent_tool_use_id: null, message: { content } })
const result = (call: string, content: unknown, is_error = false) =>
  agent({ type: "user", message: { content: [{ type: "tool_result", tool_use_id: call, content, is_error }] } })
const bash = (id: string) => ({ type: "tool_use", id, name: "Bash", input: { command: "ls" } })

const pieces = (...lines: NewEvent[]) => piecesOf(newFold(), transcript(...lines))
const short = (all: Piece[]) => all.map((piece) => `${piece.kind} ${piece.id}`)
const ops = (patches: Patch[]) => patches.map(({ op, piece }) => `${op} ${piece.kind} ${piece.id}`)

/** What each line changes, one after the other. */
function patches(...lines: NewEvent[]): string[][] {
  const fold = newFold()
  return transcript(...lines).map((event) => ops(foldEvent(fold, event)))
}

test("a message that nothing comes before stands in the conversation at once, waiting", () => {
  expect(patches(message("a"), started(1), finished)).toEqual([
    ["append message m-1"],
    ["replace message m-1"],
    ["append end e-3"],
  ])
  expect(pieces(message("a"))).toMatchObject([
    { kind: "message", text: "a", waiting: true, by: "alice", clientId: "c-a" },
  ])
  expect(pieces(message("a"), started(1))).toMatchObject([{ kind: "message", waiting: false }])
})

test("a message that waits for others enters the conversation when its turn begins", () => {
  expect(patches(message("a"), started(1), message("b"), finished, started(3))).toEqual([
    ["append message m-1"],
    ["replace message m-1"],
    [],
    ["append end e-4"],
    ["append message m-3"],
  ])
})

test("a waiting message can be edited and taken back", () => {
  const edit: NewEvent = { kind: "queue-changed", turn: null, message: 1, op: "edit", by: "alice", text: "better" }
  const remove: NewEvent = { kind: "queue-changed", turn: null, message: 1, op: "remove", by: "alice" }
  expect(pieces(message("a"), edit)).toMatchObject([{ kind: "message", text: "better" }])
  expect(pieces(message("a"), edit, started(1))).toMatchObject([{ text: "better", waiting: false }])
  expect(pieces(message("a"), remove)).toEqual([])
  expect(patches(message("a"), remove)[1]).toEqual(["replace gone m-1"])
  expect(patches(remove)[0]).toEqual([])
})

test("text, thought and tools have places of their own that never change", () => {
  const all = pieces(
    message("a"),
    started(1),
    spoken({ type: "thinking", thinking: "hm" }, { type: "text", text: "first" }, bash("toolu_1")),
    result("toolu_1", "out"),
    spoken({ type: "text", text: "second" }),
  )
  expect(short(all)).toEqual(["message m-1", "thinking e-3", "text e-3-1", "tool t-toolu_1", "text e-5"])
  expect(all[3]).toMatchObject({ tool: "Bash", state: "ok", result: "out", ms: 1_000, nested: false })
})

test("a failed tool looks failed, and one that never ended is closed with its turn", () => {
  const all = pieces(
    started(),
    spoken(bash("a"), bash("b")),
    result("a", [{ type: "text", text: "no" }], true),
    finished,
  )
  expect(all).toMatchObject([{ state: "failed", result: "no" }, { state: "failed" }, { kind: "end" }])
})

test("results of pictures and odd things are named instead of shown", () => {
  const all = pieces(
    started(),
    spoken(bash("a"), bash("b"), bash("c")),
    result("a", [{ type: "image" }]),
    result("b", { x: 1 }),
    result("c", undefined),
  )
  expect(all).toMatchObject([{ result: "[image]" }, { result: '{"x":1}' }, { result: "" }])
})

test("a sub-agent's tools are nested and its words stay with it", () => {
  const inside = agent({
    type: "assistant",
    parent_tool_use_id: "toolu_1",
    message: { content: [{ type: "text", text: "x" }, bash("b")] },
  })
  expect(pieces(started(), inside)).toMatchObject([{ kind: "tool", nested: true }])
})

test("a call id that could break out of a page gets a plain place", () => {
  const [piece] = pieces(started(), spoken(bash('x"><script>')))
  expect(piece?.id).toMatch(/^t-x[0-9a-z]+$/)
})

test("a question is one card, open and then answered, and not a tool besides", () => {
  const use = { type: "tool_use", id: "q", name: "AskUserQuestion", input: {} }
  const asked: NewEvent = { kind: "asked", turn, ask: "ask_1", what: "question" }
  const answered: NewEvent = { kind: "answered", turn, ask: "ask_1", by: "alice", decision: "answer" }
  expect(short(pieces(started(), spoken(use), asked))).toEqual(["ask ask_1"])
  expect(pieces(started(), asked, answered)).toMatchObject([{ id: "ask_1", seq: 2, answered: { by: "alice" } }])
  expect(patches(answered)).toEqual([[]])
})

test("a turn says how long it took", () => {
  expect(pieces(started(), spoken({ type: "text", text: "x" }), finished)).toMatchObject([
    {},
    { kind: "end", ms: 2_000 },
  ])
  const usage = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0, ms: 77 }
  expect(pieces(started(), { ...finished, usage } as NewEvent)).toMatchObject([{ ms: 77, usage }])
})

test("failures, notices and boundaries are lines of their own", () => {
  const all = pieces(
    { kind: "turn-failed", turn, reason: "agent-ended", sentence: "It ended." },
    { kind: "notice", turn: null, code: "x", text: "note", level: "info" },
    agent({ type: "system", subtype: "compact_boundary" }),
    agent({ type: "conversation_reset" }),
    agent({ type: "system", subtype: "task_notification", summary: "done" }),
  )
  expect(all).toMatchObject([
    { kind: "failure", failed: { reason: "agent-ended" } },
    { kind: "notice", text: "note" },
    { kind: "divider", what: "compacted" },
    { kind: "divider", what: "reset" },
    { kind: "notice", code: "task-ended", text: "done" },
  ])
})

test("a recorded session and kinds that nobody has heard of make a page without fail", async () => {
  const lines = (await Bun.file(`${import.meta.dir}/../testing/fixtures/agent-messages.jsonl`).text())
    .trim()
    .split("\n")
  const recorded = lines.map((line) => agent((JSON.parse(line) as { message: { type: string } }).message))
  const invented: TranscriptEvent = {
    seq: 999,
    at: "2026-01-15T12:00:00.000Z",
    turn,
    kind: "unknown",
    original: { kind: "new", x: 1 },
  }
  const all = piecesOf(newFold(), [
    ...transcript(started(), ...recorded, agent({ type: "from_the_future", x: [] })),
    invented,
  ])
  expect(all.filter(({ kind }) => kind === "tool").length).toBeGreaterThanOrEqual(3)
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
})

test("in one message nothing aims at what the same message makes", () => {
  const fold = newFold()
  const all = transcript(started(), spoken(bash("a")), result("a", "out")).flatMap((event) => foldEvent(fold, event))
  expect(ops(all)).toEqual(["append tool t-a", "replace tool t-a"])
  expect(collapse(all)).toMatchObject([{ op: "append", piece: { state: "ok", result: "out" } }])
  const gone = transcript(message("a"), { kind: "queue-changed", turn: null, message: 1, op: "remove", by: "a" })
  const other = newFold()
  expect(collapse(gone.flatMap((event) => foldEvent(other, event)))).toEqual([])
})

test("a message that is sent again stays where it stands, and waits there", () => {
  const again: NewEvent = { kind: "queue-changed", turn: null, message: 1, op: "now", by: "alice" }
  const failed: NewEvent = { kind: "turn-failed", turn, reason: "r", sentence: "s" }
  expect(patches(message("a"), started(1), failed, again, started(1), finished)).toEqual([
    ["append message m-1"],
    ["replace message m-1"],
    ["append failure e-3"],
    ["replace message m-1"],
    ["replace failure e-3", "replace message m-1"],
    ["append end e-6"],
  ])
})

test("what a turn changed stands with its end, also when the next turn has begun by then; of an end further back it stands by itself", () => {
  const changed = (of: string): NewEvent => ({ kind: "turn-changed", turn: null, of, files: 2, added: 3, removed: 1 })
  expect(patches(message("a"), started(1), finished, message("b"), started(4), changed(turn)).at(-1)).toEqual([
    "replace end e-3",
  ])
  expect(pieces(finished, changed(turn))).toMatchObject([{ kind: "end", outcome: "done", changed: { files: 2 } }])
  const failed: NewEvent = { kind: "turn-failed", turn, reason: "model", sentence: "No." }
  expect(pieces(failed, changed(turn))).toMatchObject([{ kind: "failure", changed: { added: 3 } }])
  expect(pieces(changed(turn))).toMatchObject([{ kind: "changed", id: "e-1" }])
})

test("a failure has passed when another turn begins or fails, and keeps what it changed", () => {
  const failed: NewEvent = { kind: "turn-failed", turn, reason: "start-failed", sentence: "It did not start." }
  const changed: NewEvent = { kind: "turn-changed", turn: null, of: turn, files: 1, added: 2, removed: 0 }
  expect(pieces(message("a"), failed)[1]).not.toHaveProperty("passed")
  expect(patches(message("a"), failed, failed, changed, started(1), finished)).toEqual([
    ["append message m-1"],
    ["append failure e-2"],
    ["replace failure e-2", "append failure e-3"],
    ["replace failure e-3"],
    ["replace failure e-3", "replace message m-1"],
    ["append end e-6"],
  ])
  expect(pieces(message("a"), failed, changed, started(1))[1]).toMatchObject({ passed: true, changed: { added: 2 } })
  expect(pieces(message("a"), failed, started(1), changed)[1]).toMatchObject({ passed: true, changed: { added: 2 } })
})
