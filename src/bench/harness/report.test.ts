import { expect, test } from "bun:test"
import { createReport, printTable } from "./report.ts"

test("what a budget names and nobody measured stands in the report as such", () => {
  const report = createReport()
  report.count("P5", "bytes", 121_000_000)
  report.close(["P5", "L6"])
  expect(report.lines.map(({ id, name, verdict }) => [id, name, verdict])).toEqual([
    ["P5", "bytes", "met"],
    ["L6", "system calls over the shortest", "not measured"],
    ["L6", "an append to an empty one", "not measured"],
  ])
})

test("a name that no budget has is a mistake of the bench", () => {
  expect(() => createReport().count("P5", "megabytes", 1)).toThrow("P5 has no budget")
  expect(() => createReport().count("K1", "commits", 1)).toThrow("no budget K1 to measure")
})

test("a second try of a ratio takes the place of the first", () => {
  const report = createReport()
  report.ratio("L6", "an append to an empty one", [{ ours: 9, bare: 1 }])
  report.ratio("L6", "an append to an empty one", [{ ours: 1, bare: 1 }])
  expect(report.lines.map(({ verdict }) => verdict)).toEqual(["met"])
})

test("the table shows id, name, budget, what was measured and the verdict", () => {
  const report = createReport()
  report.count("P5", "bytes", 131_000_000)
  expect(printTable(report.lines)).toBe("P5  bytes  ≤ 130,000,000  131,000,000  MISSED")
})
