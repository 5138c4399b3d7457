import { expect, test } from "bun:test"
import { rename, utimes, writeFile } from "node:fs/promises"
import { tempFolder } from "../../testing/temp-folder.ts"
import { createDisk } from "./disk.ts"

const parse = (value: unknown) => value as { count: number; inner?: { list: number[] } }

test("a record that nobody changed is opened once, however often it is read", async () => {
  await using folder = await tempFolder()
  await writeFile(`${folder.path}/a.json`, '{"count":1}')
  const disk = createDisk()
  const read = () => disk.jsonFile(`${folder.path}/a.json`, parse).read()
  for (let n = 0; n < 5; n++) expect(await read()).toEqual({ count: 1 })
  expect(disk.counts.opens).toBe(1)
})

test("a file that is not there is not opened, and seen as soon as it is there", async () => {
  await using folder = await tempFolder()
  const disk = createDisk()
  const file = disk.jsonFile(`${folder.path}/a.json`, parse)
  expect(await file.read()).toBeUndefined()
  expect(disk.counts.opens).toBe(0)
  await writeFile(`${folder.path}/a.json`, '{"count":2}')
  expect(await file.read()).toEqual({ count: 2 })
})

test("what another program writes, in place or as another file, is seen at the next look", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/a.json`
  await writeFile(path, '{"count":1}')
  const file = createDisk().jsonFile(path, parse)
  expect(await file.read()).toEqual({ count: 1 })
  await writeFile(path, '{"count":2}')
  // The clock of a file system stands still for a few milliseconds.
  await utimes(path, 1, 1)
  expect(await file.read()).toEqual({ count: 2 })
  await writeFile(`${path}.new`, '{"count":3}')
  await utimes(`${path}.new`, 1, 1)
  await rename(`${path}.new`, path)
  expect(await file.read()).toEqual({ count: 3 })
})

test("every update is seen at once, also by who began to read before it", async () => {
  await using folder = await tempFolder()
  const disk = createDisk()
  const file = disk.jsonFile(`${folder.path}/a.json`, parse)
  for (let n = 1; n <= 60; n++) {
    const early = file.read()
    await file.update(() => ({ count: n }))
    await early
    expect(await file.read()).toEqual({ count: n })
  }
})

test("a file that does not parse is looked at again until it does", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/a.json`
  await writeFile(path, '{"count":')
  const file = createDisk().jsonFile(path, parse)
  await expect(file.read()).rejects.toMatchObject({ name: "Unreadable" })
  await expect(file.read()).rejects.toMatchObject({ name: "Unreadable" })
  await writeFile(path, '{"count":1}')
  expect(await file.read()).toEqual({ count: 1 })
})

test("who would change what was read, and not the file, is told so", async () => {
  await using folder = await tempFolder()
  const file = createDisk().jsonFile(`${folder.path}/a.json`, parse)
  await file.update(() => ({ count: 1, inner: { list: [1] } }))
  const value = await file.read()
  expect(() => value?.inner?.list.push(2)).toThrow(TypeError)
  expect(await file.read()).toEqual({ count: 1, inner: { list: [1] } })
})

test("of many records only the ones read last are kept", async () => {
  await using folder = await tempFolder()
  const disk = createDisk()
  const paths = Array.from({ length: 300 }, (_, n) => `${folder.path}/${n}.json`)
  for (const path of paths) await writeFile(path, '{"count":1}')
  for (const path of paths) await disk.jsonFile(path, parse).read()
  const { opens } = disk.counts
  await disk.jsonFile(paths[299] ?? "", parse).read()
  expect(disk.counts.opens).toBe(opens)
  await disk.jsonFile(paths[0] ?? "", parse).read()
  expect(disk.counts.opens).toBe(opens + 1)
})
