import { expect, test } from "bun:test"
import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { createDisk } from "../platform/disk/disk.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { writeShared } from "./shared-file.ts"

test("a file that a starting container may be mounting stays the same file until its content changes", async () => {
  await using folder = await tempFolder()
  const path = join(folder.path, "settings.json")
  const server = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const needs = { disk: createDisk(), server }
  await writeShared(needs, path, "one")
  const first = await stat(path)
  await writeShared(needs, path, "one")
  expect((await stat(path)).ino).toBe(first.ino)
  expect(first.mode & 0o777).toBe(0o644)
  await writeShared(needs, path, "two")
  expect(await readFile(path, "utf8")).toBe("two")
})
