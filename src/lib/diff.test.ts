import { expect, test } from "bun:test"
import { diffLines } from "./diff.ts"

const shown = (before: string, after: string, context?: number) =>
  diffLines(before, after, context).lines.map(
    ({ kind, text }) => `${{ same: " ", added: "+", removed: "-", gap: "~" }[kind]}${text}`,
  )

test("what goes stands before what comes, with the lines around it", () => {
  expect(shown("a\nb\nc\n", "a\nx\nc\n")).toEqual([" a", "-b", "+x", " c"])
  expect(shown("a\nb\n", "a\nb\nc\n")).toEqual([" a", " b", "+c"])
  expect(shown("a\nb\nc\n", "b\nc\n")).toEqual(["-a", " b", " c"])
})

test("nothing changed shows as one gap, a new file as lines that came", () => {
  expect(shown("a\nb\n", "a\nb\n")).toEqual(["~"])
  expect(shown("", "a\nb")).toEqual(["+a", "+b"])
  expect(shown("a\n", "")).toEqual(["-a"])
  expect(shown("", "")).toEqual([])
})

test("what is far from a change is left out", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`)
  const changed = lines.with(10, "changed")
  expect(shown(lines.join("\n"), changed.join("\n"), 1)).toEqual([
    "~",
    " line 9",
    "-line 10",
    "+changed",
    " line 11",
    "~",
  ])
})

test("both numbers count from one and say where a line stands", () => {
  const { lines, added, removed } = diffLines("a\nb\nc", "a\nc\nd")
  expect(lines).toEqual([
    { kind: "same", text: "a", before: 1, after: 1 },
    { kind: "removed", text: "b", before: 2 },
    { kind: "same", text: "c", before: 3, after: 2 },
    { kind: "added", text: "d", after: 3 },
  ])
  expect([added, removed]).toEqual([1, 1])
})

test("applying a diff to the old text gives the new one, for any texts", () => {
  let seed = 7
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
  const text = () => Array.from({ length: random(12) }, () => "abc"[random(3)] ?? "").join("\n")
  for (let round = 0; round < 500; round++) {
    const [before, after] = [text(), text()]
    const { lines } = diffLines(before, after, 100)
    const side = (not: string) => lines.filter(({ kind }) => kind !== not && kind !== "gap").map((line) => line.text)
    const changed = lines.some(({ kind }) => kind !== "same" && kind !== "gap")
    if (changed)
      expect([side("added"), side("removed")]).toEqual(
        [before, after].map((one) => (one === "" ? [] : one.replace(/\n$/, "").split("\n"))),
      )
  }
})

test("texts too large to align are shown as replaced", () => {
  const big = (word: string) => Array.from({ length: 3000 }, (_, index) => `${word} ${index}`).join("\n")
  const { added, removed } = diffLines(big("a"), big("b"))
  expect([added, removed]).toEqual([3000, 3000])
})
