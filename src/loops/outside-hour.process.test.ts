import { expect, test } from "bun:test"
import { rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createGitHost, type Shelf } from "../repos/index.ts"
import { names } from "../testing/attach-world.ts"
import { testIds } from "../testing/clock.ts"
import { cloneWith } from "../testing/git-host.ts"
import { until } from "../testing/link-world.ts"
import { person, type TestLoops, testLoops, userName } from "../testing/loops.ts"
import { gitIn } from "../testing/shelves.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { LoopRecord } from "./index.ts"

const alice = userName("alice")
const shelves = { notes: { context: "notes" }, personal: { context: "personal", user: alice } } as const
const contexts = ["notes", "personal"] as const
type Context = (typeof contexts)[number]

/** The server's git host, where the first part of the address says which loop asks. */
function gitServer(here: TestLoops, made: readonly LoopRecord[]) {
  const host = createGitHost({ ...here, ids: testIds(), isGated: () => false })
  return Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, idleTimeout: 0 },
    async fetch(request) {
      const url = new URL(request.url)
      const [, loop = ""] = url.pathname.split("/")
      url.pathname = url.pathname.slice(loop.length + 1)
      const record = made.find(({ id }) => id === loop)
      if (!record) return new Response("", { status: 404 })
      const asker = { kind: "loop", loop: record.id, user: alice, rests: async () => undefined } as const
      return (await host.serve(asker, new Request(url, request))) ?? new Response("", { status: 404 })
    },
  })
}

/** Loops whose notes and personal live outside besides, and the server's git host, as a loop reaches it. */
async function world() {
  const folder = await tempFolder()
  const bare = (context: string) => join(folder.path, `${context}.git`)
  for (const context of contexts) await gitIn(bare(context), "init", "--quiet", "--bare", "--initial-branch=main")
  const remoteOf = ({ context }: Shelf) => (context === "knowledge" ? undefined : { address: bare(context) })
  const here = await testLoops({ contexts: true, remoteOf })
  const made: LoopRecord[] = []
  const server = gitServer(here, made)
  const repositories = {
    notes: await here.shelves.open(shelves.notes),
    personal: await here.shelves.open(shelves.personal),
  }
  return {
    ...{ ...here, folder, bare, repositories },
    async loop(): Promise<LoopRecord> {
      const created = await here.loops.create({ clientId: crypto.randomUUID() }, person("alice"))
      if (created.kind !== "created") throw new Error(JSON.stringify(created))
      await here.told("loop.ready", created.loop)
      const record = await recordOf(here, created.loop)
      made.push(record)
      return record
    },
    /** What an agent does to promote one file, in the loop's own checkout. */
    async promote(loop: LoopRecord, context: Context, file: string): Promise<void> {
      const place = context === "personal" ? "personal/alice" : context
      const checkout = join(here.home, "loops", loop.id, "context", place)
      await writeFile(join(checkout, file), `${file}\n`)
      const url = `http://127.0.0.1:${server.port}/${loop.id}/git/${context}.git`
      const objects = `${repositories[context].folder}/objects`
      for (const args of [
        ["add", file],
        ["commit", "--quiet", "-m", `Add ${file}`],
        ["fetch", "--quiet", url, "main"],
        ["merge", "--quiet", "--no-edit", "FETCH_HEAD"],
        ["push", "--quiet", url, "HEAD:main"],
      ])
        await gitInside(checkout, objects, args)
    },
    async save(context: Context, path: string): Promise<void> {
      const saved = await repositories[context].commit({
        ...{ branch: "main", base: (await repositories[context].resolve()) ?? "", message: `Save ${path}` },
        ...{ changes: [{ path, text: `${path}\n` }], by: { user: alice } },
        author: { name: "Alice", email: "alice@example.org" },
      })
      expect([path, saved.kind]).toEqual([path, "committed"])
    },
    inStep: (context: Context) =>
      until(`${context} is in step`, async () => (await repositories[context].outside())?.state === "in-step"),
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      await here[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function gitInside(cwd: string, objects: string, args: readonly string[]): Promise<void> {
  const identity = ["-c", "user.name=Agent", "-c", "user.email=agent@example.org", "-c", "safe.directory=*"]
  const child = Bun.spawn(["git", ...identity, ...args], {
    ...{ cwd, stdout: "pipe", stderr: "pipe" },
    env: { PATH: process.env.PATH ?? "", HOME: cwd, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects },
  })
  const said = await new Response(child.stderr).text()
  if ((await child.exited) !== 0) throw new Error(`git ${args.join(" ")}: ${said}`)
}

async function recordOf(here: Pick<TestLoops, "loops">, id: LoopRecord["id"]): Promise<LoopRecord> {
  const record = await here.loops.record(id)
  if (!record) throw new Error("no record")
  return record
}

test("an hour without the outside: saves, promotes and new loops are taken and marked, and all is there within a minute after it is back, merged with what was done there", async () => {
  await using at = await world()
  for (const context of contexts) await at.inStep(context)
  const first = await at.loop()
  for (const context of contexts) await rename(at.bare(context), `${at.bare(context)}.away`)

  const given: string[] = []
  const marked = async (loop: LoopRecord) =>
    (await recordOf(at, loop.id)).warnings.map(({ about, code }) => `${about} ${code}`).sort()
  for (let minutes = 0; minutes < 60; minutes += 10) {
    at.clock.advance(600_000)
    const loop = minutes % 20 === 0 ? await at.loop() : first
    if (loop !== first) expect(await marked(loop)).toEqual(["notes stale", "personal stale"])
    for (const context of contexts) {
      await at.save(context, `saved-${minutes}.md`)
      await at.promote(loop, context, `promoted-${minutes}.md`)
      expect([minutes, (await at.repositories[context].outside())?.state]).toEqual([minutes, "not-outside"])
    }
    await until("the loop says so", async () => {
      const said = await marked(loop)
      return contexts.every((context) => said.includes(`${context} not-outside`))
    })
    given.push(`saved-${minutes}.md`, `promoted-${minutes}.md`)
  }

  // Meanwhile somebody works there. The last try of the hour has failed when it comes back.
  for (const context of contexts) {
    const away = `${at.bare(context)}.away`
    const clone = await cloneWith(away, join(at.folder.path, `elsewhere-${context}`))
    await clone.commit({ "there.md": "Done there.\n" })
    expect((await clone.git("push", "--quiet", "origin", "HEAD:main")).code).toBe(0)
    expect((await at.repositories[context].refresh({ now: true })).kind).toBe("stale")
    await rename(away, at.bare(context))
  }
  at.clock.advance(60_000)
  for (const context of contexts) {
    await at.inStep(context)
    expect(await names(at.bare(context))).toEqual(expect.arrayContaining([...given, "there.md"]))
    const [here = "none", there] = [
      await at.repositories[context].resolve(),
      (await gitIn(at.bare(context), "rev-parse", "main")).trim(),
    ]
    expect(there).toBe(here)
    await gitIn(at.bare(context), "fsck", "--strict")
  }
  await until("no loop says so any more", async () => !(await marked(first)).join().includes("not-outside"))
})
