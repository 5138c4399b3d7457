import { expect, test } from "bun:test"
import { person, testLoops } from "../testing/loops.ts"
import type { WorkspaceLimits } from "./limits.ts"

const alice = person("alice")
const gib = 2 ** 30

async function driven(limitsMax: WorkspaceLimits["limitsMax"] = { cpus: 4, memory: "8g" }) {
  const workspace: WorkspaceLimits = { limits: { cpus: 2, memory: "4g" }, limitsMax }
  const stage = await testLoops({ needs: { limits: () => workspace } })
  const created = await stage.loops.create({ clientId: "one", title: "Loop" }, alice)
  if (created.kind !== "created") throw new Error(created.kind)
  await stage.told("loop.ready", created.loop)
  const found = await stage.loops.forDriver(created.loop, alice)
  if (found.kind !== "driven") throw new Error(found.kind)
  const set = (cpus: string, memory: string) => stage.loops.setLimits(found.loop, alice, { cpus, memory })
  return {
    ...stage,
    workspace,
    id: created.loop,
    set,
    asked: async () => (await stage.loops.sandboxSpec(created.loop))?.limits,
  }
}

test("a driver raises the loop's limits up to what the workspace permits, and lets go of them again", async () => {
  await using at = await driven()
  expect(await at.set("3.5", " 6G ")).toEqual({ kind: "done" })
  expect(await at.asked()).toEqual({ cpus: 3.5, memory: 6 * gib })
  expect(at.audited).toEqual([`alice loop.limits ${at.id}`])
  expect(await at.set("", "512m")).toEqual({ kind: "done" })
  expect(await at.asked()).toEqual({ memory: gib / 2 })
  await at.set("", "")
  expect(await at.asked()).toBeUndefined()
})

test("more than permitted, or what is no number or size, is refused and changes nothing", async () => {
  await using at = await driven()
  for (const [cpus, memory, kind] of [
    ["5", "", "too-much"],
    ["", "9g", "too-much"],
    ["many", "", "not-a-number"],
    ["0", "", "not-a-number"],
    ["-1", "", "not-a-number"],
    ["", "6", "not-a-size"],
    ["", "100m", "not-a-size"],
    ["", "6g; rm", "not-a-size"],
  ] as const)
    expect([cpus, memory, (await at.set(cpus, memory)).kind]).toEqual([cpus, memory, kind])
  expect(await at.asked()).toBeUndefined()
})

test("where the workspace sets no higher limits nobody raises any, and a lower one holds for loops that had more", async () => {
  await using closed = await driven(undefined)
  Object.assign(closed.workspace, { limitsMax: undefined })
  expect(await closed.set("1", "")).toEqual({ kind: "not-permitted" })
  await using at = await driven()
  await at.set("4", "8g")
  Object.assign(at.workspace, { limitsMax: { cpus: 2, memory: "5g" } })
  expect(await at.asked()).toEqual({ cpus: 2, memory: 5 * gib })
  Object.assign(at.workspace, { limitsMax: undefined })
  expect(await at.asked()).toBeUndefined()
})
