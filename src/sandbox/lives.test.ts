import { expect, test } from "bun:test"
import { parseLoopId, parseUserName, parseWorkspaceId } from "../lib/ids.ts"
import { silentLog } from "../platform/log.ts"
import type { FoundContainer } from "./containers.ts"
import type { SandboxSpec } from "./contract.ts"
import { type Box, LinkFailed } from "./link/contract.ts"
import { createLives, type LivesNeeds } from "./lives.ts"
import { networkFor, planContainer, type PlanNeeds, specHash } from "./plan.ts"
import type { PodmanHost } from "./podman-host.ts"
import type { Prepared } from "./preparation.ts"
import type { Seat } from "./seat.ts"

const sure = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("an id of this test does not parse")
  return value
}

const loop = sure(parseLoopId("11111111-1111-4111-8111-111111111111"))
const spec: SandboxSpec = {
  loop,
  driver: sure(parseUserName("alice")),
  folders: { workdir: "/h/w", claudeState: "/h/c", home: "/h/home" },
  objects: {},
  network: "gateway-only",
  nested: false,
  identity: { displayName: "Alice", email: "a@b" },
}
const podman: PodmanHost = {
  version: "5.0.0",
  rootless: false,
  ids: { kind: "range", base: 200_000 },
  limits: { openFiles: 9, processesPerUser: 9 },
  openNetwork: { kind: "usable", by: "slirp4netns" },
  selinux: false,
}
const planNeeds: PlanNeeds = {
  workspace: sure(parseWorkspaceId("aaaaaaaa-2222-4333-8444-555555555555")),
  runtimeFolder: "/rt",
  settings: {
    limits: { cpus: 2, memory: "4g", pids: 9, openFiles: 9, tmp: "1g" },
    hardening: "standard",
    containerIdleMs: 1,
    keepOnStop: true,
    podman: "podman",
  },
  server: { uid: 0, gid: 0, arch: "x64", executable: "/usr/bin/loopat", guestArguments: ["guest"], build: "b" },
  podman,
  image: "base:1",
  claude: "/rt/agent/2/claude",
  sockets: "/s/x",
}
const prepared = { podman, image: "base:1" } as Prepared

/** A server's containers and seats, all of them only talked about. `greeted`: what the guest does. */
function stage(greeted: () => Promise<Box>) {
  const calls: string[] = []
  const plan = planContainer(spec, planNetwork(), planNeeds)
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
  const needs = {
    containers: {
      list: async () => [found],
      stop: async () => void calls.push("stop"),
      remove: async () => void calls.push("remove"),
      fence: async () => void calls.push("fence"),
    },
    log: silentLog,
    prepare: async () => ({ kind: "prepared", prepared }),
    planNeeds: () => planNeeds,
    openSeat: async () => {
      calls.push("seat opened")
      await opened.promise
      return seat
    },
    blockedRanges: () => [],
    background: (_what: string, work: () => Promise<unknown>) => void work(),
  } as unknown as LivesNeeds
  return { calls, opened, lives: createLives(needs) }
}

function planNetwork() {
  const network = networkFor(spec, podman)
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
