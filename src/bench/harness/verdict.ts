/** How a ratio is judged: by pairs of measurements that were made alternately. */

export interface Pair {
  ours: number
  bare: number
}

export type Verdict = "met" | "missed" | "inconclusive"

export interface RatioResult {
  median: number
  min: number
  max: number
  verdict: Verdict
  pairs: number
}

/** When the bare thing alone differs by more than this, the machine was too busy to say anything. */
const restlessBare = 1.6

export function judgeRatio(pairs: readonly Pair[], budget: number): RatioResult {
  if (pairs.length === 0) throw new Error("a ratio needs pairs")
  const ratios = pairs.map(({ ours, bare }) => ours / bare).sort((a, b) => a - b)
  const bare = pairs.map((pair) => pair.bare)
  const restless = Math.max(...bare) / Math.min(...bare) > restlessBare
  const over = ratios.filter((ratio) => ratio > budget).length
  const result = { median: median(ratios), min: ratios[0] ?? 0, max: ratios.at(-1) ?? 0, pairs: pairs.length }
  if (result.median <= budget) {
    // A restless bare thing cannot excuse what stayed within the budget in every pair.
    return { ...result, verdict: restless && over > 0 ? "inconclusive" : "met" }
  }
  const most = over >= Math.ceil((pairs.length * 5) / 7)
  return { ...result, verdict: most && (!restless || over === pairs.length) ? "missed" : "inconclusive" }
}

export const judgeCount = (value: number, budget: number): Verdict => (value <= budget ? "met" : "missed")

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Nearest-rank quantile; `part` from 0 to 1. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))] ?? Number.NaN
}
