import { expect, test } from "bun:test"
import { readToml, type TomlTable, writeToml } from "./toml.ts"

const tables: TomlTable[] = [
  {},
  { tools: { node: "22", "npm:prettier": { version: "3", "opt.x": 1 }, python: ["3.11", "3.12"] } },
  { min: "1", settings: { lockfile: true, jobs: 2, ratio: 0.5, least: -3, nested: { deep: { er: [] } }, none: {} } },
  { alias: { "a b": 'quo"te', "": "\n\t\\\u0000\u007f", 键: "值", list: [[1], ["x"], { y: false }] } },
  { numbers: { most: Number.POSITIVE_INFINITY, least: Number.NEGATIVE_INFINITY } },
]

test("a table that is written reads back as the same", () => {
  for (const table of tables) expect(readToml(writeToml(table))).toEqual({ kind: "read", table })
})

test("what is no TOML is told with what was expected there", () => {
  for (const text of ["[tools\nx = 1", "a = 1\na = 2", "x =", "= 3"]) {
    const read = readToml(text)
    expect([text, read.kind]).toEqual([text, "unreadable"])
    expect(read.kind === "unreadable" && read.why.length).toBeGreaterThan(5)
  }
})
