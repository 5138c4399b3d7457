import { expect, test } from "bun:test"
import { codeRuns, markRuns } from "./code-runs.ts"
import { wordMarks } from "./word-marks.ts"

function check(before: string, after: string, expected: [string[], string[]] | undefined) {
  const marks = wordMarks(before, after)
  const cut = (line: string, parts: { from: number; to: number }[]) => parts.map(({ from, to }) => line.slice(from, to))
  expect(marks && [cut(before, marks.before), cut(after, marks.after)]).toEqual(expected)
}

test("only the words that differ are marked", () => {
  check("const a = 1", "const b = 1", [["a"], ["b"]])
  check("f(x)", "f(x, y)", [[], [", y"]])
  check("the same", "the same", [[], []])
  check("let größe = 3", "let breite = 3", [["größe"], ["breite"]])
})

test("a line that was replaced and not edited has no marks", () => {
  check("return legacy", "if (x) throw", undefined)
  check(`${"a ".repeat(300)}x`, `y ${"b ".repeat(300)}`, undefined)
})

test("code keeps its text through colours and marks", () => {
  const lines = ["const a = `x", "${y} < & > \"`  // 'end'", "", "/* over", "lines */ 1"]
  const runs = codeRuns(lines, "ts")
  expect(runs.map((line) => line.map(({ text }) => text).join(""))).toEqual(lines)
  expect(runs[0]?.[0]).toEqual({ text: "const", kind: "hljs-keyword" })
  // What spans lines has its colour on each of them.
  expect([runs[3]?.[0]?.kind, runs[4]?.[0]?.kind]).toEqual(["hljs-comment", "hljs-comment"])
  const marked = markRuns(runs[0] ?? [], [{ from: 2, to: 8 }])
  expect(marked.map(({ text }) => text).join("")).toBe(lines[0] ?? "")
  expect(
    marked
      .filter((run) => run.marked)
      .map(({ text }) => text)
      .join(""),
  ).toBe("nst a ")
  expect(codeRuns(["<b>", "x"], "plaintext")).toEqual([[{ text: "<b>" }], [{ text: "x" }]])
})
