import { expect, test } from "bun:test"
import { userName } from "../testing/loops.ts"
import type { LoopActivity } from "./contract.ts"
import type { LoopState } from "./record.ts"
import { type StatusSource, statusOf } from "./status.ts"

const at = "2026-01-02T03:04:05.000Z"
const alice = userName("alice")
const bob = userName("bob")
const activity = (status: LoopActivity["status"]): LoopActivity => ({ status, since: 0, waiting: 0 })
const states = {
  driven: { kind: "driven" },
  preparing: { kind: "preparing", since: at, step: "x" },
  broken: { kind: "broken", reason: "x", sentence: "", at },
  offered: { kind: "offered", by: alice, since: at },
  archived: { kind: "archived", at, by: alice, was: "driven" },
} satisfies Record<string, LoopState>

test("the highest status that applies is shown", () => {
  const check = (source: Partial<StatusSource>, expected: string) =>
    expect(statusOf({ state: states.driven, driver: alice, createdBy: alice, finished: 0, ...source }, alice)).toBe(
      expected as never,
    )
  check({}, "idle")
  check({ state: states.offered }, "offered")
  check({ finished: 9 }, "new")
  check({ finished: 9, seen: 8 }, "new")
  check({ finished: 9, seen: 9 }, "idle")
  check({ finished: 9, state: states.offered }, "new")
  check({ state: states.preparing }, "preparing")
  check({ state: states.preparing, activity: activity("queued") }, "queued")
  check({ finished: 9, activity: activity("working") }, "working")
  check({ activity: activity("needs-you") }, "needs-you")
  check({ activity: activity("failed") }, "failed")
  check({ activity: activity("idle"), finished: 9 }, "new")
  check({ state: states.broken, activity: activity("queued") }, "failed")
  check({ state: states.archived, activity: activity("working"), finished: 9 }, "archived")
})

test("a finished turn is news to the people of the loop, and to others only after they looked once", () => {
  const loop = { state: states.driven, driver: alice, createdBy: alice, finished: 9 }
  expect(statusOf(loop, alice)).toBe("new")
  expect(statusOf(loop, bob)).toBe("idle")
  expect(statusOf({ ...loop, seen: 3 }, bob)).toBe("new")
})
