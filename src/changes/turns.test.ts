import { expect, test } from "bun:test"
import { parseTreeDiff } from "./turn-back.ts"
import { parseTotals } from "./turns.ts"

test("git's short counts are read, also where one side has none", () => {
  const check = (line: string, ...[files, added, removed]: [number, number, number]) =>
    expect(parseTotals(line)).toEqual({ files, added, removed })
  check("", 0, 0, 0)
  check(" 1 file changed, 1 insertion(+)\n", 1, 1, 0)
  check(" 12 files changed, 4 insertions(+), 31 deletions(-)\n", 12, 4, 31)
  check(" 2 files changed, 0 insertions(+), 0 deletions(-)\n", 2, 0, 0)
})

test("what differs between two trees is read with any name; repositories inside and broken records are left out", () => {
  const [a, b] = ["a".repeat(40), "b".repeat(40)]
  const record = (before: string, after: string, name: string) => `:${before} ${after} ${a} ${b} M\0${name}\0`
  const listed =
    record("100644", "100755", "new\nline") + record("160000", "100644", "inner") + record("000000", "120000", "l")
  expect(parseTreeDiff(`${listed}nonsense\0x\0`)).toEqual([
    { bytes: "new\nline", now: { mode: "100644", id: a }, then: { mode: "100755", id: b } },
    { bytes: "l", now: { mode: "000000", id: a }, then: { mode: "120000", id: b } },
  ])
  expect(parseTreeDiff("")).toEqual([])
})
