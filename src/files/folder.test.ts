import { expect, test } from "bun:test"
import type { FileEntry } from "../sandbox/index.ts"
import { folderPage } from "./folder.ts"

const entry = (name: string): FileEntry => ({
  name: name.replace(/\/$/, ""),
  kind: name.endsWith("/") ? "folder" : "file",
  size: 1,
  modified: 0,
})

const shown = (names: string[], hidden = false) =>
  folderPage(names.map(entry), { from: 0, hidden }).entries.map(({ name }) => name)

test("folders stand first, and names in the order in which people count", () => {
  expect(shown(["b10.txt", "b9.txt", "B1.txt", "a.txt", "z/", "src/", "v2/", "v10/"])).toEqual([
    ...["src", "v2", "v10", "z", "a.txt", "B1.txt", "b9.txt", "b10.txt"],
  ])
})

test("what is built or fetched is left out until somebody wants all, and .git always", () => {
  const names = [".git/", "node_modules/", ".DS_Store", ".github/", ".env"]
  expect(shown(names)).toEqual([".github", ".env"])
  expect(shown(names, true)).toEqual([".github", "node_modules", ".DS_Store", ".env"])
})

test("a large folder comes five hundred at a time, each entry once", () => {
  const names = Array.from({ length: 1_201 }, (_, index) => `f${index}`)
  const pages = [0, 500, 1_000].map((from) => folderPage(names.map(entry), { from, hidden: false }))
  expect(pages.map(({ entries, more }) => [entries.length, more])).toEqual([
    [500, true],
    [500, true],
    [201, false],
  ])
  expect(new Set(pages.flatMap(({ entries }) => entries.map(({ name }) => name))).size).toBe(1_201)
  expect(pages[1]?.entries[0]?.name).toBe("f500")
})
