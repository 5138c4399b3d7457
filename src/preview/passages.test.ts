import { expect, test } from "bun:test"
import { type LoopId, newLoopId } from "../lib/ids.ts"
import { createBackground } from "../platform/background.ts"
import { systemIds } from "../platform/clock.ts"
import { silentLog } from "../platform/log.ts"
import { testClock } from "../testing/clock.ts"
import { until } from "../testing/link-world.ts"
import { createPassages, type Passage } from "./passages.ts"

const loop = newLoopId(systemIds)

function world() {
  const clock = testClock()
  const passages = createPassages({ clock, background: createBackground(silentLog) })
  const passage = (over: Partial<Passage> = {}, of: { id?: string; loop?: LoopId } = {}): Passage => ({
    ...{ share: { id: "a", loop, ...of }, stillAllowed: async () => true, cut() {} },
    ...over,
  })
  return { clock, passages, passage }
}

test("a preview that is open, or was a short while ago, is in use, so that its sandbox is not stopped for idleness", () => {
  const { clock, passages, passage } = world()
  expect(passages.isUsed(loop, 1_000)).toBe(false)
  const leave = passages.enter(passage())
  clock.advance(3_600_000)
  expect(passages.isUsed(loop, 1_000)).toBe(true)
  leave?.()
  clock.advance(999)
  expect(passages.isUsed(loop, 1_000)).toBe(true)
  clock.advance(1)
  expect(passages.isUsed(loop, 1_000)).toBe(false)
})

test("what has expired meanwhile is cut within a second, although nobody announces it", async () => {
  const { clock, passages, passage } = world()
  let [allowed, cuts] = [true, 0]
  passages.enter(passage({ stillAllowed: async () => allowed, cut: () => void cuts++ }))
  passages.enter(passage())
  clock.advance(900)
  await until("it looks again", () => clock.timers > 0)
  expect(cuts).toBe(0)
  allowed = false
  clock.advance(900)
  await until("it is cut", () => cuts === 1)
})

test("a right that cannot be found out has ended", async () => {
  const { passages, passage } = world()
  let cuts = 0
  const stillAllowed = () => Promise.reject(new Error("the disk is gone"))
  passages.enter(passage({ stillAllowed, cut: () => void cuts++ }))
  await passages.recheck()
  expect(cuts).toBe(1)
})

test("a share has sixty-four places and a loop twice as many, and one that is left is free again", () => {
  const { passages, passage } = world()
  const enter = (id: string, count: number) =>
    Array.from({ length: count }, () => passages.enter(passage({}, { id }))).filter((leave) => leave !== undefined)
  const first = enter("a", 70)
  expect([first.length, enter("b", 70).length, enter("c", 10).length]).toEqual([64, 64, 0])
  first[0]?.()
  expect(enter("c", 10)).toHaveLength(1)
  expect(passages.enter(passage({}, { id: "d", loop: newLoopId(systemIds) }))).toBeDefined()
})

test("at the end everything that is open is cut and no timer is left", () => {
  const { clock, passages, passage } = world()
  let cuts = 0
  passages.enter(passage({ cut: () => void cuts++ }))
  passages[Symbol.dispose]()
  expect([cuts, clock.timers]).toEqual([1, 0])
})
