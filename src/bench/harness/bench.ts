import type { Bare } from "./bare.ts"
import type { BudgetId } from "../budgets.ts"
import type { Report } from "./report.ts"
import type { Server, ServerOptions } from "./server.ts"
import type { Pair, Verdict } from "./verdict.ts"

/** What `src/bench/<id>.bench.ts` exports as `bench`. Runs alone, in any order, and leaves nothing behind. */
export interface Bench {
  ids: readonly BudgetId[]
  run(world: World): Promise<void>
}

/** What a bench measures with. Everything in it is ended with the bench. */
export interface World {
  readonly report: Report
  /** The largest step of a series may be left out, and slow pairs are fewer. */
  readonly quick: boolean
  /** How long the soak lasts. */
  readonly minutes: number
  /** A folder of this bench's own. */
  readonly folder: string
  readonly mark: string
  /** Ended with the bench, in reverse order. */
  readonly stack: AsyncDisposableStack
  server(options?: Partial<ServerOptions>): Promise<Server>
  bare(): Promise<Bare>
  /** Tag of a base image; made once per machine. */
  image(): Promise<string>
  /**
   * Measures ours and the bare thing alternately: two pairs that do not count, then seven, or three where one takes
   * seconds and the run is quick. What says nothing is repeated once.
   */
  ratio(id: BudgetId, name: string, measure: Measure): Promise<Verdict>
}

export interface Measure {
  /** Milliseconds, or whatever both are measured in. */
  ours(): Promise<number>
  bare(): Promise<number>
  /** One measurement takes about a second or more. */
  slow?: boolean
  /** One measurement takes many seconds: three pairs, one in a quick run. */
  once?: boolean
  /** Called with all pairs that count. */
  done?(pairs: readonly Pair[]): void
}
