import { expect, test } from "bun:test"
import { person, testLoops } from "../testing/loops.ts"
import { stricter } from "./outbound.ts"

const [alice, bob] = [person("alice"), person("bob")]

async function driven(over: { driversMayAllow?: boolean; mode?: "open" | "allow-list" | "gateway-only" } = {}) {
  const network = { mode: "open" as const, allowHosts: ["github.com"], driversMayAllow: true, ...over }
  const stage = await testLoops({ needs: { network: () => network } })
  const created = await stage.loops.create({ clientId: "one", title: "Loop" }, alice)
  if (created.kind !== "created") throw new Error(created.kind)
  const id = created.loop
  await stage.told("loop.ready", id)
  const asAlice = await stage.loops.forDriver(id, alice)
  if (asAlice.kind !== "driven") throw new Error(asAlice.kind)
  const again = async () => {
    const found = await stage.loops.forDriver(id, alice)
    if (found.kind !== "driven") throw new Error(found.kind)
    return found.loop
  }
  return { ...stage, network, id, again, loop: asAlice.loop }
}

test("a driver lets the own loop reach a host: it holds, and stands in record, transcript and audit", async () => {
  await using at = await driven()
  expect(await at.loops.allowHost(at.loop, alice, " PyPI.org ")).toEqual({ kind: "done", host: "pypi.org" })
  expect(await at.loops.allowedHosts(at.id)).toEqual(["github.com", "pypi.org"])
  expect((await at.loops.record(at.id))?.allowHosts).toMatchObject([{ host: "pypi.org", by: "alice" }])
  const { events } = await at.loops.transcript(at.id).after(0)
  expect(events.at(-1)).toMatchObject({ kind: "set", what: "network", to: { allow: "pypi.org" }, by: "alice" })
  expect(at.audited).toEqual([`alice loop.network.allow ${at.id}`])

  expect(await at.loops.allowHost(await at.again(), alice, "pypi.org")).toEqual({ kind: "done", host: "pypi.org" })
  expect(await at.loops.forgetHost(await at.again(), alice, "pypi.org")).toEqual({ kind: "done", host: "pypi.org" })
  expect(await at.loops.allowedHosts(at.id)).toEqual(["github.com"])
  expect(at.audited).toHaveLength(2)
})

test("where the workspace does not let drivers allow, nobody does, and what was allowed before holds no more", async () => {
  await using at = await driven()
  await at.loops.allowHost(at.loop, alice, "pypi.org")
  at.network.driversMayAllow = false
  expect(await at.loops.allowedHosts(at.id)).toEqual(["github.com"])
  expect(await at.loops.allowHost(await at.again(), alice, "npmjs.org")).toEqual({ kind: "not-permitted" })
})

test("what is no host is refused, and so is the hundred and first", async () => {
  await using at = await driven()
  for (const text of ["", "*", "http://pypi.org", "localhost", "pypi.org\nevil.org"])
    expect([text, (await at.loops.allowHost(at.loop, alice, text)).kind]).toEqual([text, "not-a-host"])
  await at.loops.change(at.id, (record) => ({
    ...record,
    allowHosts: Array.from({ length: 100 }, (_, n) => ({ host: `h${n}.org`, by: "alice", at: record.createdAt })),
  }))
  expect(await at.loops.allowHost(await at.again(), alice, "one-more.org")).toEqual({ kind: "too-many" })
})

test("a loop's network is the stricter of its own and the workspace's, whichever changes", async () => {
  await using at = await driven()
  const seen = async () => (await at.loops.sandboxSpec(at.id))?.network
  expect(await seen()).toBe("open")
  Object.assign(at.network, { mode: "gateway-only" })
  expect(await seen()).toBe("gateway-only")
  await at.loops.change(at.id, (record) => ({ ...record, network: "allow-list" }))
  Object.assign(at.network, { mode: "open" })
  expect(await seen()).toBe("allow-list")
  expect(stricter("gateway-only", "open")).toBe("gateway-only")
})

test("what was refused is one line of the transcript", async () => {
  await using at = await driven()
  const place = { host: "pypi.org", port: 443, program: "pip", times: 2, why: "name" } as const
  await at.loops.noteRefused(at.id, { places: [place], more: 0 })
  const { events } = await at.loops.transcript(at.id).after(0)
  expect(events.at(-1)).toMatchObject({ kind: "network-refused", places: [place], more: 0 })
  expect((await at.loops.forDriver(at.id, bob)).kind).toBe("not-driver")
})
