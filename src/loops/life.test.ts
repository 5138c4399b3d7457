import { expect, test } from "bun:test"
import type { LoopId } from "../lib/ids.ts"
import { person, type TestLoops, testLoops, type TestLoopsOptions, userName } from "../testing/loops.ts"

const alice = person("alice")
const bob = person("bob")
const admin = person("root", "admin")

/** A ready loop of alice's. */
async function world(options: TestLoopsOptions = {}, visibility = "workspace") {
  const here = await testLoops(options)
  const created = await here.loops.create({ clientId: "one", title: "Plan", visibility }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await here.told("loop.ready", created.loop)
  return Object.assign(here, { loop: created.loop })
}

const lines = async (here: TestLoops, loop: LoopId) =>
  (await here.loops.transcript(loop).after(0)).events.map((event) => event.kind)

test("a rename by driver, owner or admin holds, is in the transcript, and is never undone by auto-naming", async () => {
  await using here = await world()
  expect((await here.loops.rename(here.loop, alice, " A better \n plan ")).kind).toBe("done")
  expect(await here.loops.record(here.loop)).toMatchObject({ title: "A better plan", titleBy: "person" })
  expect((await here.loops.transcript(here.loop).after(1)).events).toMatchObject([
    { kind: "set", what: "title", from: "Plan", to: "A better plan", by: "alice" },
  ])
  expect((await here.loops.rename(here.loop, admin, "By an admin")).kind).toBe("done")
})

test("a rename is refused for others, for no title, for a long one, and in an archived loop", async () => {
  await using here = await world()
  const check = async (user: typeof alice, title: unknown, expected: object) =>
    expect(await here.loops.rename(here.loop, user, title)).toMatchObject(expected)
  await check(bob, "mine", { kind: "not-allowed", owner: "alice", driver: "alice" })
  await check(alice, "  ", { kind: "refused", title: "missing" })
  await check(alice, "x".repeat(201), { kind: "refused", title: "too-long" })
  await here.loops.archive(here.loop, alice)
  await check(alice, "late", { kind: "archived" })
  expect((await here.loops.record(here.loop))?.title).toBe("Plan")
})

test("ids that are none, of no loop, or of a loop that the person cannot see give the same answer", async () => {
  await using here = await world({}, "private")
  const nowhere = "0a1b2c3d-0000-4000-8000-000000000001"
  for (const id of [
    "",
    "x",
    "../../etc/passwd",
    nowhere,
    here.loop.toUpperCase(),
    [here.loop],
    "a".repeat(10_000),
    null,
  ]) {
    expect(await here.loops.forViewer(id, alice)).toEqual({ kind: "not-found" })
    expect(await here.loops.forDriver(id, alice)).toEqual({ kind: "not-found" })
    expect(await here.loops.rename(id, alice, "x")).toEqual({ kind: "not-found" })
    expect(await here.loops.archive(id, alice)).toEqual({ kind: "not-found" })
    expect(await here.loops.report(id, alice)).toEqual({ kind: "not-found" })
    expect(await here.loops.undelete(id, alice)).toEqual({ kind: "not-found" })
  }
  for (const refused of [
    await here.loops.forViewer(here.loop, bob),
    await here.loops.forDriver(here.loop, bob),
    await here.loops.forViewer(here.loop, admin),
    await here.loops.rename(here.loop, bob, "x"),
    await here.loops.archive(here.loop, bob),
    await here.loops.delete(here.loop, bob),
  ]) {
    expect(refused).toEqual({ kind: "not-found" })
  }
})

test("a viewer reads, the driver writes, and who may not is told why", async () => {
  await using here = await world()
  const seen = await here.loops.forViewer(here.loop, bob)
  expect(seen).toMatchObject({ kind: "viewed", loop: { viewer: "bob", drives: false, owns: false } })
  expect(await here.loops.forDriver(here.loop, alice)).toMatchObject({
    kind: "driven",
    loop: { drives: true, owns: true },
  })
  expect(await here.loops.forDriver(here.loop, bob)).toEqual({ kind: "not-driver", driver: userName("alice") })
  expect(await here.loops.forDriver(here.loop, admin)).toEqual({ kind: "not-driver", driver: userName("alice") })
  await here.loops.archive(here.loop, alice)
  expect(await here.loops.forDriver(here.loop, alice)).toEqual({ kind: "archived" })
  expect((await here.loops.forViewer(here.loop, bob)).kind).toBe("viewed")
  await here.loops.delete(here.loop, alice)
  await here.told("loop.deleted", here.loop)
  expect(await here.loops.forDriver(here.loop, alice)).toEqual({ kind: "deleted" })
  expect(await here.loops.forDriver(here.loop, bob)).toEqual({ kind: "not-found" })
  expect(await here.loops.forViewer(here.loop, alice)).toEqual({ kind: "not-found" })
})

test("an offered loop refuses writing with the offer, for its driver too", async () => {
  await using here = await world()
  await here.loops.change(here.loop, (record) => ({
    ...record,
    state: { kind: "offered", by: alice.name, to: bob.name, since: record.createdAt },
  }))
  for (const user of [alice, bob])
    expect(await here.loops.forDriver(here.loop, user)).toEqual({ kind: "offered", to: bob.name })
})

test("archiving twice is one archive; the agent ends before the sandbox goes; restoring puts it back", async () => {
  await using here = await world()
  await Promise.all([here.loops.archive(here.loop, alice), here.loops.archive(here.loop, alice)])
  expect((await here.loops.archive(here.loop, admin)).kind).toBe("done")
  expect(await lines(here, here.loop)).toEqual(["loop-created", "archived"])
  await here.told("loop.archived", here.loop)
  await Promise.resolve()
  const away = here.asked.filter((one) => !one.startsWith("give"))
  expect(away).toEqual([`end ${here.loop}`, `remove ${here.loop}`])

  expect((await here.loops.restore(here.loop, bob)).kind).toBe("not-allowed")
  expect(await here.loops.restore(here.loop, alice)).toMatchObject({
    kind: "done",
    record: { state: { kind: "driven" } },
  })
  expect((await here.loops.restore(here.loop, alice)).kind).toBe("done")
  expect(await lines(here, here.loop)).toEqual(["loop-created", "archived", "restored"])
})

test("archiving while it is prepared stops the preparing, and restoring goes on with it", async () => {
  const gate = Promise.withResolvers<void>()
  let gated = true
  await using here = await testLoops({
    needs: {
      sandboxes: {
        start: () => Promise.reject(new Error("nothing is started here")),
        giveAway: async () => (gated ? gate.promise : undefined),
        erase: async () => undefined,
        remove: async () => undefined,
        stop: async () => undefined,
      },
    },
  })
  const created = await here.loops.create({ clientId: "one" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  const archived = here.loops.archive(created.loop, alice)
  gated = false
  gate.resolve()
  expect(await archived).toMatchObject({ kind: "done", record: { state: { kind: "archived", was: "preparing" } } })
  expect(here.news.some((one) => one.name === "loop.ready")).toBe(false)
  expect(await here.loops.sandboxSpec(created.loop)).toBeUndefined()
  await here.loops.restore(created.loop, alice)
  await here.told("loop.ready", created.loop)
})

test("200 changes at once lose none, and leave vault and profiles as they are", async () => {
  await using here = await world()
  await here.loops.change(here.loop, (record) => ({ ...record, profiles: ["a", "b"] }))
  const before = await here.loops.record(here.loop)
  await Promise.all([
    ...Array.from({ length: 100 }, (_, i) =>
      here.loops.change(here.loop, (record) => ({
        ...record,
        rules: [...record.rules, { tool: "Bash", pattern: `${i}`, by: alice.name, at: record.createdAt }],
      })),
    ),
    ...Array.from({ length: 50 }, () =>
      here.loops.change(here.loop, (record) => ({ ...record, permissionMode: "plan" as const })),
    ),
    ...Array.from({ length: 50 }, (_, i) => here.loops.rename(here.loop, alice, `Title ${i}`)),
  ])
  const after = await here.loops.record(here.loop)
  expect(after?.rules.length).toBe(100)
  expect(after).toMatchObject({ permissionMode: "plan", vault: before?.vault, profiles: ["a", "b"] })
  expect(after?.title).toMatch(/^Title \d+$/)
})

test("stopping the sandbox is for driver, owner and admin", async () => {
  await using here = await world()
  expect((await here.loops.stopSandbox(here.loop, bob)).kind).toBe("not-allowed")
  expect((await here.loops.stopSandbox(here.loop, admin)).kind).toBe("done")
  expect(here.asked).toContain(`stop ${here.loop}`)
})

test("what somebody has seen moves forward only, is his alone, and never beyond the end", async () => {
  await using here = await world()
  const { looks, shelf } = here.loops
  const seen = () => shelf.get(here.loop)?.looks?.seen
  await here.loops
    .transcript(here.loop)
    .append(
      { kind: "notice", turn: null, code: "x", text: "x", level: "info" },
      { kind: "turn-finished", turn: null, outcome: "done" },
    )
  expect(await looks.mark(here.loop, bob.name, 2)).toBe(true)
  expect(await looks.mark(here.loop, bob.name, 1)).toBe(false)
  expect(seen()).toEqual({ bob: 2 })
  await looks.mark(here.loop, bob.name, 9_999)
  expect(seen()).toEqual({ bob: 3 })
  await looks.mark(here.loop, alice.name, 1)
  expect(seen()).toEqual({ alice: 1, bob: 3 })
})
