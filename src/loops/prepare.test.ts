import { expect, test } from "bun:test"
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { outsideRepository } from "../testing/git-repository.ts"
import { person, repoName, type TestLoops, testLoops } from "../testing/loops.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { Repos } from "../repos/index.ts"
import type { LoopRecord } from "./index.ts"

const alice = person("alice")
const bob = person("bob")
const app = repoName("app")

async function create(world: TestLoops, wanted: { repo?: string; ref?: string } = { repo: "app" }, clientId = "one") {
  const created = await world.loops.create({ clientId, title: "Plan", message: "go", ...wanted }, alice)
  if (created.kind !== "created") throw new Error(JSON.stringify(created))
  return created.loop
}

/** Waits until the loop's preparing came to an end of either kind. */
async function prepared(world: TestLoops, loop: LoopRecord["id"]): Promise<LoopRecord> {
  for (;;) {
    const record = await world.loops.record(loop)
    if (record && record.state.kind !== "preparing") return record
    await new Promise<void>((done) => {
      const stop = world.events.on("loop.changed", () => {
        stop()
        done()
      })
      // The change may have come between the look and the listening.
      void world.loops.record(loop).then((now) => now?.state.kind !== "preparing" && done())
    })
  }
}

async function worldWithRepository(files: Record<string, string> = { "README.md": "hello" }) {
  const folder = await tempFolder()
  const outside = await outsideRepository(`${folder.path}/outside`, files)
  const world = await testLoops({ home: `${folder.path}/home`, roster: [{ name: app, git: outside.path }] })
  return Object.assign(world, { outside, root: folder.path })
}

test("a repository whose address is wrong breaks the loop in git's words, never an empty folder, and its message is kept", async () => {
  await using world = await testLoops({ roster: [{ name: app, git: "/nowhere/at/all" }] })
  const loop = await create(world)
  const record = await prepared(world, loop)
  expect(record.state).toMatchObject({ kind: "broken", reason: "repo-no-repository" })
  expect(record.state).toHaveProperty("sentence", expect.stringContaining("does not appear to be a git repository"))
  await world.told("transcript.appended", loop)
  expect((await world.loops.transcript(loop).after(1)).events).toMatchObject([
    { kind: "user-message", text: "go" },
    { kind: "notice", level: "error", code: "repo-no-repository" },
  ])
  // Never an empty folder in disguise.
  expect(await readdir(`${world.home}/loops/${loop}`)).not.toContain("workdir")
  expect(await world.loops.sandboxSpec(loop)).toBeUndefined()
})

test("a repository without a commit and a ref that nobody has break the loop with their own reasons", async () => {
  await using world = await worldWithRepository({})
  expect((await prepared(world, await create(world))).state).toMatchObject({ reason: "repo-empty" })
  await world.outside.commit({ a: "1" })
  world.clock.advance(61_000)
  const loop = await create(world, { repo: "app", ref: "no-such-branch" }, "two")
  expect((await prepared(world, loop)).state).toMatchObject({ reason: "ref-unknown", sentence: "no-such-branch" })
})

test("a loop starts from a branch, a tag or a commit, as asked", async () => {
  await using world = await worldWithRepository()
  const first = (await world.outside.git("rev-parse", "HEAD")).trim()
  await world.outside.git("tag", "v1")
  await world.outside.git("checkout", "-q", "-b", "side/x")
  const side = await world.outside.commit({ "side.txt": "side" })
  const check = async (ref: string | undefined, start: string) => {
    const loop = await create(world, { repo: "app", ref }, `ref-${ref}`.replace("/", "-"))
    expect((await prepared(world, loop)).repo?.start).toBe(start)
  }
  await check("trunk", first)
  await check("v1", first)
  await check("side/x", side)
  await check(first, first)
  await check(first.slice(0, 10), first)
})

test("without the network a loop starts from the copy that is there and says from when it is", async () => {
  await using world = await worldWithRepository()
  const first = await prepared(world, await create(world, { repo: "app" }, "first"))
  world.clock.advance(120_000)
  await rename(world.outside.path, `${world.outside.path}-away`)
  const record = await prepared(world, await create(world, { repo: "app" }, "second"))
  expect(record.state.kind).toBe("driven")
  expect(record.repo?.start).toBe(first.repo?.start as string)
  expect(record.warnings).toMatchObject([{ about: "app", code: "stale", at: "2026-01-15T12:00:00.000Z" }])
})

test("without network a loop is accepted at once, shows its preparing, and is ready from the copy with one warning; without a copy it is broken, not empty", async () => {
  await using world = await worldWithRepository()
  await prepared(world, await create(world))
  await rename(world.outside.path, `${world.outside.path}-away`)
  world.clock.advance(61_000)
  const programs = () => [...world.processes.counts.values()].reduce((sum, count) => sum + count, 0)
  const before = programs()
  const loop = await create(world, { repo: "app" }, "offline")
  // Accepting asks nobody: what runs was started by the preparing that followed.
  expect(programs()).toBe(before)
  expect((await world.loops.record(loop))?.state.kind).toBe("preparing")
  const ready = await prepared(world, loop)
  expect(ready).toMatchObject({ state: { kind: "driven" }, warnings: [{ about: "app", code: "stale" }] })
  expect(ready.warnings).toHaveLength(1)
  expect(await readFile(`${world.home}/loops/${loop}/workdir/README.md`, "utf8")).toBe("hello")

  await using fresh = await testLoops({ roster: [{ name: app, git: world.outside.path }] })
  const empty = await create(fresh)
  const broken = await prepared(fresh, empty)
  expect(broken.state).toMatchObject({ kind: "broken", reason: expect.stringMatching(/^repo-/) })
  expect(await readdir(`${fresh.home}/loops/${empty}`)).not.toContain("workdir")
})

test("a broken loop is prepared again, also with another repository or branch", async () => {
  await using world = await worldWithRepository()
  await rename(world.outside.path, `${world.outside.path}-away`)
  const loop = await create(world, { repo: "app", ref: "wrong" })
  expect((await prepared(world, loop)).state).toMatchObject({ reason: "repo-no-repository" })
  expect((await world.loops.retry(loop, bob)).kind).toBe("not-allowed")
  await rename(`${world.outside.path}-away`, world.outside.path)
  await world.loops.retry(loop, alice)
  expect((await prepared(world, loop)).state).toMatchObject({ reason: "ref-unknown" })
  expect(await world.loops.retry(loop, alice, { repo: "nobody" })).toMatchObject({
    kind: "refused",
    fields: { repo: "unknown" },
  })
  expect(await world.loops.retry(loop, alice, { ref: "a..b" })).toMatchObject({
    kind: "refused",
    fields: { ref: "invalid" },
  })
  await world.loops.retry(loop, alice, { repo: "app", ref: "trunk" })
  const record = await prepared(world, loop)
  expect(record).toMatchObject({ state: { kind: "driven" }, repo: { name: "app", ref: "trunk" } })
  expect(await world.loops.retry(loop, alice)).toMatchObject({ kind: "done", record: { state: { kind: "driven" } } })
})

test("trying again in the very moment it breaks, and twice at once, is not forgotten", async () => {
  await using world = await worldWithRepository()
  const again: Promise<unknown>[] = []
  world.events.on("loop.changed", ({ loop, record }) => {
    if (record.state.kind === "broken" && again.length < 2) {
      again.push(world.loops.retry(loop, alice, { ref: "trunk" }), world.loops.retry(loop, alice, { ref: "trunk" }))
    }
  })
  const loop = await create(world, { repo: "app", ref: "wrong" })
  await world.told("loop.ready", loop)
  await Promise.all(again)
  expect(again.length).toBe(2)
  expect((await prepared(world, loop)).state.kind).toBe("driven")
  expect((await readdir(`${world.home}/loops/${loop}/workdir`)).sort()).toEqual([".git", "README.md"])
})

test("a checkout that a kill cut short is thrown away and made again", async () => {
  await using world = await worldWithRepository()
  const loop = await create(world)
  const done = await prepared(world, loop)
  // As a kill in the middle of the checkout leaves it.
  const folder = `${world.home}/loops/${loop}`
  await rm(`${folder}/workdir`, { recursive: true })
  await mkdir(`${folder}/.workdir-half-made/.git`, { recursive: true })
  await writeFile(`${folder}/.workdir-half-made/.git/index.lock`, "")
  const state = { kind: "preparing", since: done.createdAt, step: "checkout" } as const
  await world.loops.change(loop, (record) => ({ ...record, state }))

  await using next = await testLoops({ home: world.home, roster: [{ name: app, git: world.outside.path }] })
  next.loops.start()
  await next.told("loop.ready", loop)
  expect((await readdir(`${folder}/workdir`)).sort()).toEqual([".git", "README.md"])
  expect(await readdir(folder)).not.toContain(".workdir-half-made")
  expect((await next.loops.record(loop))?.repo?.start).toBe(done.repo?.start as string)
})

test("a full disk while preparing breaks the loop with that reason and keeps it", async () => {
  await using world = await testLoops({
    needs: {
      sandboxes: {
        start: () => Promise.reject(new Error("nothing is started here")),
        giveAway: async () => {
          throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" })
        },
        erase: async () => undefined,
        remove: async () => undefined,
        stop: async () => undefined,
      },
    },
  })
  const loop = await create(world, {})
  expect((await prepared(world, loop)).state).toMatchObject({ kind: "broken", reason: "disk-full" })
})

test("submodules, LFS pointers and hooks of a repository stay what they are: files", async () => {
  await using world = await worldWithRepository({
    ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = https://host.invalid/x.git\n',
    ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs\n",
    "big.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
  })
  const loop = await create(world)
  await prepared(world, loop)
  const workdir = `${world.home}/loops/${loop}/workdir`
  expect(await readFile(`${workdir}/big.bin`, "utf8")).toStartWith("version https://git-lfs")
  expect((await readdir(workdir)).sort()).toEqual([".git", ".gitattributes", ".gitmodules", "big.bin"])
  expect(await readdir(`${workdir}/.git`)).not.toContain("hooks")
})

test("a git that finds the disk full breaks the loop with that reason", async () => {
  const repos: Repos = {
    has: async () => true,
    find: async () => undefined,
    served: async () => undefined,
    roster: async () => [],
    confirmHost: async () => ({ kind: "not-shown" as const }),
    refresh: async () => ({
      why: "unreachable",
      kind: "unreachable" as const,
      sentence: "fatal: write error: No space left on device",
    }),
    resolve: async () => undefined,
    objects: () => "",
    checkOut: async () => ({ kind: "checked-out" }),
  }
  await using world = await testLoops({ needs: { repos } })
  expect((await prepared(world, await create(world))).state).toMatchObject({ kind: "broken", reason: "disk-full" })
})
