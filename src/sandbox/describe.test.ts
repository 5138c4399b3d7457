import { expect, test } from "bun:test"
import { parseLoopId, parseUserName } from "../lib/ids.ts"
import { testSettings } from "../testing/base-image.ts"
import type { ContainerPlan } from "./container.ts"
import type { SandboxSpec } from "./contract.ts"
import { describePlan } from "./describe.ts"

const loop = parseLoopId("3f0c1d2e-5a6b-4c7d-8e9f-000000000001")
const driver = parseUserName("alice")
if (!loop || !driver) throw new Error("the samples parse")

const identity = { displayName: "Alice", email: "alice@example.org" }
const spec: SandboxSpec = {
  ...{ loop, driver, objects: {}, network: "allow-list", nested: false, identity },
  folders: { workdir: "/host/w", claudeState: "/host/c", home: "/host/h" },
}
const plan: ContainerPlan = {
  ...{ name: "x", workspace: "w", image: "base:1", hostname: "loop-3f0c1d2e", ids: { kind: "keep" }, selinux: false },
  mounts: [
    { from: "/host/w", to: `/loopat/loop/${loop}/workdir`, mode: "rw", shared: false },
    { from: "/host/n", to: "/loopat/context/notes", mode: "rw", shared: false },
    { from: "/host/s", to: `/loopat/loop/${loop}/.claude/skills`, mode: "ro", shared: false },
    { from: "/host/o", to: "/opt/loopat/objects/@notes", mode: "ro", shared: true },
    { from: "/host/p", to: "/opt/loopat/objects/@personal", mode: "ro", shared: true },
    { from: "/host/objects", to: "/opt/loopat/objects/code/app", mode: "ro", shared: true },
    { from: "/host/loopat", to: "/opt/loopat/bin/loopat", mode: "ro", shared: true },
  ],
  tmpfs: [{ to: "/tmp", size: "1g", mode: "1777", own: false }],
  limits: { memory: 1 << 30, openFiles: 1_024, processesPerUser: 9 },
  ...{ network: "none", hardening: "strict", program: [] },
}

test("a container is described by what is inside, and by no path of this machine", () => {
  const found = describePlan(plan, spec, testSettings)
  expect(found.mounts).toEqual([
    { to: "/loopat/context/notes", mode: "rw", origin: "notes" },
    { to: `/loopat/loop/${loop}/.claude/skills`, mode: "ro", origin: "snapshot" },
    { to: `/loopat/loop/${loop}/workdir`, mode: "rw", origin: "workdir" },
    { to: "/opt/loopat/bin/loopat", mode: "ro", origin: "loopat" },
    { to: "/opt/loopat/objects/@notes", mode: "ro", origin: "repository", name: "notes" },
    { to: "/opt/loopat/objects/@personal", mode: "ro", origin: "personal" },
    { to: "/opt/loopat/objects/code/app", mode: "ro", origin: "repository", name: "code/app" },
    { to: "/tmp", mode: "rw", origin: "memory", size: "1g" },
  ])
  expect(JSON.stringify(found)).not.toContain("/host")
})

test("a limit that the host cannot enforce is not claimed, and variables are names alone", () => {
  const { limits, variables, ...rest } = describePlan(plan, spec, testSettings)
  expect(limits).toEqual({ memory: 1 << 30, openFiles: 1_024, tmp: "64m" })
  expect(variables).toContain("HTTPS_PROXY")
  expect(variables.filter((name) => !/^\w+$/.test(name))).toEqual([])
  expect(rest).toMatchObject({ hardening: "strict", hostname: "loop-3f0c1d2e", image: "base:1", identity })
})
