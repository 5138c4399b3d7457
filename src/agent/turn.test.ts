import { expect, test } from "bun:test"
import type { TurnId } from "../lib/ids.ts"
import {
  type AgentEvent,
  type AgentState,
  type Effect,
  type Failure,
  idleState,
  openTurn,
  type Phase,
  reduce,
} from "./turn.ts"

const t1 = "turn_00000000000000000001" as TurnId
const t2 = "turn_00000000000000000002" as TurnId
const gone: Failure = { reason: "agent-ended", sentence: "The agent ended." }

/** Shorthand for states: a phase and who waits. */
const at = (phase: Phase, queue: number[] = [], more: Partial<AgentState> = {}): AgentState => ({
  ...idleState,
  phase,
  queue,
  ...more,
})
const idle: Phase = { kind: "idle" }
const starting = (turn = t1, message = 7): Phase => ({ kind: "starting", turn, message })
const running = (turn = t1): Phase => ({ kind: "running", turn, by: "person" })
const byAgent: Phase = { kind: "running", turn: t1, by: "agent" }
const asking = (...asks: string[]): Phase => ({ kind: "asking", turn: t1, asks })
const stopping: Phase = { kind: "interrupting", turn: t1 }
const parked = (...asks: string[]): Phase => ({ kind: "parked", turn: t1, asks, answered: [] })
const returning: Phase = { kind: "returning", turn: t1, answered: ["a"] }

const start = (message: number, turn = t2): Effect => ({ do: "start", turn, message })
const done: Effect = { do: "record-end", turn: t1, outcome: "done" }
const interrupted: Effect = { do: "record-end", turn: t1, outcome: "interrupted" }
const failed: Effect = { do: "record-failure", turn: t1, failure: gone }
const begun = (...messages: number[]): Effect => ({ do: "record-start", turn: t1, messages, by: "person" })
const withdraw = (...asks: string[]): Effect => ({ do: "withdraw", asks })
const end: Effect = { do: "end-process" }

function check(before: AgentState, event: AgentEvent, ...[after, effects = []]: [AgentState, Effect[]?]): void {
  expect(reduce(before, event, t2)).toEqual([after, effects])
}

test("an accepted message starts a turn, or waits its turn", () => {
  const event: AgentEvent = { kind: "accepted", message: 9 }
  check(at(idle), event, at(starting(t2, 9), [9]), [start(9)])
  check(at(starting(), [7]), event, at(starting(), [7, 9]))
  check(at(running()), event, at(running(), [9]))
  check(at(running(), [8]), event, at(running(), [8, 9]))
  check(at(byAgent), event, at(byAgent, [9]))
  check(at(asking("a")), event, at(asking("a"), [9]))
  check(at(stopping), event, at(stopping, [9]))
  check(at(parked("a")), event, at(parked("a"), [9]))
  check(at(returning), event, at(returning, [9]))
})

test("a held loop keeps its messages and goes on when it is released", () => {
  check(at(idle, [], { held: "preparing" }), { kind: "accepted", message: 9 }, at(idle, [9], { held: "preparing" }))
  check(at(idle, [9], { held: "preparing" }), { kind: "released" }, at(starting(t2, 9), [9]), [start(9)])
  check(at(idle, [], { held: "archived" }), { kind: "released" }, at(idle))
  check(at(idle, [9], { held: "broken" }), { kind: "retry" }, at(idle, [9], { held: "broken" }))
})

test("the first of the queue is delivered after a failed start, by retry or by the next message", () => {
  const stalled = at(idle, [7], { stalled: true })
  check(stalled, { kind: "retry" }, at(starting(t2, 7), [7]), [start(7)])
  check(stalled, { kind: "accepted", message: 9 }, at(starting(t2, 7), [7, 9]), [start(7)])
  check(at(idle, [], { stalled: true }), { kind: "retry" }, at(idle))
  check(at(running(), [9]), { kind: "retry" }, at(running(), [9]))
})

test("a waiting message is removed and moved, one that has begun is not", () => {
  check(at(running(), [8, 9]), { kind: "removed", message: 8 }, at(running(), [9]))
  check(at(running(), [9]), { kind: "removed", message: 3 }, at(running(), [9]))
  check(at(starting(), [7, 9]), { kind: "removed", message: 7 }, at(starting(t2, 9), [9]), [start(9)])
  check(at(starting(), [7]), { kind: "removed", message: 7 }, at(idle))
  check(at(running(), [8, 9, 10]), { kind: "moved", message: 10, before: 8 }, at(running(), [10, 8, 9]))
  check(at(running(), [8, 9, 10]), { kind: "moved", message: 8 }, at(running(), [9, 10, 8]))
  check(at(running(), [8, 9]), { kind: "moved", message: 8, before: 3 }, at(running(), [8, 9]))
  check(at(running(), [8, 9]), { kind: "moved", message: 3, before: 8 }, at(running(), [8, 9]))
  check(at(running(), [8, 9]), { kind: "moved", message: 8, before: 8 }, at(running(), [8, 9]))
})

test("send now interrupts what runs and puts the message first", () => {
  const event: AgentEvent = { kind: "now", message: 9 }
  check(at(running(), [8, 9]), event, at(stopping, [9, 8]), [{ do: "interrupt" }])
  check(at(asking("a"), [8, 9]), event, at(stopping, [9, 8]), [withdraw("a"), { do: "interrupt" }])
  check(at(idle, [8, 9], { stalled: true }), event, at(starting(t2, 9), [9, 8]), [start(9)])
  check(at(stopping, [8, 9]), event, at(stopping, [9, 8]))
  check(at(starting(), [7, 9]), event, at(starting(t2, 9), [9, 7]), [start(9)])
  check(at(starting(t1, 9), [9]), event, at(starting(t1, 9), [9]))
  check(at(running(), [8]), event, at(running(), [8]))
})

test("a ready process gets exactly the one message that it was started for", () => {
  check(at(starting(), [7, 9]), { kind: "ready", turn: t1 }, at(running(), [9]), [
    begun(7),
    { do: "hand-over", turn: t1, message: 7 },
  ])
  check(at(starting(), [7]), { kind: "ready", turn: t2 }, at(starting(), [7]))
  check(at(idle), { kind: "ready", turn: t1 }, at(idle))
  check(at(running()), { kind: "ready", turn: t1 }, at(running()))
})

test("a start that fails keeps the message, marked, and tries nothing by itself", () => {
  const event: AgentEvent = { kind: "start-failed", turn: t1, failure: gone }
  check(at(starting(), [7, 9]), event, at(idle, [7, 9], { stalled: true }), [failed])
  check(at(returning), event, at(idle, [], { stalled: true }), [failed])
  check(at(starting(t2), [7]), event, at(starting(t2), [7]))
  check(at(running()), event, at(running()))
})

test("the turn asks while any of its asks is open", () => {
  check(at(running()), { kind: "asked", ask: "a" }, at(asking("a")))
  check(at(asking("a")), { kind: "asked", ask: "b" }, at(asking("a", "b")))
  check(at(asking("a")), { kind: "asked", ask: "a" }, at(asking("a")))
  check(at(asking("a", "b")), { kind: "closed", ask: "a" }, at(asking("b")))
  check(at(asking("b")), { kind: "closed", ask: "b" }, at(running()))
  check(at(running()), { kind: "closed", ask: "b" }, at(running()))
  check(at(idle), { kind: "asked", ask: "a" }, at(idle))
})

test("a result of this turn ends it and the next message follows", () => {
  const event: AgentEvent = { kind: "result", ours: true }
  check(at(running()), event, at(idle), [done])
  check(at(running(), [8, 9]), event, at(starting(t2, 8), [8, 9]), [done, start(8)])
  check(at(asking("a")), event, at(idle), [withdraw("a"), done])
  check(at(running(), [8], { held: "archived" }), event, at(idle, [8], { held: "archived" }), [done, end])
})

test("a result that belongs to something else ends nothing", () => {
  const event: AgentEvent = { kind: "result", ours: false }
  check(at(running()), event, at(running()))
  check(at(asking("a")), event, at(asking("a")))
  check(at(starting(), [7]), event, at(starting(), [7]))
  check(at(idle), event, at(idle))
  check(at(parked("a")), event, at(parked("a")))
})

test("a failed result keeps the rest of the queue until somebody says go on", () => {
  const event: AgentEvent = { kind: "result", ours: true, failure: gone }
  check(at(running(), [8]), event, at(idle, [8], { stalled: true }), [failed])
  check(at(stopping, [8]), event, at(starting(t2, 8), [8]), [interrupted, start(8)])
})

test("a turn that the agent began by itself is a turn", () => {
  check(at(idle), { kind: "agent-began" }, at({ kind: "running", turn: t2, by: "agent" }), [
    { do: "record-start", turn: t2, messages: [], by: "agent" },
  ])
  check(at(running()), { kind: "agent-began" }, at(running()))
  check(at(byAgent, [9]), { kind: "result", ours: false }, at(starting(t2, 9), [9]), [done, start(9)])
})

test("interrupting stops what runs, twice is once, and an idle loop does nothing", () => {
  const event: AgentEvent = { kind: "interrupt" }
  check(at(running()), event, at(stopping), [{ do: "interrupt" }])
  check(at(asking("a", "b")), event, at(stopping), [withdraw("a", "b"), { do: "interrupt" }])
  check(at(stopping), event, at(stopping))
  check(at(idle), event, at(idle))
  check(at(starting(), [7]), event, at(idle), [begun(7), interrupted])
  check(at(starting(), [7, 9]), event, at(starting(t2, 9), [9]), [begun(7), interrupted, start(9)])
  check(at(parked("a")), event, at(idle), [withdraw("a"), interrupted])
  check(at(returning), event, at(idle), [interrupted])
})

test("an interrupted turn ends with its result or its process, and the next message follows", () => {
  check(at(stopping), { kind: "result", ours: true }, at(idle), [interrupted])
  check(at(stopping), { kind: "result", ours: false }, at(idle), [interrupted])
  check(at(stopping, [9]), { kind: "process-ended", failure: gone }, at(starting(t2, 9), [9]), [interrupted, start(9)])
  check(at(stopping), { kind: "interrupt-late", stage: "abort" }, at(stopping), [{ do: "abort" }])
  check(at(stopping), { kind: "interrupt-late", stage: "kill" }, at(stopping), [{ do: "kill" }])
  check(at(idle), { kind: "interrupt-late", stage: "kill" }, at(idle))
})

test("an agent that dies fails its turn; its message is never sent again by itself", () => {
  const event: AgentEvent = { kind: "process-ended", failure: gone }
  check(at(running()), event, at(idle), [failed])
  check(at(running(), [9]), event, at(starting(t2, 9), [9]), [failed, start(9)])
  check(at(asking("a")), event, at(idle), [withdraw("a"), failed])
  check(at(idle), event, at(idle))
  check(at(parked("a")), event, at(parked("a")))
  check(at(starting(), [7]), event, at(starting(), [7]))
})

test("a question that waits long parks the agent; the answer brings it back in the same turn", () => {
  check(at(asking("a")), { kind: "patience-over" }, at(parked("a")), [end])
  check(at(running()), { kind: "patience-over" }, at(running()))
  check(at(parked("a")), { kind: "closed", ask: "a" }, at(returning), [{ do: "return", turn: t1 }])
  check(at(parked("a")), { kind: "closed", ask: "b" }, at(parked("a")))
  check(
    at(parked("b", "a")),
    { kind: "closed", ask: "b" },
    at({ kind: "parked", turn: t1, asks: ["a"], answered: ["b"] }),
  )
  check(at(returning), { kind: "ready", turn: t1 }, at(running()), [{ do: "hand-over-answers", turn: t1, asks: ["a"] }])
})

test("an idle process is ended, a working one is not", () => {
  check(at(idle), { kind: "idle-over" }, at(idle), [end])
  check(at(running()), { kind: "idle-over" }, at(running()))
  check(at(idle), { kind: "sandbox-idle" }, at(idle), [{ do: "stop-sandbox" }])
  check(at(parked("a")), { kind: "sandbox-idle" }, at(parked("a")), [{ do: "stop-sandbox" }])
  check(at(running()), { kind: "sandbox-idle" }, at(running()))
})

test("archiving stops what runs, ends the process and keeps the queue", () => {
  const event: AgentEvent = { kind: "held", why: "archived" }
  check(at(idle), event, at(idle, [], { held: "archived" }), [end])
  check(at(running(), [9]), event, at(stopping, [9], { held: "archived" }), [{ do: "interrupt" }])
  check(at(stopping, [9], { held: "archived" }), { kind: "result", ours: true }, at(idle, [9], { held: "archived" }), [
    interrupted,
    end,
  ])
  check(at(starting(), [7]), event, at(idle, [7], { held: "archived" }), [end])
  check(at(parked("a")), event, at(idle, [], { held: "archived" }), [withdraw("a"), interrupted, end])
})

test("the open turn is known in every phase but idle", () => {
  for (const phase of [starting(), running(), asking("a"), stopping, parked("a"), returning])
    expect(openTurn(at(phase))).toBe(t1)
  expect(openTurn(at(idle))).toBeUndefined()
})
