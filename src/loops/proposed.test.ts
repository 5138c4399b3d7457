import { expect, test } from "bun:test"
import type { LoopId } from "../lib/ids.ts"
import { createBackground } from "../platform/background.ts"
import { silentLog } from "../platform/log.ts"
import type { By, Repository } from "../repos/index.ts"
import { person, type TestLoops, testLoops } from "../testing/loops.ts"
import { followProposals } from "./index.ts"

const alice = person("alice")
const bob = person("bob")
const author = { name: "bob", email: "bob@example.org" }

async function world() {
  const loops = await testLoops({ contexts: true })
  const background = createBackground(silentLog)
  followProposals({ loops: loops.loops, shelves: loops.shelves, background })
  const created = await loops.loops.create({ clientId: "one" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await loops.told("loop.ready", created.loop)
  const repository = await loops.shelves.open({ context: "knowledge" })
  return Object.assign(loops, { loop: created.loop, repository })
}

async function push(repository: Repository, loop: LoopId, { text, base }: { text: string; base: string }) {
  const by: By = { user: alice.name, loop, pushed: true }
  const change = { changes: [{ path: "a.md", text }], author, message: text, by }
  const made = await repository.commit({ branch: `loop/${loop}`, base, ...change })
  if (made.kind !== "committed") throw new Error(made.kind)
  return made.commit
}

/** What the loop's transcript says, once it says so many things. */
async function lines(loops: TestLoops["loops"], loop: LoopId, count: number) {
  for (;;) {
    const { events } = await loops.transcript(loop).after(0)
    const found = events.filter((event) => event.kind === "proposal")
    if (found.length >= count) return found.map(({ step, commits, by }) => `${step} ${commits} ${by}`)
    await new Promise((done) => setImmediate(done))
  }
}

test("a loop says what it proposed, and who merged it", async () => {
  await using w = await world()
  const base = (await w.repository.resolve()) ?? ""
  const first = await push(w.repository, w.loop, { text: "one\n", base })
  expect(await lines(w.loops, w.loop, 1)).toEqual(["proposed 1 alice"])
  const tip = await push(w.repository, w.loop, { text: "two\n", base: first })
  expect(await lines(w.loops, w.loop, 2)).toEqual(["proposed 1 alice", "proposed 2 alice"])
  const by = { user: bob.name }
  await w.repository.merge({ into: "main", from: tip, author, message: "Merge", by })
  await w.repository.removeBranch(`loop/${w.loop}`, tip, by)
  expect((await lines(w.loops, w.loop, 3)).at(-1)).toBe("merged 0 bob")
})

test("a proposal that somebody discards or the loop takes back is told as that", async () => {
  await using w = await world()
  const base = (await w.repository.resolve()) ?? ""
  const tip = await push(w.repository, w.loop, { text: "one\n", base })
  await w.repository.removeBranch(`loop/${w.loop}`, tip, { user: bob.name })
  expect((await lines(w.loops, w.loop, 2)).at(-1)).toBe("discarded 0 bob")
  w.clock.advance(1)
  const again = await push(w.repository, w.loop, { text: "two\n", base })
  await w.repository.removeBranch(`loop/${w.loop}`, again, { user: alice.name, loop: w.loop, pushed: true })
  expect((await lines(w.loops, w.loop, 4)).at(-1)).toBe("withdrawn 0 alice")
})
