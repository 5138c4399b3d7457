import { type Budget, budgets, isLater, type LaterBudget } from "../bench/budgets.ts"
import type { Finding } from "./rule.ts"

type Budgets = Readonly<Record<string, Budget | LaterBudget>>

const place = "src/bench/budgets.ts"
const longestBench = 120

/** Every budget has one bench, and every bench states budgets that exist. What comes later says why. */
export function checkBenches(texts: readonly { path: string; text: string }[], all: Budgets = budgets): Finding[] {
  const benches = texts
    .filter(({ path }) => /^src\/bench\/[^/]+\.bench\.ts$/.test(path))
    .map(({ path, text }) => ({ path, text, ids: statedIds(text) }))
  const statedBy = (id: string) => benches.filter(({ ids }) => ids.includes(id))
  return [
    ...Object.entries(all).flatMap(([id, budget]) => ofBudget(id, budget, statedBy(id).length)),
    ...benches.flatMap((bench) =>
      ofBench(
        bench,
        bench.ids.filter((id) => !Object.hasOwn(all, id)),
      ),
    ),
  ]
}

function ofBudget(id: string, budget: Budget | LaterBudget, count: number): Finding[] {
  if (isLater(budget)) {
    if (budget.later.trim() === "") return [finding(place, `${id} comes later and does not say why`)]
    return count === 0 ? [] : [finding(place, `${id} has a bench: give it its numbers instead of a reason to wait`)]
  }
  if (count === 1) return []
  return [
    finding(
      place,
      count === 0
        ? `${id} has no bench: measure it or say why it comes later`
        : `${id} has ${count} benches: one is right`,
    ),
  ]
}

interface Stated {
  path: string
  text: string
  ids: string[]
}

function ofBench({ path, text, ids }: Stated, unknown: string[]): Finding[] {
  const lines = text.trimEnd().split("\n").length
  return [
    ...(ids.length === 0 ? [finding(path, 'a bench states the ids of its budgets: `ids: ["L1"]`')] : []),
    ...unknown.map((id) => finding(path, `${id} is no budget: add it to ${place}`)),
    ...(lines > longestBench ? [finding(path, `${lines} lines, ${longestBench} is the end for a bench`)] : []),
  ]
}

/** The ids in `ids: [...]` of the exported bench. */
function statedIds(text: string): string[] {
  const list = /^ {2}ids: \[([^\]]*)\],$/m.exec(text)?.[1] ?? ""
  return [...list.matchAll(/"(\w+)"/g)].map(([, id = ""]) => id)
}

const finding = (path: string, message: string): Finding => ({
  path,
  line: 1,
  rule: "bench",
  message: `${message} (budgets)`,
})
