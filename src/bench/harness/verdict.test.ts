import { expect, test } from "bun:test"
import { judgeCount, judgeRatio, median, quantile } from "./verdict.ts"

const pairs = (...ratios: number[]) => ratios.map((ratio) => ({ ours: ratio, bare: 1 }))

test("a ratio is met when its median is within the budget", () => {
  expect(judgeRatio(pairs(1, 1, 1, 1.9, 2.5, 2.5, 2.5), 2)).toMatchObject({ verdict: "met", median: 1.9, max: 2.5 })
})

test("a ratio is missed only when five of seven pairs are above the budget", () => {
  expect(judgeRatio(pairs(1, 1, 3, 3, 3, 3, 3), 2).verdict).toBe("missed")
  expect(judgeRatio(pairs(1, 1, 1, 3, 3, 3, 3), 2).verdict).toBe("inconclusive")
})

test("when the bare thing itself is restless, nothing but a clear case is decided", () => {
  const restless = (ratios: number[]) =>
    ratios.map((ratio, n) => ({ ours: ratio * (n === 0 ? 2 : 1), bare: n === 0 ? 2 : 1 }))
  expect(judgeRatio(restless([1, 1, 1, 1, 1, 1, 3]), 2).verdict).toBe("inconclusive")
  expect(judgeRatio(restless([1, 1, 1, 1, 1, 1, 1]), 2).verdict).toBe("met")
  expect(judgeRatio(restless([1, 1, 3, 3, 3, 3, 3]), 2).verdict).toBe("inconclusive")
  expect(judgeRatio(restless([3, 3, 3, 3, 3, 3, 3]), 2).verdict).toBe("missed")
})

test("a count may reach its budget and not one more", () => {
  expect([judgeCount(60, 60), judgeCount(61, 60)]).toEqual(["met", "missed"])
})

test("medians and quantiles take a value that was measured", () => {
  expect(median([5, 1, 3])).toBe(3)
  expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10)
})
