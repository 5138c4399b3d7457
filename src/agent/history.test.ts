import { expect, test } from "bun:test"
import type { NewEvent, TranscriptEvent } from "../loops/index.ts"
import { type History, newHistory, openAsks, remember } from "./history.ts"

const turn = "turn_00000000000000000001"

/** What is known after these lines; their numbers count from 1. */
function after(...lines: NewEvent[]): History {
  const history = newHistory()
  for (const [index, line] of lines.entries())
    remember(history, { seq: index + 1, at: "2026-01-15T12:00:00.000Z", ...line } as TranscriptEvent)
  return history
}

const message = (text: string): NewEvent => ({
  kind: "user-message",
  turn: null,
  by: "alice",
  via: "web",
  clientId: text,
  text,
  attachments: [],
})
const queue = (op: "edit" | "remove" | "move" | "now", message: number, more: object = {}): NewEvent =>
  ({ kind: "queue-changed", turn: null, message, op, by: "alice", ...more }) as NewEvent
const started = (...messages: number[]): NewEvent => ({
  kind: "turn-started",
  turn,
  messages,
  by: "person",
  model: "m",
  provider: "p",
})
const finished: NewEvent = { kind: "turn-finished", turn, outcome: "done" }
const failed: NewEvent = { kind: "turn-failed", turn, reason: "r", sentence: "s" }
const said = (uuid: string): NewEvent => ({ kind: "agent", turn, message: { type: "assistant", uuid } })
const asked = (ask: string): NewEvent => ({ kind: "asked", turn, ask, what: "question" })
const answered = (ask: string): NewEvent => ({ kind: "answered", turn, ask, by: "alice", decision: "answer" })

const texts = (history: History) => history.waiting.map(({ text }) => text)
const abc = [message("a"), message("b"), message("c")] as const

test("who waits, in order, whatever the queue went through", () => {
  const check = (lines: NewEvent[], expected: string[]) => expect(texts(after(...abc, ...lines))).toEqual(expected)
  check([], ["a", "b", "c"])
  check([started(1)], ["b", "c"])
  check([queue("remove", 2)], ["a", "c"])
  check([queue("edit", 2, { text: "B" })], ["a", "B", "c"])
  check([queue("now", 3)], ["c", "a", "b"])
  check([queue("move", 3, { before: 2 })], ["a", "c", "b"])
  check([queue("move", 1, { before: 3 })], ["b", "a", "c"])
  check([queue("move", 1)], ["b", "c", "a"])
  check([queue("edit", 9, { text: "?" }), queue("remove", 9), queue("now", 9)], ["a", "b", "c"])
})

test("the open turn with its message, and whether the agent has heard it", () => {
  expect(after(...abc, started(1)).turn).toMatchObject({ id: turn, by: "person", spoke: false, message: { text: "a" } })
  expect(after(...abc, started(1), said("u")).turn?.spoke).toBe(true)
  expect(after(...abc, started(1), finished).turn).toBeUndefined()
  expect(after(...abc, started(1), failed).turn).toBeUndefined()
})

test("a failure counts until something new happens", () => {
  expect(after(failed).failed).toBe(true)
  expect(after(failed, message("x")).failed).toBe(false)
  expect(after(failed, started()).failed).toBe(false)
  expect(after(failed, started(), finished).failed).toBe(false)
})

test("asks are open until they are answered, and end with their turn", () => {
  expect(openAsks(after(started(), asked("x"), asked("y"), answered("x")))).toEqual(["y"])
  expect(after(started(), asked("x"), finished).asks.size).toBe(0)
  expect(openAsks(after(answered("never asked")))).toEqual([])
})

test("what was stored is known by its id, and the list of ids is bounded", () => {
  const history = after(...Array.from({ length: 6_000 }, (_, n) => said(`u${n}`)))
  expect(history.uuids.size).toBe(5_000)
  expect(history.uuids.has("u5999")).toBe(true)
  remember(history, { seq: 9_999, at: "2026-01-15T12:00:00.000Z", ...finished } as TranscriptEvent)
  expect(history.uuids.size).toBe(500)
})

test("a message whose turn failed before the model spoke can wait again, first of all; one that was answered cannot", () => {
  const failedUnseen = [message("a"), message("b"), started(1), failed]
  expect(after(...failedUnseen).unheard?.message.text).toBe("a")
  const again = after(...failedUnseen, queue("now", 1))
  expect([texts(again), again.undone, again.failed]).toEqual([["a", "b"], turn as never, false])
  expect(after(...failedUnseen, queue("now", 1), started(1)).undone).toBeUndefined()
  expect(after(...failedUnseen, queue("now", 1), queue("now", 1)).waiting).toHaveLength(2)
  expect(after(message("a"), started(1), said("u1"), failed).unheard).toBeUndefined()
  expect(after(...failedUnseen, message("c")).unheard).toBeUndefined()
})
