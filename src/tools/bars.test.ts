import { expect, test } from "bun:test"
import { type Bars, compareBars, measure, unprovedAssertions } from "./bars.ts"
import { parseSource } from "./source.ts"

const bars: Bars = {
  ratio: { value: 0.5, better: "higher", goal: 1 },
  claims: { value: 10, better: "lower" },
}

function check(
  measured: Record<string, number>,
  expected: { ratio?: number; claims?: number; fails: number; warns: number },
) {
  const { bars: moved, findings, warnings } = compareBars(bars, measured)
  expect({
    ratio: moved["ratio"]?.value,
    claims: moved["claims"]?.value,
    fails: findings.length,
    warns: warnings.length,
  }).toEqual({
    ratio: expected.ratio,
    claims: expected.claims,
    fails: expected.fails,
    warns: expected.warns,
  })
}

test("a bar moves the good way and never back", () => {
  check({ ratio: 0.7, claims: 8 }, { ratio: 0.7, claims: 8, fails: 0, warns: 1 })
  check({ ratio: 0.3, claims: 10 }, { ratio: 0.5, claims: 10, fails: 0, warns: 1 })
  check({ ratio: 0.5, claims: 11 }, { ratio: 0.5, claims: 10, fails: 1, warns: 1 })
})

test("a bar with a goal stops there, and only then does falling behind it fail", () => {
  check({ ratio: 1.4, claims: 10 }, { ratio: 1, claims: 10, fails: 0, warns: 0 })
  const reached: Bars = { ratio: { value: 1, better: "higher", goal: 1 } }
  expect(compareBars(reached, { ratio: 0.99 }).findings).toHaveLength(1)
  expect(compareBars(reached, { ratio: 1 }).findings).toEqual([])
})

test("a bar nobody measures and a measure without a bar are both found", () => {
  check({ ratio: 0.5 }, { ratio: 0.5, claims: undefined, fails: 1, warns: 1 })
  check({ ratio: 0.5, claims: 10, more: 1 }, { ratio: 0.5, claims: 10, fails: 1, warns: 1 })
})

test("a type is claimed where it is proved, or it is counted", () => {
  const claims = (text: string) => unprovedAssertions(parseSource("src/lib/x.ts", text)).length
  expect(claims("export const name = read() as string")).toBe(1)
  expect(claims("export const parseName = (value: unknown) => value as string")).toBe(0)
  expect(claims("export function isName(value: unknown) {\n  return (value as string).length > 0\n}")).toBe(0)
  expect(claims('export const names = ["a", "b"] as const')).toBe(0)
})

test("the ratio counts tests and what they stand on against the program, and leaves the tools out", () => {
  const ratio = (...files: [string, number][]) =>
    measure(files.map(([path, lines]) => parseSource(path, "f()\n".repeat(lines))))["testLinesPerSourceLine"]
  expect(ratio(["src/lib/a.ts", 100], ["src/lib/a.test.ts", 80], ["src/testing/clock.ts", 20])).toBe(1)
  expect(ratio(["src/lib/a.ts", 100], ["src/tools/check.ts", 500], ["src/tools/check.test.ts", 500])).toBe(0)
})
