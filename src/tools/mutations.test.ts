import { expect, test } from "bun:test"
import { join } from "node:path"
import { negativeIds } from "./evidence/ids.ts"
import { mutations } from "./mutations/table.ts"

const root = join(import.meta.dirname, "../..")

// That a guard still stands as the table says is looked at when it is broken: `npm run test:mutations`.
test("each guard and its test are in files that exist", async () => {
  for (const { path, text, broken, test: file } of mutations) {
    expect(broken).not.toBe(text)
    for (const one of [path, file]) expect([one, await Bun.file(join(root, one)).exists()]).toEqual([one, true])
  }
})

test("every guard belongs to a statement", () => {
  const unknown = mutations.flatMap(({ guards }) => guards.split(" ")).filter((id) => !negativeIds.includes(id))
  expect(unknown).toEqual([])
})
