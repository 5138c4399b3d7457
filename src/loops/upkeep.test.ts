import { expect, test } from "bun:test"
import { newLoopId } from "../lib/ids.ts"
import { createBackground } from "../platform/background.ts"
import { silentLog } from "../platform/log.ts"
import type { Box } from "../sandbox/index.ts"
import { testClock, testIds } from "../testing/clock.ts"
import { createUpkeep } from "./upkeep.ts"

const minute = 60_000

async function world() {
  const loop = newLoopId(testIds())
  const clock = testClock()
  const background = createBackground(silentLog)
  const now = { used: 0, kills: 0, refusals: 0 }
  const told: string[] = []
  let looked = Promise.withResolvers<void>()
  const box = {
    loop,
    capture: async () => ({ code: 0, stdout: `${now.used}\t/a\n0\t/b\nno number\n`, stderr: "" }),
    async stats() {
      looked.resolve()
      return { memory: 1, cpuMicros: 1, pids: 1, kills: now.kills, refusals: now.refusals }
    },
  } as Pick<Box, "loop" | "capture" | "stats"> as Box
  const upkeep = createUpkeep({
    ...{ clock, background },
    sandboxes: { loops: () => [loop], running: () => box },
    quota: () => 1_000,
    tell: async (_, { code }) => void told.push(code),
    pause: () => told.push("paused"),
  })
  upkeep.begin()
  return {
    ...{ now, told, upkeep, loop },
    async later() {
      looked = Promise.withResolvers()
      clock.advance(5 * minute)
      await looked.promise
      await new Promise((done) => setImmediate(done))
    },
  }
}

test("four fifths of the disk are told once, all of it pauses the agent, and room lets it go on", async () => {
  const { now, told, later, upkeep, loop } = await world()
  now.used = 799
  await later()
  expect(told).toEqual([])
  now.used = 800
  await later()
  await later()
  expect(told).toEqual(["sandbox-disk-near"])
  now.used = 1_000
  await later()
  await later()
  expect(told.slice(1)).toEqual(["paused", "sandbox-disk-full"])
  expect(await upkeep.isFull(loop)).toBe(true)
  now.used = 100
  expect(await upkeep.isFull(loop)).toBe(false)
  now.used = 1_000
  await later()
  expect(told.slice(3)).toEqual(["paused", "sandbox-disk-full"])
})

test("a disk that goes up and down about the mark is told once", async () => {
  const { now, told, later } = await world()
  for (const used of [810, 790, 810, 760, 805]) {
    now.used = used
    await later()
  }
  expect(told).toEqual(["sandbox-disk-near"])
  now.used = 700
  await later()
  now.used = 810
  await later()
  expect(told).toEqual(["sandbox-disk-near", "sandbox-disk-near"])
})

test("a program ended for want of memory and one refused for want of processes are told, each time once", async () => {
  const { now, told, later, upkeep, loop } = await world()
  now.kills = 2
  await upkeep.lookAtLimits(loop)
  await later()
  expect(told).toEqual(["sandbox-memory"])
  now.refusals = 9
  now.kills = 3
  await later()
  expect(told.slice(1)).toEqual(["sandbox-memory", "sandbox-processes"])
})
