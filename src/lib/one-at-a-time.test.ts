import { expect, test } from "bun:test"
import { until } from "../testing/link-world.ts"
import { oneAtATime } from "./one-at-a-time.ts"

test("what is asked for while work runs is done once more afterwards, and nobody is told before", async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let begun = 0
  const work = oneAtATime(async () => gates[begun++]?.promise)
  const first = work()
  const told: string[] = []
  const all = [first, work(), work()].map((one) => one.then(() => told.push("over")))
  expect(begun).toBe(1)
  gates[0]?.resolve()
  await until("it is done once more", () => begun === 2)
  expect(told).toEqual([])
  gates[1]?.resolve()
  await Promise.all(all)
  expect(begun).toBe(2)
})

test("work that failed is begun anew by the next who asks", async () => {
  let fails = true
  let done = 0
  const work = oneAtATime(async () => {
    if (fails) throw new Error("no")
    done++
  })
  expect(work()).rejects.toThrow("no")
  await work().catch(() => undefined)
  fails = false
  await work()
  expect(done).toBe(1)
})
