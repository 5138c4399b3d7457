import { expect, test } from "bun:test"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { createLog } from "../platform/log.ts"
import { testClock } from "../testing/clock.ts"
import { person, testLoops } from "../testing/loops.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const alice = person("alice")

async function homeWithLoops(path: string, count: number) {
  await using world = await testLoops({ home: path })
  const loops = []
  for (let i = 0; i < count; i++) {
    const created = await world.loops.create({ clientId: `c${i}`, title: `Loop ${i}` }, alice)
    if (created.kind !== "created") throw new Error("not created")
    await world.told("loop.ready", created.loop)
    loops.push(created.loop)
  }
  return loops
}

test("starting opens no file before it answers, and then finds every loop", async () => {
  await using folder = await tempFolder()
  const loops = await homeWithLoops(folder.path, 12)
  await using world = await testLoops({ home: folder.path })
  world.loops.start()
  expect(world.disk.counts.opens).toBe(0)
  expect(world.loops.isShelved()).toBe(false)
  await world.loops.shelved
  expect(world.loops.isShelved()).toBe(true)
  expect(
    world.loops.shelf
      .ordered()
      .map((entry) => entry.id)
      .sort(),
  ).toEqual(loops.sort())
  expect(world.disk.counts.opens).toBe(12)
})

test("a record that does not parse is named in the log, stays as it is, and hides nothing else", async () => {
  await using folder = await tempFolder()
  const [broken = "", whole = ""] = await homeWithLoops(folder.path, 2)
  await writeFile(`${folder.path}/loops/${broken}/meta.json`, '{"version":1,')
  const written: string[] = []
  const log = createLog({ format: "json", verbose: false, write: (line) => void written.push(line) }, testClock())
  await using world = await testLoops({ home: folder.path, log })
  world.loops.start()
  await world.loops.shelved
  expect(world.loops.shelf.ordered().map((entry) => entry.id as string)).toEqual([whole])
  expect(written.join("")).toContain(broken)
  expect(await readFile(`${folder.path}/loops/${broken}/meta.json`, "utf8")).toBe('{"version":1,')
})

test("foreign names among the loops and what a former run left half-made do not disturb", async () => {
  await using folder = await tempFolder()
  const loops = await homeWithLoops(folder.path, 1)
  await mkdir(`${folder.path}/loops/not-a-loop`)
  await mkdir(`${folder.path}/loops/.new/0123/${loops[0]}`, { recursive: true })
  await using world = await testLoops({ home: folder.path })
  world.loops.start()
  await world.loops.shelved
  expect(world.loops.shelf.size).toBe(1)
  expect(await readdir(`${folder.path}/loops/.new`)).toEqual([])
  expect(await readdir(`${folder.path}/loops`)).toContain("not-a-loop")
})

test("a mark of unfinished work survives a kill and counts only for a loop that is there", async () => {
  await using folder = await tempFolder()
  const [loop] = await homeWithLoops(folder.path, 1)
  if (!loop) throw new Error("no loop")
  await mkdir(`${folder.path}/loops/.running/0a1b2c3d-0000-4000-8000-000000000001`, { recursive: true })
  await using world = await testLoops({ home: folder.path })
  const { syncs } = world.disk.counts
  await world.loops.markUnfinished(loop, true)
  await world.loops.markUnfinished(loop, true)
  expect(world.disk.counts.syncs).toBe(syncs)
  expect(await world.loops.unfinished()).toEqual([loop])
  await world.loops.markUnfinished(loop, false)
  expect(await world.loops.unfinished()).toEqual([])
})
