import { mkdir } from "node:fs/promises"
import { testBaseImage } from "../../testing/base-image.ts"
import type { BudgetId } from "../budgets.ts"
import { startBare } from "./bare.ts"
import type { Measure, World } from "./bench.ts"
import type { Report } from "./report.ts"
import { createServer } from "./server.ts"
import type { Pair, Verdict } from "./verdict.ts"

export interface WorldNeeds {
  report: Report
  quick: boolean
  minutes: number
  folder: string
  mark: string
  profile?: string
}

export async function createWorld(needs: WorldNeeds): Promise<World> {
  const { report, quick, minutes, folder, mark, profile } = needs
  await mkdir(folder, { recursive: true })
  const stack = new AsyncDisposableStack()
  let image: Promise<string> | undefined
  return {
    report,
    quick,
    minutes,
    folder,
    mark,
    stack,
    async server(options = {}) {
      return stack.use(await createServer({ folder, mark, ...(profile && { profile }), ...options }))
    },
    bare: async () => stack.use(await startBare({ folder, mark })),
    image: () => (image ??= testBaseImage()),
    async ratio(id, name, measure) {
      let verdict = await once(id, name, measure)
      if (verdict === "inconclusive" && !quick) verdict = await once(id, name, measure)
      return verdict
    },
  }

  async function once(id: BudgetId, name: string, measure: Measure): Promise<Verdict> {
    const pairs = await measurePairs(measure, howMany(measure, quick))
    measure.done?.(pairs)
    return report.ratio(id, name, pairs)
  }
}

function howMany({ slow, once }: Measure, quick: boolean): { warmUps: number; count: number } {
  if (once) return { warmUps: 0, count: quick ? 1 : 3 }
  return slow && quick ? { warmUps: 1, count: 3 } : { warmUps: 2, count: 7 }
}

/** A B A B: whatever else the machine does meets both alike. */
async function measurePairs(
  { ours, bare }: Pick<Measure, "ours" | "bare">,
  { warmUps, count }: { warmUps: number; count: number },
): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (let n = 0; n < warmUps + count; n++) {
    const pair = { ours: await ours(), bare: await bare() }
    if (n >= warmUps) pairs.push(pair)
  }
  return pairs
}
