import { expect, test } from "bun:test"
import { readdir, writeFile } from "node:fs/promises"
import { systemClock, systemIds } from "../platform/clock.ts"
import type { Box } from "../sandbox/index.ts"
import { type Clone, cloneWith } from "../testing/git-host.ts"
import { linkWorld } from "../testing/link-world.ts"
import { recordingLog } from "../testing/log.ts"
import { person, type TestLoops, testLoops } from "../testing/loops.ts"
import { createBackups } from "./backup.ts"

const contexts = ["knowledge", "notes", "personal"] as const

/** A loop whose checkouts lie on this machine; its turns end when the test says so. */
async function world(most: { mostBytes?: number } = {}) {
  const { log, lines } = recordingLog()
  const loops = await testLoops({ contexts: true })
  const link = await linkWorld()
  const guest = (await link.guest()).box
  const created = await loops.loops.create({ clientId: "one" }, person("alice"))
  if (created.kind !== "created") throw new Error("not created")
  await loops.told("loop.ready", created.loop)
  const clones = await checkouts(loops, link.folder)
  const box: Box = { ...guest, loop: created.loop }
  const works: Promise<unknown>[] = []
  const background = {
    run: (_: string, work: (signal: AbortSignal) => Promise<unknown>) =>
      void works.push(work(new AbortController().signal)),
  }
  let running = true
  createBackups({
    ...{ loops: loops.loops, events: loops.events, background, disk: loops.disk, log },
    ...{ clock: systemClock, ids: systemIds, running: () => (running ? box : undefined), ...most },
  })
  const folder = `${loops.home}/loops/${created.loop}/backup`
  return {
    warnings: async () => (await loops.loops.record(created.loop))?.warnings,
    ...{ clones, folder, lines, stop: () => void (running = false) },
    /** Ends a turn and waits for what comes of it. */
    async turnEnds() {
      loops.events.announce("turn.finished", { loop: created.loop, turn: "turn_1", outcome: "done" })
      await Promise.all(works.splice(0))
      return (await readdir(folder).catch(() => [])).sort()
    },
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]()
      await loops[Symbol.asyncDispose]()
    },
  }
}

async function checkouts(loops: TestLoops, folder: string): Promise<Record<(typeof contexts)[number], Clone>> {
  const clone = async (context: (typeof contexts)[number]) => {
    const shelf = context === "personal" ? { context, user: person("alice").name } : { context }
    return cloneWith((await loops.shelves.open(shelf)).folder, `${folder}/${context}`)
  }
  const [knowledge, notes, personal] = await Promise.all(contexts.map(clone))
  if (!knowledge || !notes || !personal) throw new Error("not cloned")
  return { knowledge, notes, personal }
}

test("after a turn what nobody else has of each context lies beside the loop, and comes back whole from there", async () => {
  await using w = await world()
  expect(await w.turnEnds()).toEqual([])
  await w.clones.notes.commit({ "only-here.md": "a commit\n" })
  await writeFile(`${w.clones.knowledge.path}/edit.md`, "in no commit\n")
  const status = (await w.clones.knowledge.git("status", "--porcelain")).out
  expect(await w.turnEnds()).toEqual(["knowledge.bundle", "notes.bundle"])
  expect((await w.clones.knowledge.git("status", "--porcelain")).out).toBe(status)
  const back = async (context: "notes" | "knowledge", path: string) => {
    const { git } = w.clones.personal
    await git("fetch", "--quiet", w.clones[context].path, "origin/main")
    await git("fetch", "--quiet", `${w.folder}/${context}.bundle`, `+refs/heads/*:refs/back/${context}/*`)
    const names = (await git("for-each-ref", "--format=%(refname)", `refs/back/${context}`)).out.trim().split("\n")
    return Promise.all(names.map(async (name) => (await git("show", `${name}:${path}`)).out))
  }
  expect(await back("notes", "only-here.md")).toContain("a commit\n")
  expect(await back("knowledge", "edit.md")).toContain("in no commit\n")
})

test("a backup stands for the newest state alone: it is replaced, and gone once everybody has all of it", async () => {
  await using w = await world()
  const { notes } = w.clones
  await notes.commit({ "big.bin": crypto.getRandomValues(new Uint8Array(60_000)) })
  await w.turnEnds()
  const size = () => Bun.file(`${w.folder}/notes.bundle`).size
  const before = size()
  expect(before).toBeGreaterThan(60_000)
  for (let n = 0; n < 3; n++) {
    await writeFile(`${notes.path}/draft.md`, `${n}\n`)
    expect(await w.turnEnds()).toEqual(["notes.bundle"])
  }
  expect(size()).toBeLessThan(before * 1.2)
  await notes.git("clean", "-fdq")
  await notes.git("push", "--quiet", "origin", "HEAD:main")
  expect(await w.turnEnds()).toEqual([])
})

test("a checkout that is no repository any more, or a sandbox that went away, ends no turn and takes nothing away", async () => {
  await using w = await world()
  await w.clones.notes.commit({ "only-here.md": "a commit\n" })
  await w.clones.knowledge.commit({ "mine.md": "only here\n" })
  const all = ["knowledge.bundle", "notes.bundle"]
  expect(await w.turnEnds()).toEqual(all)
  await writeFile(`${w.clones.knowledge.path}/.git/HEAD`, "nonsense")
  expect(await w.turnEnds()).toEqual(all)
  w.stop()
  expect(await w.turnEnds()).toEqual(all)
})

test("a backup beyond the limit is said on the loop's page and in the log, and not kept; what was there before stays, and the others are taken", async () => {
  await using w = await world({ mostBytes: 20_000 })
  const { notes, knowledge } = w.clones
  await notes.commit({ "small.md": "only here\n" })
  expect(await w.turnEnds()).toEqual(["notes.bundle"])
  const before = await Bun.file(`${w.folder}/notes.bundle`).bytes()
  await notes.commit({ "big.bin": crypto.getRandomValues(new Uint8Array(30_000)) })
  await knowledge.commit({ "mine.md": "only here\n" })
  // Nothing half-written is left beside them.
  expect(await w.turnEnds()).toEqual(["knowledge.bundle", "notes.bundle"])
  expect(await Bun.file(`${w.folder}/notes.bundle`).bytes()).toEqual(before)
  const said = w.lines.filter(({ message }) => String(message).includes("too large to back up"))
  expect(said).toMatchObject([{ level: "warn", context: "notes" }])
  expect(await w.warnings()).toMatchObject([{ about: "notes", code: "backup-too-large" }])
  // Told once, however many turns there are.
  await w.turnEnds()
  expect(await w.warnings()).toHaveLength(1)
  await notes.git("reset", "--quiet", "--hard", "HEAD~1")
  await notes.commit({ "more.md": "and this\n" })
  await w.turnEnds()
  expect(await Bun.file(`${w.folder}/notes.bundle`).bytes()).not.toEqual(before)
  expect(await w.warnings()).toEqual([])
})
