import { expect, test } from "bun:test"
import type { SandboxHealth } from "./contract.ts"
import { findings, missingParts } from "./findings.ts"

const unknown: SandboxHealth = {
  podman: { state: "unknown" },
  image: { state: "waiting" },
  agent: { state: "waiting" },
}
const podman: SandboxHealth["podman"] = { state: "ok", version: "5.0.0", rootless: true, unlimited: [] }
const image: SandboxHealth["image"] = { state: "ready", source: "host", tag: "t", tries: [], log: [] }
const agent: SandboxHealth["agent"] = { state: "ready", path: "/c", proof: "given" }

const states = (health: SandboxHealth) => findings(health).map(({ id, state }) => `${id} ${state}`)

test("a server that has just started knows nothing yet and is not ready", () => {
  expect(states(unknown)).toEqual(["podman waiting", "ids waiting", "image waiting", "agent waiting"])
  expect(missingParts(unknown)).toEqual(["podman", "image", "agent"])
})

test("a server with everything is ready", () => {
  const well = { podman, image, agent }
  expect(states(well).every((line) => line.endsWith(" ok"))).toBe(true)
  expect(missingParts(well)).toEqual([])
})

test("what only limits loops is a warning, and the server is ready all the same", () => {
  const limited = {
    ...podman,
    rootless: false,
    firstId: 1_000,
    unlimited: ["memory"] as const,
    network: { code: "no-tunnel", detail: "closed" } as const,
  }
  expect(states({ podman: limited, image, agent })).toEqual([
    "podman warning",
    "ids ok",
    "network warning",
    "limits warning",
    "image ok",
    "agent ok",
  ])
  expect(missingParts({ podman: limited, image, agent })).toEqual([])
})

test("missing ids are told apart from a missing podman, though a watcher knows both as podman", () => {
  const ids = { state: "unusable", version: "5.0.0", obstacle: { code: "ids-missing", detail: "none" } } as const
  expect(states({ podman: ids, image, agent }).slice(0, 2)).toEqual(["podman ok", "ids blocking"])
  expect(missingParts({ podman: ids, image, agent })).toEqual(["podman"])
  const none = { state: "unusable", obstacle: { code: "podman-missing", detail: "none" } } as const
  expect(states({ podman: none, image, agent }).slice(0, 2)).toEqual(["podman blocking", "ids waiting"])
})

test("what is under way and what failed is missing", () => {
  const building: SandboxHealth["image"] = { state: "building", startedAt: 0, tries: [], log: [] }
  const failed: SandboxHealth["agent"] = { state: "failed", fault: { code: "not-fetched", detail: "no route" } }
  expect(missingParts({ podman, image: building, agent: failed })).toEqual(["image", "agent"])
})
