import { expect, test } from "bun:test"
import { parseLoopId } from "../lib/ids.ts"
import { testClock } from "../testing/clock.ts"
import { type Clock, systemClock, systemIds, timestamp, within } from "./clock.ts"

test("a moment is written in UTC with milliseconds", () => {
  expect(timestamp(testClock(Date.parse("2026-01-15T12:00:00.5+08:00")))).toBe("2026-01-15T04:00:00.500Z")
})

/** What both clocks promise; the one for tests moves by hand. */
async function keepsItsPromise(clock: Clock, move: () => void) {
  const order: string[] = []
  const both = Promise.withResolvers<void>()
  const cancel = clock.after(1, () => order.push("cancelled"))
  clock.after(2, () => {
    order.push("later")
    both.resolve()
  })
  clock.after(0, () => order.push("soon"))
  cancel()
  expect(order).toEqual([])
  move()
  await both.promise
  expect(order).toEqual(["soon", "later"])
}

test("a timer runs once, in its turn, and not when it was cancelled", async () => {
  const moved = testClock()
  await keepsItsPromise(moved, () => moved.advance(2))
  expect(moved.timers).toBe(0)
  await keepsItsPromise(systemClock, () => {})
})

test("new ids are of the right form and never the same", () => {
  const ids = Array.from({ length: 1000 }, () => systemIds.uuid())
  expect(ids.filter((id) => parseLoopId(id) === undefined)).toEqual([])
  expect(new Set(ids).size).toBe(1000)
  expect(systemIds.hex(10)).toMatch(/^[0-9a-f]{20}$/)
  expect(new Set(Array.from({ length: 1000 }, () => systemIds.hex(16))).size).toBe(1000)
})

test("work that takes longer than it may is not waited for, and what is in time leaves no timer behind", async () => {
  const clock = testClock()
  const done = Promise.withResolvers<string>()
  const late = within(clock, 1_000, done.promise)
  clock.advance(1_000)
  expect(await late).toBeUndefined()
  done.resolve("done")
  expect(await within(clock, 1_000, done.promise)).toBe("done")
  const failed = await within(clock, 1_000, Promise.reject(new Error("broken"))).catch(({ message }) => message)
  expect([failed, clock.timers]).toEqual(["broken", 0])
})
