import { expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { person, testLoops, type TestLoops } from "../testing/loops.ts"
import { dayMs, labelOf, newShareId, parseAlias, parseFolder, parsePort } from "./share.ts"
import { createShares } from "./shares.ts"

interface World extends AsyncDisposable {
  world: TestLoops
  loop(user?: string): Promise<DrivenLoop>
  again(): ReturnType<typeof createShares>
  shares: ReturnType<typeof createShares>
  stricter: () => number
  links: { allowed: boolean }
}

async function sharesWorld(): Promise<World> {
  const world = await testLoops()
  let stricter = 0
  const links = { allowed: true }
  const again = () =>
    createShares({
      ...{ disk: createDisk(), home: world.home, clock: world.clock, ids: systemIds },
      ...{ taken: () => ["loopat"], allowsLinks: () => links.allowed, onStricter: () => void stricter++ },
    })
  return {
    ...{ world, again, links, shares: again(), stricter: () => stricter },
    async loop(user = "alice") {
      const created = await world.loops.create({ clientId: crypto.randomUUID() }, person(user))
      if (created.kind !== "created") throw new Error(created.kind)
      await world.told("loop.ready", created.loop)
      const driven = await world.loops.forDriver(created.loop, person(user))
      if (driven.kind !== "driven") throw new Error(driven.kind)
      return driven.loop
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

async function created({ shares }: World, loop: DrivenLoop, port = 5173) {
  const outcome = await shares.create(loop, { kind: "port", port })
  if (outcome.kind !== "created") throw new Error(outcome.kind)
  return outcome.share
}

const wanted = (alias: string, access: "driver" | "workspace" | "link" = "driver", days = 7) => ({
  alias,
  access,
  days,
})

test("a new share is its driver's alone, for seven days, under a name nobody can guess, and is there after a restart", async () => {
  await using w = await sharesWorld()
  const share = await created(w, await w.loop())
  expect(share).toMatchObject({ access: "driver", visits: 0, owner: "alice", target: { kind: "port", port: 5173 } })
  expect(labelOf(share)).toMatch(/^[a-z2-7]{16}$/)
  expect(Date.parse(share.expiresAt) - w.world.clock.now()).toBe(7 * dayMs)
  expect(await w.again().find(share.id)).toEqual(share)
  expect(new Set(Array.from({ length: 200 }, () => newShareId(systemIds))).size).toBe(200)
})

test("a share ends by itself when its time is over", async () => {
  await using w = await sharesWorld()
  const share = await created(w, await w.loop())
  w.world.clock.advance(7 * dayMs - 1)
  expect(await w.shares.find(share.id)).toBeDefined()
  w.world.clock.advance(1)
  expect(await w.shares.find(share.id)).toBeUndefined()
  expect(await w.shares.all()).toEqual([])
})

test("nobody can keep a share for longer than ninety days", async () => {
  await using w = await sharesWorld()
  const loop = await w.loop()
  const share = await created(w, loop)
  const changed = await w.shares.change(loop, share.id, wanted("", "driver", 1_000))
  expect(changed.kind === "changed" && Date.parse(changed.share.expiresAt) - w.world.clock.now()).toBe(90 * dayMs)
})

test("a loop has at most five shares and a person at most twenty, also when they are made at once", async () => {
  await using w = await sharesWorld()
  const loops = await Promise.all([1, 2, 3, 4, 5].map(() => w.loop()))
  const kinds = async (loop: DrivenLoop, count: number) => {
    const made = await Promise.all(
      Array.from({ length: count }, (_, at) => w.shares.create(loop, { kind: "port", port: 3_000 + at })),
    )
    return made.map(({ kind }) => kind)
  }
  const [first, second, third, fourth, fifth] = loops
  if (!first || !second || !third || !fourth || !fifth) throw new Error("five loops")
  expect((await kinds(first, 6)).filter((kind) => kind === "created")).toHaveLength(5)
  expect(await kinds(first, 1)).toEqual(["too-many-of-loop"])
  for (const loop of [second, third, fourth]) await kinds(loop, 5)
  expect(await kinds(fifth, 1)).toEqual(["too-many-of-user"])
  expect(await kinds(await w.loop("bob"), 1)).toEqual(["created"])
})

test("a name is one part of a host name, unique, and none that the workspace keeps for itself", async () => {
  const cases: [typed: string, kind: string][] = [
    ["demo", "alias"],
    ["  Demo-1 ", "alias"],
    ["a", "alias"],
    ["a".repeat(63), "alias"],
    ["a".repeat(64), "wrong"],
    ["-a", "wrong"],
    ["a-", "wrong"],
    ["a.b", "wrong"],
    ["ä", "wrong"],
    ["a b", "wrong"],
    ["a/../b", "wrong"],
    ["www", "reserved"],
    ["admin", "reserved"],
  ]
  for (const [typed, kind] of cases) expect([typed, parseAlias(typed).kind]).toEqual([typed, kind as "alias"])
  await using w = await sharesWorld()
  const loop = await w.loop()
  const [one, two] = [await created(w, loop), await created(w, loop, 3_000)]
  expect(await w.shares.change(loop, one.id, wanted("demo"))).toMatchObject({
    kind: "changed",
    share: { alias: "demo" },
  })
  expect(await w.shares.change(loop, two.id, wanted("demo"))).toEqual({ kind: "alias-taken" })
  expect(await w.shares.change(loop, two.id, wanted(one.id))).toMatchObject({ kind: "changed" })
  expect(await w.shares.change(loop, two.id, wanted("loopat"))).toEqual({ kind: "alias-reserved" })
  expect(await w.shares.find("demo")).toMatchObject({ id: one.id })
  expect(await w.shares.find("Demo")).toBeUndefined()
})

test("a name that was given back rests for thirty days, and its next owner inherits what browsers keep of it", async () => {
  await using w = await sharesWorld()
  const [first, second] = [await w.loop(), await w.loop("bob")]
  const before = await created(w, first)
  await w.shares.change(first, before.id, wanted("demo"))
  await w.shares.end(({ id }) => id === before.id)
  const after = await created(w, second)
  expect(await w.shares.change(second, after.id, wanted("demo"))).toEqual({ kind: "alias-rests", days: 30 })
  const same = await created(w, first)
  expect(await w.shares.change(first, same.id, wanted("demo"))).toMatchObject({ kind: "changed" })
  await w.shares.change(first, same.id, wanted("other"))
  w.world.clock.advance(30 * dayMs)
  const later = await created(w, second)
  expect(await w.shares.change(second, later.id, wanted("demo"))).toMatchObject({
    kind: "changed",
    share: { alias: "demo", inherits: true },
  })
})

test("an archived loop, a deleted one and one with another driver show nothing any more", async () => {
  await using w = await sharesWorld()
  const loop = await w.loop()
  const { record } = loop
  const at = "2026-01-15T12:00:00.000Z"
  const lost = [
    { ...record, driver: person("bob").name },
    { ...record, state: { kind: "archived" as const, at, by: record.driver, was: "driven" as const } },
    { ...record, state: { kind: "deleted" as const, at, by: record.driver, purgeAt: at, was: "driven" as const } },
  ]
  for (const now of lost) {
    const share = await created(w, loop)
    await w.shares.endLost(record)
    expect(await w.shares.find(share.id)).toBeDefined()
    const asked = w.stricter()
    await w.shares.endLost(now)
    expect(await w.shares.find(share.id)).toBeUndefined()
    expect(w.stricter()).toBeGreaterThan(asked)
  }
})

test("only the driver of that loop changes a share, and none by link where an admin has switched links off", async () => {
  await using w = await sharesWorld()
  const [mine, other] = [await w.loop(), await w.loop("bob")]
  const share = await created(w, mine)
  expect(await w.shares.change(other, share.id, wanted("x"))).toEqual({ kind: "no-such-share" })
  expect(await w.shares.renewLink(other, share.id)).toBeUndefined()
  w.links.allowed = false
  expect(await w.shares.change(mine, share.id, wanted("", "link"))).toEqual({ kind: "link-forbidden" })
})

test("a port is a port of the sandbox and never the gateway's, whatever is typed", () => {
  for (const text of [
    "",
    "0",
    "65536",
    "-1",
    "1e3",
    "0x50",
    "80 ",
    "127.0.0.1:22",
    "22.5",
    "4180",
    "04180",
    "http://169.254.169.254",
  ])
    expect([text, parsePort(text, 4180)]).toEqual([text, undefined])
  expect(["1", "22", "5173", "65535"].map((text) => parsePort(text, 4180))).toEqual([1, 22, 5173, 65_535])
})

test("a folder lies below the working folder, and nothing hidden is one", () => {
  const cases: [string, string | undefined][] = [
    ["", ""],
    [".", ""],
    ["dist", "dist"],
    ["./dist/", "dist"],
    ["/a/b", "a/b"],
    ["..", undefined],
    ["a/../../b", undefined],
    [".git", undefined],
    ["a/.env", undefined],
    ["node_modules", undefined],
    ["a\0b", undefined],
    [".well-known", ".well-known"],
  ]
  for (const [text, folder] of cases) expect([text, parseFolder(text)]).toEqual([text, folder])
})

test("two hundred visits that come at once are all counted", async () => {
  await using w = await sharesWorld()
  const share = await created(w, await w.loop())
  await Promise.all(Array.from({ length: 200 }, () => w.shares.visited(share.id)))
  expect(await w.shares.find(share.id)).toMatchObject({ visits: 200 })
})

test("a link that is renewed while other things change takes none of them back, and each renewal counts", async () => {
  await using w = await sharesWorld()
  const loop = await w.loop()
  const { id } = await created(w, loop)
  await w.shares.change(loop, id, wanted("", "workspace"))
  await Promise.all([
    w.shares.change(loop, id, wanted("demo", "driver")),
    w.shares.visited(id),
    w.shares.renewLink(loop, id),
    w.shares.renewLink(loop, id),
  ])
  expect(await w.shares.find("demo")).toMatchObject({ id, access: "driver", visits: 1, link: 2 })
})

test("a share that is ended twice at once has ended once, under the name it had at the end", async () => {
  await using w = await sharesWorld()
  const [loop, other] = [await w.loop(), await w.loop("bob")]
  const { id } = await created(w, loop)
  const isIt = (share: { id: string }) => share.id === id
  const [, ...ended] = await Promise.all([
    w.shares.change(loop, id, wanted("demo")),
    w.shares.end(isIt),
    w.shares.end(isIt),
  ])
  expect(ended.flat().map(({ alias }) => alias)).toEqual(["demo"])
  const after = await created(w, other)
  expect(await w.shares.change(other, after.id, wanted("demo"))).toEqual({ kind: "alias-rests", days: 30 })
})

test("the first name of a share, without an alias, leads to it or to nothing, and nobody gets what is left there", async () => {
  await using w = await sharesWorld()
  const [mine, other] = [await w.loop(), await w.loop("bob")]
  const [one, two, foreign] = [await created(w, mine), await created(w, mine, 3_000), await created(w, other)]
  await w.shares.change(mine, one.id, wanted("demo"))
  expect(await w.shares.change(other, foreign.id, wanted(one.id))).toEqual({ kind: "alias-taken" })
  expect(await w.shares.change(mine, two.id, wanted(one.id))).toMatchObject({ share: { inherits: true } })
  expect(await w.shares.change(mine, one.id, wanted(""))).toEqual({ kind: "alias-taken" })
  await w.shares.end(({ id }) => id === two.id)
  expect(await w.shares.change(mine, one.id, wanted(""))).toMatchObject({ kind: "changed" })
  await w.shares.end(({ id }) => id === one.id)
  w.world.clock.advance(6 * dayMs)
  expect((await w.shares.change(other, foreign.id, wanted(newShareId(systemIds)))).kind).toBe("changed")
  expect(await w.shares.find(labelOf({ id: foreign.id }))).toBeUndefined()
  expect((await w.shares.all())[0]).toMatchObject({ id: foreign.id, inherits: true })
})
