import { expect, test } from "bun:test"
import { readdir, stat } from "node:fs/promises"
import { tempFolder } from "../../testing/temp-folder.ts"
import { createDisk } from "./disk.ts"

test("a copy is the whole file in pieces, over what was there, and leaves nothing half-written", async () => {
  await using folder = await tempFolder()
  const disk = createDisk()
  const content = new Uint8Array(2_500_000).map((_, index) => index % 251)
  await disk.write(`${folder.path}/a`, content)
  await disk.write(`${folder.path}/b`, "older")
  expect(await disk.copy(`${folder.path}/a`, `${folder.path}/b`, 0o644)).toBe(true)
  expect(await disk.read(`${folder.path}/b`)).toEqual(content)
  expect((await stat(`${folder.path}/b`)).mode & 0o777).toBe(0o644)
  expect(await disk.copy(`${folder.path}/nowhere`, `${folder.path}/c`)).toBe(false)
  expect((await readdir(folder.path)).sort()).toEqual(["a", "b"])
})
