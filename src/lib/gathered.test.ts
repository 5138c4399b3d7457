import { expect, test } from "bun:test"
import { Gathered } from "./gathered.ts"

const bytes = (...values: number[]) => new Uint8Array(values)

test("what was collected is the same however often the room for it had to grow, and nothing is left behind", () => {
  const gathered = new Gathered(1)
  for (let value = 0; value < 200; value++) gathered.push(bytes(value, value))
  expect(gathered.size).toBe(400)
  expect([...gathered.take()]).toEqual(Array.from({ length: 400 }, (_, at) => at >> 1))
  expect(gathered.size).toBe(0)
  gathered.push(bytes(7))
  expect([...gathered.take()]).toEqual([7])
})

test("what was taken stays as it is when more is collected", () => {
  const gathered = new Gathered(4)
  gathered.push(bytes(1, 2))
  const taken = gathered.take()
  gathered.push(bytes(3, 4, 5, 6, 7))
  expect([...taken]).toEqual([1, 2])
})

test("of too much only the last bytes are kept", () => {
  const gathered = new Gathered()
  gathered.push(bytes(1, 2, 3, 4))
  gathered.keepLast(2)
  gathered.push(bytes(5))
  expect([...gathered.take()]).toEqual([3, 4, 5])
})
