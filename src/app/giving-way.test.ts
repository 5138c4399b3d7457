import { expect, test } from "bun:test"
import type { GatewayNews } from "../gateway/index.ts"
import type { AgentNews } from "../loops/index.ts"
import { createEvents } from "../platform/events.ts"
import type { Box } from "../sandbox/index.ts"
import { testClock } from "../testing/clock.ts"
import { linkWorld } from "../testing/link-world.ts"
import { recordingLog } from "../testing/log.ts"
import { createGivingWay } from "./giving-way.ts"

const turn = "turn_1"

/** A box whose programs are only counted. */
async function world() {
  const link = await linkWorld()
  const { box } = await link.guest()
  const events = createEvents<AgentNews & GatewayNews>(recordingLog().log)
  const clock = testClock()
  const { loop } = box
  let begun = 0
  const ends: Promise<void>[] = []
  const capture: Box["capture"] = async () => {
    await ends[begun++]
    return { code: 0, stdout: "", stderr: "" }
  }
  const counted = { ...box, capture }
  const running = createGivingWay({ events, clock, running: (id) => (id === loop ? counted : undefined) })
  return {
    ...{ events, clock, loop, running },
    begins: () => events.announce("turn.begins", { loop, turn }),
    /** What has begun once everything that can go on has done so. */
    async begunSoon() {
      await new Promise(setImmediate)
      return begun
    },
    runs(ended = true) {
      const { promise, resolve: end, reject: fail } = Promise.withResolvers<void>()
      ends.push(promise)
      if (ended) end()
      return { end, fail, outcome: running(loop)?.capture({ argv: ["true"] }) }
    },
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  }
}

test("a program begins at once while no turn is on its way, and never in a sandbox that does not run", async () => {
  await using at = await world()
  at.runs()
  expect(await at.begunSoon()).toBe(1)
  expect(at.running(crypto.randomUUID() as typeof at.loop)).toBeUndefined()
})

test("programs wait from a turn's beginning until its loop has asked the model, and not for another loop's", async () => {
  await using at = await world()
  at.begins()
  at.runs()
  at.events.announce("gateway.asked", { loop: crypto.randomUUID() as typeof at.loop })
  expect(await at.begunSoon()).toBe(0)
  at.events.announce("gateway.asked", { loop: at.loop })
  at.runs()
  expect(await at.begunSoon()).toBe(2)
})

test("they go on when the turn is over without a request, and after a second at most, also when it began again", async () => {
  await using at = await world()
  at.begins()
  at.runs()
  at.events.announce("turn.finished", { loop: at.loop, turn, outcome: "failed" })
  expect(await at.begunSoon()).toBe(1)

  at.begins()
  at.runs()
  at.clock.advance(900)
  at.begins()
  at.clock.advance(900)
  expect(await at.begunSoon()).toBe(1)
  at.clock.advance(100)
  expect(await at.begunSoon()).toBe(2)
})

test("they run one after the other, and one that takes long or fails lets the next one begin", async () => {
  await using at = await world()
  const first = at.runs(false)
  at.runs(false)
  at.runs(true)
  expect(await at.begunSoon()).toBe(1)
  first.end()
  expect(await at.begunSoon()).toBe(2)
  at.clock.advance(1_000)
  expect(await at.begunSoon()).toBe(3)

  const failing = at.runs(false)
  at.runs(true)
  failing.fail(new Error("the sandbox went away"))
  await expect(failing.outcome).rejects.toThrow("went away")
  expect(await at.begunSoon()).toBe(5)
})

test("a program that is read as it goes is over when it has ended", async () => {
  await using at = await world()
  const input = "printf begun; read line"
  const program = await at.running(at.loop)?.run({ argv: ["sh", "-c", input] })
  at.runs()
  expect(await program?.stdout.getReader().read()).toMatchObject({ value: Buffer.from("begun") })
  expect(await at.begunSoon()).toBe(0)
  await program?.closeInput()
  await program?.exited
  expect(await at.begunSoon()).toBe(1)
})
