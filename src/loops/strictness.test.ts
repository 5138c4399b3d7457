import { expect, test } from "bun:test"
import { person, testLoops } from "../testing/loops.ts"
import type { Walls, WantedStrictness } from "./strictness.ts"

const alice = person("alice")

type Workspace = Walls & Pick<WantedStrictness, "network">

async function driven(workspace: Workspace = { hardening: "standard", nested: "off", network: "open" }) {
  const stage = await testLoops({
    needs: {
      walls: () => workspace,
      network: () => ({ mode: workspace.network, allowHosts: [], driversMayAllow: false }),
    },
  })
  const created = await stage.loops.create({ clientId: "one", title: "Loop" }, alice)
  if (created.kind !== "created") throw new Error(created.kind)
  await stage.told("loop.ready", created.loop)
  const found = await stage.loops.forDriver(created.loop, alice)
  if (found.kind !== "driven") throw new Error(found.kind)
  return {
    ...stage,
    workspace,
    id: created.loop,
    set: (wanted: Partial<WantedStrictness>, by = alice) => stage.loops.setStrictness(found.loop, by, wanted),
    nested: async () => (await stage.loops.sandboxSpec(created.loop))?.nested,
    async asked() {
      const spec = await stage.loops.sandboxSpec(created.loop)
      return [spec?.hardening, spec?.network]
    },
    async said() {
      const { events } = await stage.loops.transcript(created.loop).after(0)
      return events.flatMap((event) => (event.kind === "set" ? [[event.what, event.to]] : []))
    },
  }
}

test("a driver makes the loop strict and keeps it from the network, and takes both back again", async () => {
  await using at = await driven()
  expect(await at.asked()).toEqual([undefined, "open"])
  expect(await at.set({ hardening: "strict", network: "gateway-only" })).toEqual({ kind: "done" })
  expect(await at.asked()).toEqual(["strict", "gateway-only"])
  expect(await at.set({ network: "allow-list" })).toEqual({ kind: "done" })
  expect(await at.asked()).toEqual(["strict", "allow-list"])
  await at.set({ hardening: "standard", network: "open" })
  expect(await at.asked()).toEqual([undefined, "open"])
  expect(at.audited).toEqual(Array(3).fill(`alice loop.strictness ${at.id}`))
  expect(await at.said()).toEqual([
    ["strictness", { hardening: "strict", network: "gateway-only" }],
    ["strictness", { hardening: "strict", network: "allow-list" }],
    ["strictness", { hardening: "standard", network: "open" }],
  ])
})

test("a loop is never looser than its workspace: what is less is refused and changes nothing", async () => {
  await using at = await driven({ hardening: "strict", nested: "everyone", network: "allow-list" })
  expect(await at.set({ hardening: "standard" })).toEqual({ kind: "too-loose", what: "hardening" })
  expect(await at.set({ network: "open" })).toEqual({ kind: "too-loose", what: "network" })
  expect(await at.said()).toEqual([])
  expect((await at.asked())[1]).toBe("allow-list")
})

test("a workspace that becomes stricter takes along its loops, and a strict loop stays so when it loosens", async () => {
  await using at = await driven()
  await at.set({ hardening: "strict", network: "allow-list" })
  Object.assign(at.workspace, { network: "gateway-only" })
  expect(await at.asked()).toEqual(["strict", "gateway-only"])
  Object.assign(at.workspace, { network: "open" })
  expect(await at.asked()).toEqual(["strict", "allow-list"])
})

test("to choose what holds already writes nothing", async () => {
  await using at = await driven()
  expect(await at.set({ hardening: "standard", network: "open" })).toEqual({ kind: "done" })
  expect([await at.said(), at.audited]).toEqual([[], []])
})

test("containers inside a loop are for whom the workspace says, are not for a strict loop, and end when it takes that back", async () => {
  await using at = await driven()
  const refused = { kind: "too-loose", what: "hardening" } as const
  expect(await at.set({ hardening: "nested" })).toEqual(refused)
  Object.assign(at.workspace, { nested: "admin" })
  expect(await at.set({ hardening: "nested" })).toEqual(refused)
  expect([await at.set({ hardening: "nested" }, person("alice", "admin")), await at.nested()]).toEqual([
    { kind: "done" },
    true,
  ])
  Object.assign(at.workspace, { nested: "off" })
  expect(await at.nested()).toBe(false)
  Object.assign(at.workspace, { nested: "everyone" })
  await at.set({ network: "gateway-only" })
  expect([await at.nested(), (await at.asked())[1]]).toEqual([true, "gateway-only"])
  await at.set({ hardening: "strict" })
  expect([await at.nested(), (await at.asked())[0]]).toEqual([false, "strict"])
})
