import { expect, test } from "bun:test"
import { mkdir, readdir } from "node:fs/promises"
import { parseLoopId } from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { userName } from "../testing/loops.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createLoopStore, loopIdOfRequest } from "./store.ts"

test("a request has one id, and different people or requests have different ones", () => {
  const of = (user: string, request: string) => loopIdOfRequest(userName(user), request)
  expect(of("alice", "x")).toBe(of("alice", "x"))
  const ids = ["alice", "bob", "a"].flatMap((user) => ["x", "y", "lice-x"].map((request) => of(user, request)))
  expect(new Set(ids).size).toBe(ids.length)
  for (let i = 0; i < 500; i++) expect(parseLoopId(of("alice", `request ${i}`))).toBeDefined()
})

test("marking unfinished work makes no file and no fsync, and marking twice is marking once", async () => {
  await using folder = await tempFolder()
  const disk = createDisk()
  const store = createLoopStore({ disk, home: folder.path, run: "r" })
  const id = loopIdOfRequest(userName("alice"), "x")
  await store.markRunning(id, true)
  await store.markRunning(id, true)
  expect(await store.running()).toEqual([id])
  expect(disk.counts).toMatchObject({ writes: 0, syncs: 0 })
  await store.markRunning(id, false)
  await store.markRunning(id, false)
  expect(await store.running()).toEqual([])
})

test("only names that are loop ids are taken for loops", async () => {
  await using folder = await tempFolder()
  const id = loopIdOfRequest(userName("alice"), "x")
  for (const name of [id, id.toUpperCase(), "x", ".deleted", ".new", ".running", `${id}.bak`]) {
    await mkdir(`${folder.path}/loops/${name}`, { recursive: true })
  }
  const store = createLoopStore({ disk: createDisk(), home: folder.path, run: "r" })
  expect(await store.all()).toEqual([id])
  expect(await store.deleted()).toEqual([])
})

test("what another run left half-made is removed, and what this run is making stays", async () => {
  await using folder = await tempFolder()
  for (const run of ["old", "this"]) await mkdir(`${folder.path}/loops/.new/${run}/x`, { recursive: true })
  await createLoopStore({ disk: createDisk(), home: folder.path, run: "this" }).clearHalfMade()
  expect(await readdir(`${folder.path}/loops/.new`)).toEqual(["this"])
})

test("a loop without a transcript has no last line, and its files stay inside its folder", async () => {
  await using folder = await tempFolder()
  const store = createLoopStore({ disk: createDisk(), home: folder.path, run: "r" })
  const id = loopIdOfRequest(userName("alice"), "x")
  expect(await store.lastWritten(id)).toBeUndefined()
  expect(await store.record(id).read()).toBeUndefined()
  expect(store.folder(id)).toBe(`${folder.path}/loops/${id}`)
  expect(store.deletedFolder(id)).toBe(`${folder.path}/loops/.deleted/${id}`)
})
