import { type Budget, budgetOf, type BudgetId, isLater } from "../budgets.ts"
import { judgeCount, judgeRatio, type Pair, quantile, type Verdict } from "./verdict.ts"

/** One measured thing of one budget. */
export interface Line {
  id: string
  kind: "count" | "ratio" | "wall" | "series" | "note"
  name: string
  measured: string
  value?: number
  budget?: number
  verdict: Verdict | "reported" | "in a test" | "left out" | "later" | "failed" | "not measured"
}

/** Where a bench says what it measured. Budgets come from the data; a name that is not in it is a mistake. */
export interface Report {
  readonly lines: readonly Line[]
  count(id: BudgetId, name: string, value: number): void
  ratio(id: BudgetId, name: string, pairs: readonly Pair[]): Verdict
  /** Milliseconds; the 95th percentile is held against the budget and only reported. */
  wall(id: BudgetId, name: string, ms: readonly number[]): void
  /** Growth from step to step of a scale. */
  series(id: BudgetId, name: string, steps: readonly (readonly [at: number, value: number])[]): void
  leftOut(id: BudgetId, name: string, why: string): void
  /** A count that a test of `npm test` keeps, because only there it can be seen. */
  inTest(id: BudgetId, name: string, test: string): void
  note(id: BudgetId, text: string): void
  failed(id: BudgetId, why: string): void
  /** Puts in everything that these budgets name and nobody measured. */
  close(ids: readonly BudgetId[]): void
}

export function createReport(): Report {
  const lines: Line[] = []
  const budgetNamed = (id: string, kind: "counts" | "ratios" | "walls", name: string): number => {
    const limit = existing(id)[kind]?.[name]
    if (limit === undefined) throw new Error(`${id} has no budget "${name}" in ${kind}`)
    return limit
  }
  return {
    lines,
    count(id, name, value) {
      const budget = budgetNamed(id, "counts", name)
      const verdict = Number.isFinite(value) ? judgeCount(value, budget) : "failed"
      lines.push({ id, kind: "count", name, measured: amount(value), value, budget, verdict })
    },
    ratio(id, name, pairs) {
      const budget = budgetNamed(id, "ratios", name)
      const { median, min, max, verdict, pairs: count } = judgeRatio(pairs, budget)
      // The first try of a ratio that said nothing is replaced by the second.
      const before = lines.findIndex((line) => line.id === id && line.kind === "ratio" && line.name === name)
      if (before >= 0) lines.splice(before, 1)
      const bare = pairs.map((pair) => pair.bare)
      const measured = `×${amount(median)} (${amount(min)}–${amount(max)}, ${count} pairs, bare ${ms(quantile(bare, 0.5))})`
      lines.push({ id, kind: "ratio", name, measured, value: median, budget, verdict })
      return verdict
    },
    wall(id, name, values) {
      const budget = budgetNamed(id, "walls", name)
      const [p50, p95] = [quantile(values, 0.5), quantile(values, 0.95)]
      const measured = `p50 ${ms(p50)}, p95 ${ms(p95)}`
      lines.push({ id, kind: "wall", name, measured, value: p95, budget, verdict: "reported" })
    },
    series(id, name, steps) {
      const first = steps[0]?.[1] ?? Number.NaN
      const measured = steps.map(([at, value]) => `${at}: ${amount(value)} (×${amount(value / first)})`).join(" · ")
      lines.push({ id, kind: "series", name, measured, verdict: "reported" })
    },
    leftOut: (id, name, why) => void lines.push({ id, kind: "note", name, measured: why, verdict: "left out" }),
    inTest(id, name, test) {
      const budget = budgetNamed(id, "counts", name)
      lines.push({ id, kind: "count", name, measured: test, budget, verdict: "in a test" })
    },
    note: (id, text) => void lines.push({ id, kind: "note", name: "", measured: text, verdict: "reported" }),
    failed: (id, why) => void lines.push({ id, kind: "note", name: "bench", measured: why, verdict: "failed" }),
    close(ids) {
      for (const id of ids) lines.push(...unmeasured(id, lines))
    },
  }
}

function existing(id: string): Budget {
  const budget = budgetOf(id)
  if (!budget || isLater(budget)) throw new Error(`there is no budget ${id} to measure`)
  return budget
}

function unmeasured(id: string, lines: readonly Line[]): Line[] {
  const { counts = {}, ratios = {}, walls = {} } = existing(id)
  const known = new Set(lines.filter((line) => line.id === id).map(({ name }) => name))
  const missing = (kind: Line["kind"], named: Readonly<Record<string, number>>): Line[] =>
    Object.entries(named)
      .filter(([name]) => !known.has(name))
      .map(([name, budget]) => ({ id, kind, name, measured: "–", budget, verdict: "not measured" }))
  return [...missing("count", counts), ...missing("ratio", ratios), ...missing("wall", walls)]
}

/** Three significant digits, or all of them before the point. */
function amount(value: number): string {
  if (!Number.isFinite(value)) return "–"
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString("en-US")
  return String(Number(value.toPrecision(3)))
}

const ms = (value: number) => `${amount(value)} ms`

/** The table that people read. */
export function printTable(lines: readonly Line[]): string {
  const rows = lines.map(({ id, name, measured, budget, verdict }) => [
    id,
    name,
    budget === undefined ? "" : `≤ ${amount(budget)}`,
    measured,
    verdict === "missed" || verdict === "failed" || verdict === "not measured" ? verdict.toUpperCase() : verdict,
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? "").length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}
