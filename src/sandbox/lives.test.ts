import { expect, test } from "bun:test"
import { silentLog } from "../platform/log.ts"
import { samplePlanNeeds, samplePodman, sampleSpec } from "../testing/sandbox-samples.ts"
import type { FoundContainer } from "./containers.ts"
import type { SandboxSpec } from "./contract.ts"
import { type Box, LinkFailed } from "./link/contract.ts"
import type { LivesNeeds } from "./lives-needs.ts"
import { createLives } from "./lives.ts"
import { networkFor, planContainer, specHash } from "./plan.ts"
import type { Prepared } from "./preparation.ts"
import type { Seat } from "./seat.ts"

const spec: SandboxSpec = { ...sampleSpec, network: "gateway-only" }
const { loop } = spec
const prepared = { podman: samplePodman, image: "base:1" } as Prepared

/** A server's containers and seats, all of them only talked about. `greeted`: what the guest does. */
function stage(greeted: () => Promise<Box>) {
  const calls: string[] = []
  const plan = planContainer(spec, planNetwork(), samplePlanNeeds)
  const found: FoundContainer = {
    ...{ name: plan.name, loop, driver: "alice", spec: specHash(plan), image: "base:1", running: true },
  }
  const seat = {
    folder: "/run/seat",
    link: { current: () => undefined, isBusy: () => false, greeted, [Symbol.dispose]() {} },
    async [Symbol.asyncDispose]() {
      calls.push("seat left")
    },
  } satisfies Seat
  const opened = { promise: Promise.resolve() }
  const cleared = Promise.withResolvers<void>()
  const needs = {
    containers: {
      list: async () => [found],
      stop: async () => void calls.push("stop"),
      remove: async () => void calls.push("remove"),
      create: () => Promise.reject(new LinkFailed("gone", "there is no podman here")),
      fence: async () => void calls.push("fence"),
    },
    log: silentLog,
    prepare: async () => ({ kind: "prepared", prepared }),
    asFound: async (_found: unknown, as: Prepared) => as,
    planNeeds: () => samplePlanNeeds,
    openSeat: async () => {
      calls.push("seat opened")
      await opened.promise
      return seat
    },
    async clearSeat() {
      calls.push("seat clears")
      await cleared.promise
      calls.push("seat cleared")
    },
    blockedRanges: () => [],
    background: (_what: string, work: () => Promise<unknown>) => void work(),
  } as unknown as LivesNeeds
  return { calls, opened, cleared, lives: createLives(needs) }
}

function planNetwork() {
  const network = networkFor(spec, samplePodman)
  if (network.kind === "impossible") throw new Error("need a network")
  return network.by
}

test("a sandbox whose guest speaks another version is replaced, and whoever takes it up is told why", async () => {
  const { calls, lives } = stage(() => Promise.reject(new LinkFailed("version", "it speaks version 2")))
  expect(await lives.adopt(async () => spec)).toEqual([{ loop, outcome: "removed", kept: [], outdated: true }])
  expect(calls).toEqual(["seat opened", "stop", "seat left", "remove"])
})

test("a sandbox whose guest does not answer is replaced, too, without another reason", async () => {
  const { lives } = stage(() => Promise.reject(new LinkFailed("timeout", "the guest did not greet")))
  expect(await lives.adopt(async () => spec)).toEqual([{ loop, outcome: "removed", kept: [] }])
})

test("a server that stops while it takes up a sandbox leaves its seat and lets the sandbox run", async () => {
  const greeting = Promise.withResolvers<Box>()
  const waits = Promise.withResolvers<void>()
  const { calls, lives } = stage(() => {
    waits.resolve()
    return greeting.promise
  })
  const adopting = lives.adopt(async () => spec)
  await waits.promise
  await lives.leave()
  greeting.reject(new LinkFailed("gone", "the server left the link"))
  expect(await adopting).toEqual([])
  expect(calls).toEqual(["seat opened", "seat left"])
})

test("a seat that is opened while the server stops is left again, and the sandbox runs on", async () => {
  const late = Promise.withResolvers<void>()
  const all = stage(() => Promise.reject(new Error("nobody asks")))
  all.opened.promise = late.promise
  const adopting = all.lives.adopt(async () => spec)
  while (!all.calls.includes("seat opened")) await Promise.resolve()
  await all.lives.leave()
  late.resolve()
  expect(await adopting).toEqual([])
  expect(all.calls).toEqual(["seat opened", "seat left"])
})

test("a loop that is started while its sandbox is removed opens its seat when the former one is cleared away", async () => {
  const { calls, cleared, lives } = stage(() => Promise.reject(new LinkFailed("timeout", "the guest did not greet")))
  const removed = lives.remove(loop, "loopat-sample")
  const started = lives.start(spec, () => undefined)
  while (!calls.some((call) => call.startsWith("seat"))) await Promise.resolve()
  for (let turn = 0; turn < 100; turn++) await Promise.resolve()
  expect(calls).toEqual(["remove", "seat clears"])
  cleared.resolve()
  await removed
  expect((await started).kind).toBe("failed")
  expect(calls.slice(0, 4)).toEqual(["remove", "seat clears", "seat cleared", "seat opened"])
})
