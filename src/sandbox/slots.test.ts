import { expect, test } from "bun:test"
import { createSlots } from "./slots.ts"

test("no more than so many run at once, in the order they came, and a failure frees its place", async () => {
  const slots = createSlots(2)
  const doors = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const begun: number[] = []
  const third = Promise.withResolvers<void>()
  const all = doors.map((door, index) =>
    slots(async () => {
      begun.push(index)
      if (index === 2) third.resolve()
      await door.promise
      if (index === 1) throw new Error("one fails")
      return index
    }).catch(() => -1),
  )
  await Promise.resolve()
  expect(begun).toEqual([0, 1])
  doors[1]?.resolve()
  await third.promise
  expect(begun).toEqual([0, 1, 2])
  for (const door of doors) door.resolve()
  expect(await Promise.all(all)).toEqual([0, -1, 2, 3, 4])
  expect(begun).toEqual([0, 1, 2, 3, 4])
})
