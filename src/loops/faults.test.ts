import { expect, test } from "bun:test"
import { failingOnce } from "../testing/faults.ts"
import { person, testLoops } from "../testing/loops.ts"
import type { NewLoop } from "./index.ts"

const alice = person("alice")
const request: NewLoop = { clientId: "one", title: "Plan", message: "keep me" }

/** A world whose k-th call to the disk from now on fails, and only that one. */
async function worldFailingAt() {
  let failing = 0
  const world = await testLoops({ over: (calls) => failingOnce(calls, () => failing > 0 && --failing === 0) })
  return Object.assign(world, {
    failAt(call: number) {
      failing = call
    },
    /** True when the call that should fail was never made. */
    unused: () => failing > 0,
  })
}

test("whichever call fails while a loop is created, asking again makes it, once and whole", async () => {
  for (let call = 1, done = false; !done; call++) {
    await using world = await worldFailingAt()
    world.failAt(call)
    const first = await world.loops.create(request, alice).catch(() => undefined)
    done = world.unused()
    world.failAt(0)
    const second = await world.loops.create(request, alice)
    if (second.kind !== "created") throw new Error("not created")
    // What was answered with success before is the same loop now.
    if (first?.kind === "created") expect(first.loop).toBe(second.loop)
    if (!(await isReady(world, second.loop))) await world.loops.retry(second.loop, alice)
    await world.told("loop.ready", second.loop)
    const { events } = await world.loops.transcript(second.loop).after(0)
    expect(events.filter((event) => event.kind === "user-message").length).toBe(1)
    expect(world.loops.shelf.size).toBe(1)
  }
}, 20_000)

test("whichever call fails while a loop is prepared, it is ready, or broken and ready after trying again", async () => {
  for (let call = 1, done = false; !done; call++) {
    await using world = await worldFailingAt()
    world.events.on("loop.created", () => world.failAt(call))
    const created = await world.loops.create(request, alice)
    if (created.kind !== "created") throw new Error("not created")
    const ready = await isReady(world, created.loop)
    done = world.unused()
    world.failAt(0)
    if (!ready) expect((await world.loops.retry(created.loop, alice)).kind).toBe("done")
    await world.told("loop.ready", created.loop)
    expect((await world.loops.record(created.loop))?.state.kind).toBe("driven")
  }
}, 60_000)

test("whichever call fails while a loop is deleted and brought back, doing it again does it", async () => {
  for (let call = 1, done = false; !done; call++) {
    await using world = await worldFailingAt()
    const created = await world.loops.create(request, alice)
    if (created.kind !== "created") throw new Error("not created")
    const { loop } = created
    await world.told("loop.ready", loop)
    world.failAt(call)
    const once = async () => {
      await world.loops.delete(loop, alice)
      await world.loops.deletedFor(loop, alice)
      await world.loops.undelete(loop, alice)
    }
    await once().catch(() => undefined)
    done = world.unused()
    world.failAt(0)
    await once()
    expect((await world.loops.forDriver(loop, alice)).kind).toBe("driven")
    expect(world.loops.shelf.get(loop)?.state.kind).toBe("driven")
  }
}, 60_000)

test("whichever call fails while lines are written, what was refused is not there and what was accepted is, without a gap", async () => {
  await using world = await worldFailingAt()
  const created = await world.loops.create(request, alice)
  if (created.kind !== "created") throw new Error("not created")
  await world.told("loop.ready", created.loop)
  const transcript = world.loops.transcript(created.loop)
  const accepted = ["first:one"]
  for (let call = 1, done = false; !done; call++) {
    world.failAt(call)
    const message = { by: "alice", via: "web" as const, clientId: `m${call}`, text: "x", attachments: [] }
    const outcome = await transcript.accept(message).catch(() => undefined)
    if (outcome) accepted.push(message.clientId)
    done = world.unused()
    world.failAt(0)
  }
  expect(accepted.length).toBeGreaterThan(1)
  const { events } = await transcript.after(0, 1 << 20)
  expect(events.flatMap((event) => (event.kind === "user-message" ? [event.clientId] : []))).toEqual(accepted)
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
})

test("whichever call fails while a record changes, it is the old one or the new one, and the next change works", async () => {
  await using world = await worldFailingAt()
  const created = await world.loops.create(request, alice)
  if (created.kind !== "created") throw new Error("not created")
  await world.told("loop.ready", created.loop)
  let before = "Plan"
  for (let call = 1, done = false; !done; call++) {
    world.failAt(call)
    const outcome = await world.loops
      .change(created.loop, (record) => ({ ...record, title: `T${call}` }))
      .catch(() => undefined)
    done = world.unused()
    world.failAt(0)
    const title = (await world.loops.record(created.loop))?.title ?? ""
    expect([before, `T${call}`]).toContain(title)
    if (outcome) expect(title).toBe(`T${call}`)
    before = title
  }
})

async function isReady(world: Awaited<ReturnType<typeof worldFailingAt>>, loop: string): Promise<boolean> {
  for (;;) {
    const kind = world.loops.shelf.ordered().find((entry) => entry.id === loop)?.state.kind
    if (kind !== "preparing") return kind === "driven"
    await new Promise<void>((turn) => void setImmediate(turn))
  }
}
