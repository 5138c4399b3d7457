import { expect, test } from "bun:test"
import { pathBytes } from "../lib/file-path.ts"
import { readMarks } from "./marks.ts"

const id = "0".repeat(40)
const tracked = (letters: string, path: string) => `1 ${letters} N... 100644 100644 100644 ${id} ${id} ${path}`
const read = (records: string[], prefix = "") => {
  const { ignored, changed } = readMarks(pathBytes(records.map((record) => `${record}\0`).join("")), prefix)
  return { ignored: [...ignored], changed: Object.fromEntries(changed) }
}

test("changed, new and conflicting files are marked, and folders for what is inside them", () => {
  const conflict = `u UU N... 100644 100644 100644 100644 ${id} ${id} ${id} both.txt`
  expect(read([tracked(".M", "a b -> c.txt"), tracked("A.", "made.ts"), conflict, "? new.md", "? fresh/"])).toEqual({
    ignored: [],
    changed: { "a b -> c.txt": "changed", "made.ts": "new", "both.txt": "conflict", "new.md": "new", fresh: "new" },
  })
  expect(read([tracked(".M", "src/deep/x.ts"), "? src/y.ts"])).toEqual({ ignored: [], changed: { src: "inside" } })
})

test("only what is in the folder itself counts as ignored there", () => {
  expect(read(["! dist/", "! src/cache/", "! new\nline.log"])).toEqual({
    ignored: ["dist", "new\nline.log"],
    changed: {},
  })
  expect(read(["! src/cache/", "? src/x"], "src/")).toEqual({ ignored: ["cache"], changed: { x: "new" } })
})

test("a folder that is ignored or new as a whole hides nothing of what is in it", () => {
  expect(read(["! dist/"], "dist/")).toEqual({ ignored: [], changed: {} })
  expect(read(["? fresh/"], "fresh/")).toEqual({ ignored: [], changed: {} })
})

test("names that are no UTF-8 keep their bytes, and records of other kinds are passed over", () => {
  expect(read([`? half\udcc3`, "# branch.oid 1234", "strange"])).toEqual({
    ignored: [],
    changed: { "half\udcc3": "new" },
  })
})
