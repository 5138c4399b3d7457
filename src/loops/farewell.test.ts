import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import type { LoopId } from "../lib/ids.ts"
import { killedAfter } from "../testing/faults.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { person, type TestLoops, type TestLoopsOptions, testLoops } from "../testing/loops.ts"
import { LoopRecord, type WorkReport } from "./index.ts"

const alice = person("alice")
const bob = person("bob")
const admin = person("root", "admin")
const day = 86_400_000
const dirty: WorkReport = [{ checkout: "workdir", uncommitted: ["src/a.ts"], unpushed: ["0a1b2c3 Fix it"], more: 0 }]

async function world({ work, ...options }: TestLoopsOptions & { work?: WorkReport | null } = {}) {
  const inspectWork = async () => (work === null ? undefined : (work ?? []))
  const here = await testLoops({ ...options, needs: { inspectWork, ...options.needs } })
  const created = await here.loops.create({ clientId: "one", title: "Plan" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await here.told("loop.ready", created.loop)
  return Object.assign(here, { loop: created.loop })
}

test("the report shows what would be lost to the owner and to nobody else", async () => {
  await using here = await world({ work: dirty })
  expect(await here.loops.report(here.loop, alice)).toMatchObject({
    kind: "report",
    report: { work: dirty, hasWork: true, days: 14 },
  })
  expect((await here.loops.report(here.loop, admin)).kind).toBe("report")
  expect((await here.loops.report(here.loop, bob)).kind).toBe("not-allowed")
})

test("an admin deletes a private loop without reading it: no title, no path, no subject", async () => {
  await using here = await world({ work: dirty })
  await here.loops.change(here.loop, (record) => ({ ...record, visibility: "private" }))
  const outcome = await here.loops.report(here.loop, admin)
  expect(outcome).toEqual({
    kind: "report",
    report: {
      id: here.loop,
      name: here.loop.slice(0, 8),
      work: [{ checkout: "", uncommitted: [], unpushed: [], more: 2 }],
      hasWork: true,
      maySave: false,
      mayPush: false,
      days: 14,
    },
  })
  expect((await here.loops.delete(here.loop, admin, "Plan")).kind).toBe("has-work")
  expect((await here.loops.delete(here.loop, admin, here.loop.slice(0, 8))).kind).toBe("done")
  expect(await here.loops.deletedFor(here.loop, admin)).toEqual({ id: here.loop, title: here.loop.slice(0, 8) })
})

test("deleting twice at once is one deletion", async () => {
  await using here = await world()
  const both = await Promise.all([here.loops.delete(here.loop, alice), here.loops.delete(here.loop, alice)])
  expect(both.map((one) => one.kind).sort()).toEqual(["done", "not-found"])
  await here.loops.undelete(here.loop, alice)
  const { events } = await here.loops.transcript(here.loop).after(0)
  expect(events.filter((event) => event.kind === "deleted").length).toBe(1)
})

test("a folder that cannot be looked at counts as having work", async () => {
  await using here = await world({ work: null })
  expect(await here.loops.report(here.loop, alice)).toMatchObject({ report: { work: undefined, hasWork: true } })
  expect((await here.loops.delete(here.loop, alice)).kind).toBe("has-work")
})

test("a loop that was never ready is not looked at: no program ever ran in it", async () => {
  let looked = 0
  await using here = await testLoops({
    needs: {
      inspectWork: async () => {
        looked++
        return undefined
      },
      sandboxes: {
        start: () => Promise.reject(new Error("nothing is started here")),
        giveAway: async () => {
          throw new Error("no")
        },
        erase: async () => undefined,
        remove: async () => undefined,
        stop: async () => undefined,
      },
    },
  })
  const created = await here.loops.create({ clientId: "one" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await here.told("transcript.appended", created.loop)
  expect((await here.loops.record(created.loop))?.state.kind).toBe("broken")
  expect(await here.loops.report(created.loop, alice)).toMatchObject({ report: { hasWork: false } })
  expect(looked).toBe(0)
})

test("a loop with work goes only when its title is typed", async () => {
  await using here = await world({ work: dirty })
  for (const typed of [undefined, "", "plan", "Plan x"]) {
    expect((await here.loops.delete(here.loop, alice, typed)).kind).toBe("has-work")
  }
  expect((await here.loops.record(here.loop))?.state.kind).toBe("driven")
  expect((await here.loops.delete(here.loop, alice, " Plan ")).kind).toBe("done")
})

test("a deleted loop is in no list, its agent and sandbox are ended, and its folder is kept whole", async () => {
  await using here = await world()
  await here.loops.delete(here.loop, alice)
  expect(here.loops.shelf.get(here.loop)).toBeUndefined()
  expect(await here.loops.deletedFor(here.loop, alice)).toEqual({ id: here.loop, title: "Plan" })
  expect(await here.loops.deletedFor(here.loop, bob)).toBeUndefined()
  expect(here.asked.filter((one) => !one.startsWith("give"))).toEqual([`end ${here.loop}`, `remove ${here.loop}`])
  expect(await readdir(`${here.home}/loops/.deleted/${here.loop}`)).toEqual(
    expect.arrayContaining(["meta.json", "messages.jsonl", "workdir", ".claude", "home"]),
  )
  expect(await here.loops.unfinished()).toEqual([])
})

test("owner and admin bring it back as it was; others are told that there is none", async () => {
  await using here = await world()
  await here.loops.delete(here.loop, alice)
  expect(await here.loops.undelete(here.loop, bob)).toEqual({ kind: "not-found" })
  expect(await here.loops.undelete(here.loop, admin)).toMatchObject({
    kind: "done",
    record: { state: { kind: "driven" } },
  })
  expect((await here.loops.transcript(here.loop).after(0)).events.map((event) => event.kind)).toEqual([
    "loop-created",
    "deleted",
    "restored",
  ])
  expect(here.loops.shelf.get(here.loop)?.title).toBe("Plan")
  expect((await here.loops.forDriver(here.loop, alice)).kind).toBe("driven")
})

test("the same request that made a deleted loop does not make another one beside it", async () => {
  await using here = await world()
  await here.loops.delete(here.loop, alice)
  await here.loops.deletedFor(here.loop, alice)
  expect(await here.loops.create({ clientId: "one", title: "Plan" }, alice)).toEqual({
    kind: "created",
    loop: here.loop,
    again: true,
  })
  expect(here.loops.shelf.size).toBe(0)
})

test("it is erased after its days and not before", async () => {
  await using here = await world()
  await here.loops.delete(here.loop, alice)
  await here.loops.deletedFor(here.loop, alice)
  here.clock.advance(14 * day - 1)
  await here.loops.purge()
  expect(await readdir(`${here.home}/loops/.deleted`)).toEqual([here.loop])
  here.clock.advance(1)
  await here.loops.purge()
  expect(await readdir(`${here.home}/loops/.deleted`)).toEqual([])
  expect(here.asked).toContain(`erase /loops/.deleted/${here.loop}`)
})

test("erasing now asks for the title, and says when something could not be removed", async () => {
  let stuck = true
  await using here = await world({
    needs: {
      sandboxes: {
        start: () => Promise.reject(new Error("nothing is started here")),
        giveAway: async () => undefined,
        remove: async () => undefined,
        stop: async () => undefined,
        erase: async () => {
          if (stuck) throw new Error("not removable")
        },
      },
    },
  })
  expect((await here.loops.erase(here.loop, alice, "Plan")).kind).toBe("not-found")
  await here.loops.delete(here.loop, alice)
  expect((await here.loops.erase(here.loop, bob, "Plan")).kind).toBe("not-found")
  expect((await here.loops.erase(here.loop, alice, "plan")).kind).toBe("title-differs")
  expect((await here.loops.erase(here.loop, alice, "Plan")).kind).toBe("not-erased")
  stuck = false
  expect((await here.loops.erase(here.loop, alice, "Plan")).kind).toBe("erased")
})

test("a kill between the record and the move is made good at the next start", async () => {
  await using folder = await tempFolder()
  let hang = false
  const first = await world({
    home: folder.path,
    needs: { endWork: () => (hang ? new Promise<void>(() => {}) : Promise.resolve()) },
  })
  hang = true
  await first.loops.delete(first.loop, alice)
  expect((await first.loops.record(first.loop))?.state.kind).toBe("deleted")

  await using next = await testLoops({ home: folder.path })
  next.loops.start()
  await next.loops.shelved
  expect(next.loops.shelf.size).toBe(0)
  expect((await next.loops.undelete(first.loop, alice)).kind).toBe("done")
})

test("a kill at any call while archiving, deleting and bringing back leaves one whole loop in one of these states", async () => {
  let survived = false
  for (let allowed = 1; !survived; allowed++) {
    await using folder = await tempFolder()
    const loop = await readyLoop(folder.path)
    survived = await livesThrough(folder.path, loop, allowed)
    await using next = await testLoops({ home: folder.path })
    next.loops.start()
    await next.loops.shelved
    const record = (await next.loops.record(loop)) ?? (await gone(next, loop))
    expect(record?.title).toBe("Plan")
    expect(["driven", "archived", "deleted"]).toContain(record?.state.kind as string)
    if (record?.state.kind === "deleted") expect((await next.loops.undelete(loop, alice)).kind).toBe("done")
    const { events } = await next.loops.transcript(loop).after(0)
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
    if (allowed > 300) throw new Error("this takes more calls than the test foresees")
  }
}, 60_000)

async function readyLoop(home: string): Promise<LoopId> {
  const here = await world({ home })
  await here[Symbol.asyncDispose]()
  return here.loop
}

async function livesThrough(home: string, loop: LoopId, allowed: number): Promise<boolean> {
  let calls = 0
  await using here = await testLoops({ home, over: (real) => killedAfter(real, () => ++calls > allowed) })
  try {
    await here.loops.archive(loop, alice)
    await here.loops.delete(loop, alice)
    await here.loops.undelete(loop, alice)
    await here.loops.restore(loop, alice)
  } catch (error) {
    if (calls <= allowed) throw error
  }
  return calls <= allowed
}

/** The record of a loop that was or is being moved out of sight. */
async function gone(here: TestLoops, loop: LoopId) {
  await here.loops.deletedFor(loop, alice)
  const path = `${here.home}/loops/.deleted/${loop}/meta.json`
  return here.disk.jsonFile(path, (value) => LoopRecord.parse(value)).read()
}
