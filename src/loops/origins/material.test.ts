import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import type { LoopId } from "../../lib/ids.ts"
import { person, type TestLoops, testLoops, type TestLoopsOptions } from "../../testing/loops.ts"
import type { NewLoop } from "../index.ts"

const alice = person("alice")
const bob = person("bob")
const admin = person("root", "admin")
const held = "0123456789abcdef"

async function made(world: TestLoops, wanted: Partial<NewLoop> = {}, user = alice): Promise<LoopId> {
  const created = await world.loops.create({ clientId: crypto.randomUUID(), ...wanted }, user)
  if (created.kind !== "created") throw new Error(JSON.stringify(created))
  return created.loop
}

async function ready(world: TestLoops, wanted: Partial<NewLoop> = {}, user = alice): Promise<LoopId> {
  const loop = await made(world, wanted, user)
  await world.told("loop.ready", loop)
  return loop
}

const worldWith = (options: TestLoopsOptions = {}) => testLoops({ contexts: true, ...options })
const inside = (world: TestLoops, loop: LoopId, path: string) => Bun.file(`${world.home}/loops/${loop}/${path}`)

test("a loop that distills a conversation has it as of now, with what to do, and no attachment, vault or title of it", async () => {
  await using world = await worldWith()
  const source = await ready(world, { title: "Hard day", message: "the parser fails" })
  await Bun.write(inside(world, source, "attachments/aa"), "picture")
  await Bun.write(inside(world, source, "chat_history.jsonl"), '{"seq":2,"text":"the parser fails"}\n')
  const loop = await ready(world, { origin: { kind: "distill", loop: source } }, bob)
  const names = async (path: string) => (await readdir(`${world.home}/loops/${loop}/${path}`)).sort()
  expect(await names("workdir")).toEqual(["CLAUDE.md", "source"])
  expect(await names("workdir/source")).toEqual(["chat_history.jsonl", "messages.jsonl"])
  expect(await inside(world, loop, "workdir/source/messages.jsonl").text()).toBe(
    await inside(world, source, "messages.jsonl").text(),
  )
  expect(await inside(world, loop, "workdir/CLAUDE.md").text()).toBe("# This loop distills\n")
  await world.loops.transcript(source).append({ kind: "notice", turn: null, code: "x", level: "info", text: "later" })
  expect(await inside(world, loop, "workdir/source/messages.jsonl").text()).not.toContain("later")
  expect(await world.loops.record(loop)).toMatchObject({ kind: "distill", driver: bob.name, profiles: [] })
  expect((await world.loops.transcript(loop).after(0)).events).toHaveLength(1)
})

test("a loop that distills a document has that document, and one of somebody's own is that person's alone", async () => {
  await using world = await worldWith()
  const loop = await ready(world, { origin: { kind: "distill", shelf: "notes", path: "README.md" } })
  expect(await inside(world, loop, "workdir/source/README.md").text()).toContain("#")
  const own = await ready(world, {
    origin: { kind: "distill", shelf: "personal", path: "README.md" },
    visibility: "workspace",
  })
  expect((await world.loops.record(own))?.visibility).toBe("private")
})

test("material that is gone or hidden before the loop is prepared breaks the loop in words, and nothing of it is there", async () => {
  let texts = 0
  const text = { shelf: "notes", path: "a.md", base: "absent", text: "mine\n" } as const
  const heldText = async () => (texts++ === 0 ? text : undefined)
  await using world = await worldWith({ needs: { heldText } })
  const loop = await made(world, { origin: { kind: "resolve", held } })
  await world.told("loop.changed", loop)
  while ((await world.loops.record(loop))?.state.kind === "preparing") await Bun.sleep(1)
  expect(await world.loops.record(loop)).toMatchObject({ state: { kind: "broken", reason: "source-gone" } })
  expect(await inside(world, loop, "workdir/held/mine").exists()).toBe(false)
})

test("a held text and what it was opened from lie where the agent reads them, and stay held", async () => {
  let asked = 0
  const heldText = async () => {
    asked++
    return { shelf: "notes", path: "a.md", base: "absent", text: "mine\nünd more" } as const
  }
  await using world = await worldWith({ needs: { heldText } })
  const loop = await ready(world, { origin: { kind: "resolve", held } })
  expect(await inside(world, loop, "workdir/held/mine").text()).toBe("mine\nünd more")
  expect(await inside(world, loop, "workdir/held/base").text()).toBe("")
  expect(asked).toBe(2)
})

test("a loop whose folder begins with material takes no repository", async () => {
  const git = "https://host.example/app.git"
  await using world = await worldWith({ roster: [{ name: "app" as never, git }] })
  const source = await ready(world)
  const wanted = { clientId: "r", repo: "app", origin: { kind: "distill", loop: source } } as const
  expect(await world.loops.create(wanted, alice)).toEqual({ kind: "refused", fields: { repo: "not-here" } })
})

test("the loop over all loops has the records of those that are not private, and of nothing else that they hold", async () => {
  await using world = await worldWith()
  const open = await ready(world, { title: "Open", message: "what everybody may read" })
  const hidden = await ready(world, { title: "Hidden", message: "a secret plan", visibility: "private" })
  await Bun.write(inside(world, open, "usage.jsonl"), '{"turn":"t"}\n')
  await Bun.write(inside(world, open, "workdir/.git/config"), "[core]\n\tfsmonitor = evil\n")
  await Bun.write(inside(world, open, "home/alice/.netrc"), "password of alice")
  await world.loops.change(open, (record) => ({ ...record, metadata: { ticket: "for its owner alone" } }))
  const all = await ready(world, { origin: { kind: "cross-loop" }, visibility: "workspace" }, admin)
  const root = `${world.home}/loops/${all}/all-loops`
  const listed = async () => (await readdir(root, { recursive: true })).sort()
  expect(await listed()).toEqual([open, `${open}/messages.jsonl`, `${open}/meta.json`, `${open}/usage.jsonl`])
  expect(await Bun.file(`${root}/${open}/messages.jsonl`).text()).toContain("what everybody may read")
  expect(await Bun.file(`${root}/${open}/meta.json`).text()).not.toContain("for its owner alone")
  const spec = await world.loops.sandboxSpec(all)
  expect(spec?.allLoops).toBe(root)
  expect((await world.loops.sandboxSpec(open))?.allLoops).toBeUndefined()
  expect(world.audited).toEqual([`root loop.cross-loop ${all}`])

  // Anew at each start: what was hidden meanwhile goes, what was said and shown since comes.
  await world.loops.change(open, (record) => ({ ...record, visibility: "private" }))
  await world.loops.change(hidden, (record) => ({ ...record, visibility: "workspace" }))
  await world.loops.layOut(all)
  expect(await listed()).toEqual([hidden, `${hidden}/messages.jsonl`, `${hidden}/meta.json`])
  await world.loops
    .transcript(hidden)
    .append({ kind: "notice", turn: null, code: "x", level: "info", text: "said since" })
  await world.loops.layOut(all)
  expect(await Bun.file(`${root}/${hidden}/messages.jsonl`).text()).toContain("said since")
})

test("who is no admin any more finds nothing in his loop over all loops at its next start", async () => {
  let rules = true
  await using world = await worldWith({ needs: { isAdmin: () => rules } })
  await ready(world, { message: "hello" })
  const all = await ready(world, { origin: { kind: "cross-loop" } }, admin)
  const there = () => readdir(`${world.home}/loops/${all}/all-loops`)
  expect(await there()).toHaveLength(1)
  rules = false
  await world.loops.layOut(all)
  expect(await there()).toEqual([])
})
