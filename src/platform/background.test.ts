import { expect, test } from "bun:test"
import { createBackground } from "./background.ts"
import { recordingLog } from "../testing/log.ts"

test("work that fails is logged under what it was and stops nothing else", async () => {
  const { log, lines } = recordingLog()
  await using background = createBackground(log)
  const swept = Promise.withResolvers<void>()
  background.run("name the loop", () => Promise.reject(new Error("no model")))
  background.run("sweep", async () => swept.resolve())
  await swept.promise
  expect(lines).toEqual([expect.objectContaining({ level: "error", message: "failed: name the loop" })])
  expect(lines[0]?.["error"]).toContain("no model")
})

test("stopping waits for what runs and says what it waits for", async () => {
  const { log, lines } = recordingLog()
  const background = createBackground(log)
  const order: string[] = []
  const gate = Promise.withResolvers<void>()
  background.run("long", async () => {
    await gate.promise
    order.push("long ended")
  })
  const stopped = background[Symbol.asyncDispose]().then(() => order.push("stopped"))
  gate.resolve()
  await stopped
  expect(order).toEqual(["long ended", "stopped"])
  expect(lines).toMatchObject([{ level: "info", work: ["long"] }])
})

test("a stop is told to the work, and what fails because of it is not an error", async () => {
  const { log, lines } = recordingLog()
  const background = createBackground(log)
  background.run(
    "wait",
    (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
  )
  await background[Symbol.asyncDispose]()
  expect(lines.filter(({ level }) => level === "error")).toEqual([])
})

test("nothing new begins after the stop", async () => {
  const { log } = recordingLog()
  const background = createBackground(log)
  await background[Symbol.asyncDispose]()
  let began = false
  background.run("late", async () => {
    began = true
  })
  await background[Symbol.asyncDispose]()
  expect(began).toBe(false)
})

test("work that is over is forgotten with all that it had hung on the stop", async () => {
  const { log } = recordingLog()
  await using background = createBackground(log)
  const all: WeakRef<object>[] = []
  for (let n = 0; n < 200; n++) {
    background.run("listen", async (signal) => {
      const held = { n }
      all.push(new WeakRef(held))
      signal.addEventListener("abort", () => log.info(`${held.n}`), { once: true })
    })
  }
  await new Promise((next) => setImmediate(next))
  Bun.gc(true)
  const alive = all.filter((one) => one.deref() !== undefined).length
  // What happens to lie on the stack may be taken for a reference.
  expect(alive).toBeLessThan(20)
})
