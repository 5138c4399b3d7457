import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { killedAfter } from "../testing/faults.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { person, repoName, testLoops } from "../testing/loops.ts"
import type { NewLoop } from "./index.ts"

const alice = person("alice")
const bob = person("bob")

async function made(world: Awaited<ReturnType<typeof testLoops>>, wanted: Partial<NewLoop> = {}, user = alice) {
  const created = await world.loops.create({ clientId: "one", ...wanted }, user)
  if (created.kind !== "created") throw new Error(JSON.stringify(created))
  return created
}

test("a loop without anything said is untitled, its creator drives it, and it becomes ready", async () => {
  await using world = await testLoops()
  const { loop, again } = await made(world)
  expect(again).toBe(false)
  await world.told("loop.ready", loop)
  const record = await world.loops.record(loop)
  expect(record).toMatchObject({
    title: "untitled",
    titleBy: "default",
    createdBy: alice.name,
    driver: alice.name,
    state: { kind: "driven" },
    visibility: "workspace",
  })
  expect((await world.loops.transcript(loop).after(0)).events).toMatchObject([
    { seq: 1, kind: "loop-created", by: "alice" },
  ])
  expect(world.news[0]).toEqual({ name: "loop.created", loop })
})

test("the first message is in the transcript before the loop is told, and the loop is marked as unfinished", async () => {
  await using world = await testLoops()
  const { loop } = await made(world, { message: "Fix the parser\nand its tests" })
  expect((await world.loops.transcript(loop).after(1)).events).toMatchObject([
    { seq: 2, kind: "user-message", by: "alice", text: "Fix the parser\nand its tests", via: "web" },
  ])
  expect(await world.loops.unfinished()).toEqual([loop])
  expect((await world.loops.record(loop))?.title).toBe("Fix the parser")
})

test("accepting starts no program and takes four fsyncs, whatever the size of the repository", async () => {
  await using world = await testLoops({ roster: [{ name: repoName("app"), git: "https://host.example/app.git" }] })
  let before = 0
  let after = 0
  world.events.on("loop.created", () => {
    after = world.disk.counts.syncs
  })
  before = world.disk.counts.syncs
  await made(world, { repo: "app", message: "hello" })
  expect(after - before).toBeLessThanOrEqual(4)
  expect(world.processes.counts.get("git") ?? 0).toBe(0)
})

test("wrong input is refused field by field and leaves nothing on disk", async () => {
  await using world = await testLoops({ roster: [{ name: repoName("app"), git: "https://host.example/app.git" }] })
  const check = async (wanted: Partial<NewLoop>, fields: unknown) =>
    expect(await world.loops.create({ clientId: "c", ...wanted }, alice)).toEqual({ kind: "refused", fields } as never)
  await check({ clientId: "" }, { clientId: "invalid" })
  await check({ clientId: "../x" }, { clientId: "invalid" })
  await check({ title: "x".repeat(201) }, { title: "too-long" })
  await check({ repo: "nobody-knows" }, { repo: "unknown" })
  await check({ repo: "../../etc" }, { repo: "unknown" })
  await check({ ref: "main" }, { ref: "needs-repo" })
  await check({ repo: "app", ref: "--upload-pack=x" }, { ref: "invalid" })
  await check({ repo: "app", ref: "a..b", visibility: "everybody" }, { ref: "invalid", visibility: "unknown" })
  await check({ message: "x".repeat(1_048_577) }, { message: "too-long" })
  expect(await readdir(world.home)).toEqual([])
})

test("titles are one line of any script", async () => {
  await using world = await testLoops()
  const { loop } = await made(world, { title: "  修复\n解析器\u0000 <b> " })
  expect(await world.loops.record(loop)).toMatchObject({ title: "修复 解析器 <b>", titleBy: "person" })
})

test("the same request sent twice, and from two tabs at once, makes one loop", async () => {
  await using world = await testLoops()
  const request = { message: "once" }
  const [first, second] = await Promise.all([made(world, request), made(world, request)])
  const third = await made(world, request)
  expect(new Set([first.loop, second.loop, third.loop]).size).toBe(1)
  expect([first.again, second.again, third.again]).toEqual([false, true, true])
  expect((await world.loops.transcript(first.loop).after(0)).events.length).toBe(2)
  expect(world.news.filter((one) => one.name === "loop.created").length).toBe(1)
  expect((await made(world, request, bob)).loop).not.toBe(first.loop)
})

test("the same request after a restart gives the first loop back", async () => {
  await using world = await testLoops()
  const { loop } = await made(world)
  await using later = await testLoops({ home: world.home })
  expect(await made(later)).toMatchObject({ loop, again: true })
})

test("a kill at any call of the disk leaves no loop or a whole one, and nothing half-made survives the next start", async () => {
  const request: NewLoop = { clientId: "one", message: "keep me" }
  let survived = false
  for (let allowed = 1; !survived; allowed++) {
    await using folder = await tempFolder()
    const outcome = await createUntilKilled(folder.path, request, allowed)
    survived = outcome === "ready"

    await using next = await testLoops({ home: folder.path })
    next.loops.start()
    await next.loops.shelved
    expect(await readdir(`${folder.path}/loops/.new`).catch(() => [])).toEqual([])
    const kept = next.loops.shelf.ordered()
    expect(kept.length).toBeLessThanOrEqual(1)
    if (outcome !== "refused") expect(kept.length).toBe(1)
    for (const { id, state } of kept) {
      const { events } = await next.loops.transcript(id).after(0)
      expect(events.map((event) => event.kind)).toEqual(["loop-created", "user-message"])
      if (state.kind === "preparing") await next.told("loop.ready", id)
      expect((await next.loops.record(id))?.state.kind).toBe("driven")
      expect(await next.loops.unfinished()).toEqual([id])
    }
    // Asking again after the kill makes it, or finds it.
    await made(next, request)
    expect(next.loops.shelf.size).toBe(1)
    if (allowed > 200) throw new Error("creating takes more calls than this test foresees")
  }
}, 60_000)

/** Creates a loop on a disk that dies after so many calls; says how far the program came. */
async function createUntilKilled(
  home: string,
  request: NewLoop,
  allowed: number,
): Promise<"ready" | "accepted" | "refused"> {
  const killed = Promise.withResolvers<"killed">()
  let calls = 0
  const dead = () => {
    if (++calls > allowed) killed.resolve("killed")
    return calls > allowed
  }
  await using world = await testLoops({ home, over: (real) => killedAfter(real, dead) })
  try {
    const { loop } = await made(world, request)
    const ready = world.told("loop.ready", loop).then(() => "ready" as const)
    return (await Promise.race([ready, killed.promise])) === "ready" ? "ready" : "accepted"
  } catch (error) {
    if (calls <= allowed) throw error
    return "refused"
  }
}

test("a loop on a repository starts on its own branch from the trunk's commit and borrows its objects", async () => {
  await using world = await testLoops()
  const outside = await outsideRepository(`${world.home}/outside`, { "README.md": "hello", "src/a.ts": "1" })
  const head = (await outside.git("rev-parse", "HEAD")).trim()
  await using app = await testLoops({ home: world.home, roster: [{ name: repoName("app"), git: outside.path }] })
  const { loop } = await made(app, { repo: "app", title: "Fix it" })
  await app.told("loop.ready", loop)
  const record = await app.loops.record(loop)
  expect(record?.repo).toEqual({
    name: repoName("app"),
    ref: "trunk",
    branch: `loop/fix-it-${loop.slice(0, 6)}`,
    start: head,
  })
  const workdir = `${world.home}/loops/${loop}/workdir`
  expect((await readdir(workdir)).sort()).toEqual([".git", "README.md", "src"])
  expect(await Bun.file(`${workdir}/.git/HEAD`).text()).toBe(`ref: refs/heads/loop/fix-it-${loop.slice(0, 6)}\n`)
  expect(await Bun.file(`${workdir}/.git/objects/info/alternates`).text()).toBe("/opt/loopat/objects/app\n")
  expect((await app.loops.sandboxSpec(loop))?.objects).toEqual({ app: `${world.home}/repos/code/app.git/objects` })
  expect(app.processes.counts.get("git")).toBeLessThanOrEqual(10)
  expect(app.asked).toEqual([
    `give /loops/${loop}/workdir`,
    `give /loops/${loop}/.claude`,
    `give /loops/${loop}/home/alice`,
  ])
})
