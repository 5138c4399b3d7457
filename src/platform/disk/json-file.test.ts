import { expect, test } from "bun:test"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { tempFolder } from "../../testing/temp-folder.ts"
import { createDisk } from "./disk.ts"

const asCount = (value: unknown) => value as { count: number }

test("200 racing updates of one record lose none", async () => {
  await using folder = await tempFolder()
  const file = createDisk().jsonFile(`${folder.path}/a.json`, asCount)
  await Promise.all(Array.from({ length: 200 }, () => file.update((now) => ({ count: (now?.count ?? 0) + 1 }))))
  expect(await file.read()).toEqual({ count: 200 })
  expect(await readdir(folder.path)).toEqual(["a.json"])
})

test("a file that does not parse is named and stays byte for byte", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/a.json`
  await writeFile(path, '{"count": 1,')
  const file = createDisk().jsonFile(path, asCount)
  await expect(file.read()).rejects.toMatchObject({ name: "Unreadable", path })
  await expect(file.update(() => ({ count: 2 }))).rejects.toMatchObject({ name: "Unreadable" })
  expect(await readFile(path, "utf8")).toBe('{"count": 1,')
})

test("a change that fails, or changes nothing, writes nothing", async () => {
  await using folder = await tempFolder()
  const disk = createDisk()
  const file = disk.jsonFile(`${folder.path}/a.json`, asCount)
  const first = await file.update(() => ({ count: 1 }))
  const writes = disk.counts.writes
  await expect(file.update(() => Promise.reject(new Error("no")))).rejects.toThrow("no")
  await file.update((now) => now ?? first)
  expect(disk.counts.writes).toBe(writes)
})

test("a write that fails in the middle leaves the old file and no temporary one", async () => {
  await using folder = await tempFolder()
  let failing = false
  const disk = createDisk((calls) => ({
    ...calls,
    rename: (from, to) => (failing ? Promise.reject(new Error("io")) : calls.rename(from, to)),
  }))
  await disk.write(`${folder.path}/f`, "old")
  failing = true
  await expect(disk.write(`${folder.path}/f`, "new")).rejects.toThrow("io")
  expect(await disk.readText(`${folder.path}/f`)).toBe("old")
  expect(await readdir(folder.path)).toEqual(["f"])
})

test("a temp file that a killed program with the same process id left behind does not stop the next write", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/record.json`
  await writeFile(`${path}.tmp`, "half a reco")
  const file = createDisk().jsonFile(path, (value) => value)
  await file.update(() => ({ whole: true }))
  expect(await file.read()).toEqual({ whole: true })
  expect(await readdir(folder.path)).toEqual(["record.json"])
})

test("what a killed program left half-written is removed, and what is being written right now is not", async () => {
  await using folder = await tempFolder()
  const old = `${folder.path}/record.json.tmp`
  await writeFile(old, "half a reco")
  const late = Promise.withResolvers<void>()
  const disk = createDisk((calls) => ({
    ...calls,
    rename: (from, to) => late.promise.then(() => calls.rename(from, to)),
  }))
  const writing = disk.write(`${folder.path}/other.json`, "{}")
  while ((await readdir(folder.path)).length < 2) await new Promise<void>((turn) => void setImmediate(turn))
  await disk.clearTemps(folder.path)
  const left = await readdir(folder.path)
  expect(left).toHaveLength(1)
  expect(left[0]).toBe("other.json.tmp")
  late.resolve()
  await writing
  expect(await readdir(folder.path)).toEqual(["other.json"])
})
