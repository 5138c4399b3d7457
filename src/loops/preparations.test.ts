import { expect, test } from "bun:test"
import { createBackground } from "../platform/background.ts"
import { silentLog } from "../platform/log.ts"
import { testClock } from "../testing/clock.ts"
import { userName } from "../testing/loops.ts"
import type { Prepared } from "./prepare.ts"
import { createPreparations } from "./preparations.ts"
import { loopIdOfRequest } from "./store.ts"

const id = loopIdOfRequest(userName("alice"), "x")

/** Preparations whose every run waits for the test to end it. */
function gated() {
  const background = createBackground(silentLog)
  const clock = testClock()
  const runs: { end(prepared: Prepared): void; signal: AbortSignal }[] = []
  const ready: string[] = []
  let begun = Promise.withResolvers<void>()
  const preparations = createPreparations({
    background,
    clock,
    log: silentLog,
    prepare: (_, signal) =>
      new Promise<Prepared>((end) => {
        runs.push({ end, signal })
        begun.resolve()
        begun = Promise.withResolvers()
      }),
    ready: (loop) => void ready.push(loop),
  })
  return {
    preparations,
    runs,
    ready,
    begins: () => begun.promise,
    [Symbol.asyncDispose]: () => background[Symbol.asyncDispose](),
  }
}

test("asked many times while it runs, it runs once more afterwards and no more", async () => {
  await using here = gated()
  for (let i = 0; i < 5; i++) here.preparations.start(id)
  expect(here.runs.length).toBe(1)
  const second = here.begins()
  here.runs[0]?.end({ kind: "broken" })
  await second
  expect(here.runs.length).toBe(2)
  here.runs[1]?.end({ kind: "ready" })
  await here.preparations.stop(id)
  expect(here.runs.length).toBe(2)
  expect(here.ready).toEqual([id])
})

test("stopping waits until nothing is touched any more, and forgets that another run was wanted", async () => {
  await using here = gated()
  here.preparations.start(id)
  here.preparations.start(id)
  let stopped = false
  const stop = here.preparations.stop(id).then(() => {
    stopped = true
  })
  expect(here.runs[0]?.signal.aborted).toBe(true)
  expect(stopped).toBe(false)
  here.runs[0]?.end({ kind: "stopped" })
  await stop
  expect(here.runs.length).toBe(1)
  expect(here.ready).toEqual([])
})

test("a run whose failure cannot even be written down is tried again after a pause, until it is stopped", async () => {
  const background = createBackground(silentLog)
  const clock = testClock()
  let runs = 0
  const preparations = createPreparations({
    background,
    clock,
    log: silentLog,
    prepare: async () => {
      runs++
      throw new Error("disk full")
    },
    ready: () => undefined,
  })
  preparations.start(id)
  while (clock.timers === 0) await new Promise<void>((turn) => void setImmediate(turn))
  expect(runs).toBe(1)
  clock.advance(10_000)
  while (clock.timers === 0) await new Promise<void>((turn) => void setImmediate(turn))
  expect(runs).toBe(2)
  await preparations.stop(id)
  expect(clock.timers).toBe(0)
  await background[Symbol.asyncDispose]()
})
