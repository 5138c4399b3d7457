import { expect, test } from "bun:test"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import type { DiskCalls } from "../../platform/disk/calls.ts"
import type { Repository, Shelf } from "../../repos/index.ts"
import { person, type TestLoops, testLoops, userName } from "../../testing/loops.ts"
import { tempFolder } from "../../testing/temp-folder.ts"
import type { LoopRecord } from "../index.ts"

const alice = person("alice")
const names = ["knowledge", "notes", "personal"] as const
const places = { knowledge: "knowledge", notes: "notes", personal: "personal/alice" } as const

async function made(world: TestLoops, clientId = "one"): Promise<LoopRecord> {
  const created = await world.loops.create({ clientId, title: "Plan" }, alice)
  if (created.kind !== "created") throw new Error(JSON.stringify(created))
  await world.told("loop.ready", created.loop)
  return recordOf(world, created.loop)
}

async function recordOf(world: TestLoops, id: LoopRecord["id"]): Promise<LoopRecord> {
  const record = await world.loops.record(id)
  if (!record) throw new Error("no record")
  return record
}

const shelfOf = (name: (typeof names)[number], user = "alice"): Shelf =>
  name === "personal" ? { context: name, user: userName(user) } : { context: name }

const contextOf = (world: TestLoops, { id }: LoopRecord, name: string) => `${world.home}/loops/${id}/context/${name}`

/** Git of this machine in a checkout, which finds its objects where the server has them. */
async function git(checkout: string, repository: Repository, ...args: string[]): Promise<string> {
  const child = Bun.spawn(["git", "-c", "safe.directory=*", ...args], {
    cwd: checkout,
    env: { PATH: process.env.PATH ?? "", GIT_ALTERNATE_OBJECT_DIRECTORIES: `${repository.folder}/objects` },
    stdout: "pipe",
    stderr: "pipe",
  })
  const [text, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return (await child.exited) === 0 ? text.trim() : errors.replace(/^error: unable to normalize .*\n/gm, "").trim()
}

async function write(repository: Repository, files: Record<string, string>, user = "bob"): Promise<string> {
  const outcome = await repository.commit({
    branch: "main",
    base: (await repository.resolve()) ?? "",
    changes: Object.entries(files).map(([path, text]) => ({ path, text })),
    author: { name: "Bob", email: "bob@example.org" },
    message: "A change",
    by: { user: userName(user) },
  })
  if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome))
  return outcome.commit
}

test("solo and without network the first loop has all contexts on its own branch, with main as upstream, and the versions are written down", async () => {
  await using world = await testLoops({ contexts: true })
  const record = await made(world)
  for (const name of names) {
    const repository = await world.shelves.open(shelfOf(name))
    const checkout = contextOf(world, record, places[name])
    const head = await repository.resolve()
    expect(record.versions?.[name]).toBe(head as string)
    expect(await git(checkout, repository, "rev-parse", "HEAD", "origin/main", "origin/HEAD")).toBe(
      [head, head, head].join("\n"),
    )
    expect(await git(checkout, repository, "status", "--porcelain", "--branch")).toBe(
      `## loop/${record.id}...origin/main`,
    )
    expect(await git(checkout, repository, "remote", "get-url", "origin")).toBe(`http://127.0.0.1:4180/git/${name}.git`)
    const files = (await repository.files(head ?? "")).map(({ path }) => path)
    expect((await git(checkout, repository, "ls-files")).split("\n")).toEqual(files)
    expect(await git(checkout, repository, "fsck", "--strict")).toBe("")
    expect(await readFile(`${checkout}/.git/objects/info/alternates`, "utf8")).toBe(`/opt/loopat/objects/@${name}\n`)
  }
  expect(await readdir(contextOf(world, record, "repos"))).toEqual([])
  const given = world.asked.filter((one) => one.startsWith("give") && one.includes("/context/"))
  expect(given).toHaveLength(4)
})

test("making the checkouts copies no object, costs one program for each, and none for a loop that has them", async () => {
  await using world = await testLoops({ contexts: true })
  const notes = await world.shelves.open(shelfOf("notes"))
  await write(notes, Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`pages/${n}.md`, `Page ${n}\n`])))
  await made(world, "warm")
  const calls = () => world.processes.counts.get("git") ?? 0
  const before = calls()
  const record = await made(world, "counted")
  expect(calls() - before).toBe(3)
  for (const name of names) {
    const objects = `${contextOf(world, record, places[name])}/.git/objects`
    expect((await readdir(objects, { recursive: true })).sort()).toEqual(["info", "info/alternates"])
  }
  expect(await readdir(`${contextOf(world, record, "notes")}/pages`)).toHaveLength(200)
  await world.loops.layOut(record.id)
  expect(calls() - before).toBe(3)
})

test("what others change afterwards does not reach a loop by itself; a loop made later begins with it", async () => {
  await using world = await testLoops({ contexts: true })
  const first = await made(world)
  const notes = await world.shelves.open(shelfOf("notes"))
  const newer = await write(notes, { "inbox.md": "- a thought\n" })
  await world.loops.layOut(first.id)
  expect(await readdir(contextOf(world, first, "notes"))).not.toContain("inbox.md")
  const second = await made(world, "two")
  expect(second.versions?.notes).toBe(newer)
  expect(await readFile(`${contextOf(world, second, "notes")}/inbox.md`, "utf8")).toBe("- a thought\n")
})

test("the same ids as input reproduce a start, the loop says how far it is behind, and a version that nobody has breaks it in words", async () => {
  await using world = await testLoops({ contexts: true })
  const notes = await world.shelves.open(shelfOf("notes"))
  const older = await write(notes, { "inbox.md": "- one\n" })
  await write(notes, { "inbox.md": "- one\n- two\n" })
  await write(notes, { "inbox.md": "- one\n- two\n- three\n" })
  const begin = async (clientId: string, version: string) => {
    const created = await world.loops.create({ clientId, title: "Plan", notes: version }, alice)
    if (created.kind !== "created") return created
    for (;;) {
      const record = await recordOf(world, created.loop)
      if (record.state.kind !== "preparing") return record
      await new Promise<void>((done) => void setImmediate(done))
    }
  }
  const record = await begin("pinned", older)
  if (!("versions" in record)) throw new Error(JSON.stringify(record))
  expect(record.versions?.notes).toBe(older)
  expect(await readFile(`${contextOf(world, record, "notes")}/inbox.md`, "utf8")).toBe("- one\n")
  expect(await git(contextOf(world, record, "notes"), notes, "rev-list", "--count", "HEAD..origin/main")).toBe("2")
  const found = await world.loops.versions(record)
  expect(found.map(({ context, behind }) => `${context} ${behind}`)).toEqual(["knowledge 0", "notes 2", "personal 0"])
  expect(await begin("unknown", "v9")).toMatchObject({
    state: { kind: "broken", reason: "version-unknown", sentence: "notes v9" },
  })
  expect(await begin("wrong", "a..b")).toEqual({ kind: "refused", fields: { notes: "invalid" } })
})

test("a loop that was made before there were contexts gets them with its next start, and its versions with them", async () => {
  await using folder = await tempFolder()
  let id: LoopRecord["id"]
  {
    await using old = await testLoops({ home: folder.path })
    id = (await made(old)).id
    expect((await old.loops.sandboxSpec(id))?.contexts).toBeUndefined()
  }
  await using world = await testLoops({ home: folder.path, contexts: true })
  const spec = await world.loops.sandboxSpec(id)
  expect(Object.keys(spec?.contexts?.folders ?? {})).toEqual([...names, "repos"])
  await world.loops.layOut(id)
  for (const path of Object.values(spec?.contexts?.folders ?? {})) expect(await world.disk.exists(path)).toBe(true)
  const notes = await world.shelves.open(shelfOf("notes"))
  expect((await recordOf(world, id)).versions?.notes).toBe((await notes.resolve()) as string)
})

test("another driver gets a checkout of his own personal repository, and the one before stays as it is", async () => {
  await using world = await testLoops({ contexts: true })
  const record = await made(world)
  const notes = `${contextOf(world, record, "notes")}/mine.md`
  await writeFile(notes, "unfinished")
  await writeFile(`${contextOf(world, record, "personal/alice")}/mine.md`, "of alice")
  await world.loops.change(record.id, (now) => ({ ...now, driver: userName("bob") }))
  await world.loops.layOut(record.id)
  const spec = await world.loops.sandboxSpec(record.id)
  expect(spec?.contexts?.folders.personal).toBe(contextOf(world, record, "personal/bob"))
  expect(spec?.contexts?.objects.personal).toEndWith("/repos/personal-bob.git/objects")
  const bobs = await world.shelves.open(shelfOf("personal", "bob"))
  expect(await git(contextOf(world, record, "personal/bob"), bobs, "rev-parse", "HEAD")).toBe(
    (await bobs.resolve()) as string,
  )
  expect((await recordOf(world, record.id)).versions?.personal).toBe((await bobs.resolve()) as string)
  expect(await readdir(contextOf(world, record, "personal/bob"))).not.toContain("mine.md")
  expect(await readFile(notes, "utf8")).toBe("unfinished")
})

test("the configuration is copied once at the loop's commits; another driver gets his own with the team's as it was", async () => {
  await using world = await testLoops({ contexts: true })
  const knowledge = await world.shelves.open(shelfOf("knowledge"))
  const configure = (repository: Repository, text: string, user: string) =>
    write(repository, { ".loopat/.claude/CLAUDE.md": text }, user)
  await configure(knowledge, "Team one.", "root")
  await configure(await world.shelves.open(shelfOf("personal")), "Of alice.", "alice")
  await configure(await world.shelves.open(shelfOf("personal", "bob")), "Of bob.", "bob")
  const record = await made(world)
  const copied = async () => {
    const entries = (await world.loops.sandboxSpec(record.id))?.snapshot ?? {}
    return readFile(entries["CLAUDE.md"] ?? "", "utf8")
  }
  expect(await copied()).toContain("Team one.")
  await configure(knowledge, "Team two.", "root")
  await world.loops.layOut(record.id)
  expect(await copied()).toContain("Of alice.")
  expect(await copied()).not.toContain("Team two.")
  await world.loops.change(record.id, (now) => ({ ...now, driver: userName("bob") }))
  await world.loops.layOut(record.id)
  expect(await copied()).toContain("Of bob.")
  expect(await copied()).toContain("Team one.")
  expect(await copied()).not.toContain("Of alice.")
})

test("hooks, watchers, filters and links that a sandbox planted in a checkout start nothing and are not followed", async () => {
  await using world = await testLoops({ contexts: true })
  const record = await made(world)
  const planted = contextOf(world, record, "notes")
  const canary = `${world.home}/planted`
  await mkdir(`${planted}/.git/hooks`)
  const evil = `#!/bin/sh\ntouch ${canary}\n`
  for (const hook of ["post-checkout", "pre-commit", "reference-transaction", "post-index-change"])
    await writeFile(`${planted}/.git/hooks/${hook}`, evil, { mode: 0o755 })
  await writeFile(`${planted}/evil`, evil, { mode: 0o755 })
  await writeFile(
    `${planted}/.git/config`,
    `[core]\n\tfsmonitor = ${planted}/evil\n\thooksPath = .git/hooks\n[filter "x"]\n\tclean = ${planted}/evil\n\tsmudge = ${planted}/evil\n`,
  )
  await writeFile(`${planted}/.gitattributes`, "* filter=x\n")
  await writeFile(`${planted}/.git/objects/info/alternates`, `${world.home}/repos/personal-bob.git/objects\n`)
  const calls = () => [...world.processes.counts.values()].reduce((sum, count) => sum + count, 0)
  const before = calls()
  await world.loops.layOut(record.id)
  await world.loops.sandboxSpec(record.id)
  expect(calls()).toBe(before)
  expect(await world.disk.exists(canary)).toBe(false)
})

test("a killed making leaves no half checkout in its place, and the next start finishes it", async () => {
  await using folder = await tempFolder()
  for (const at of [3, 9, 20, 33, 50, 70, 95]) {
    const home = `${folder.path}/${at}`
    let calls = 0
    let armed = false
    const failing = (real: DiskCalls): DiskCalls => ({
      ...real,
      open: (...args) => dieOr(() => real.open(...args)),
      rename: (...args) => dieOr(() => real.rename(...args)),
    })
    const dieOr = <T>(work: () => Promise<T>): Promise<T> =>
      armed && ++calls >= at ? Promise.reject(new Error("killed")) : work()
    let id: LoopRecord["id"]
    {
      await using old = await testLoops({ home })
      id = (await made(old)).id
    }
    {
      await using world = await testLoops({ home, contexts: true, over: failing })
      for (const name of names) await world.shelves.open(shelfOf(name))
      armed = true
      const cut = await world.loops.layOut(id).then(
        () => "whole",
        () => "cut",
      )
      armed = false
      expect([at, cut]).toEqual([at, calls >= at ? "cut" : "whole"])
    }
    await using world = await testLoops({ home, contexts: true })
    await world.loops.layOut(id)
    const record = await recordOf(world, id)
    for (const name of names) {
      const repository = await world.shelves.open(shelfOf(name))
      const checkout = contextOf(world, record, places[name])
      expect(await git(checkout, repository, "status", "--porcelain", "--branch")).toBe(`## loop/${id}...origin/main`)
      expect(await readFile(`${checkout}/.git/objects/info/alternates`, "utf8")).toStartWith("/opt/loopat/")
    }
    expect((await readdir(`${world.home}/loops/${id}/context`)).filter((one) => one.startsWith("."))).toEqual([])
  }
}, 60_000)
