import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { negativeIds } from "./evidence/ids.ts"
import { mutations } from "./mutations/table.ts"

const root = join(import.meta.dirname, "../..")

test("each guard of the table stands exactly once where it says, and breaking it changes it", async () => {
  for (const { path, text, broken, test: file } of mutations) {
    const source = await readFile(join(root, path), "utf8")
    expect([path, text, source.split(text).length - 1]).toEqual([path, text, 1])
    expect(broken).not.toBe(text)
    expect([file, await Bun.file(join(root, file)).exists()]).toEqual([file, true])
  }
})

test("every guard belongs to a statement", () => {
  const unknown = mutations.flatMap(({ guards }) => guards.split(" ")).filter((id) => !negativeIds.includes(id))
  expect(unknown).toEqual([])
})
