import type { LoopId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import { Unreadable } from "../platform/disk/json-file.ts"
import type { Log } from "../platform/log.ts"
import type { Farewell } from "./farewell.ts"
import type { Preparations } from "./preparations.ts"
import type { Records } from "./records.ts"
import type { Shelf } from "./shelf.ts"
import type { LoopStore } from "./store.ts"

export interface StartNeeds {
  store: LoopStore
  shelf: Shelf
  records: Records
  preparations: Preparations
  farewell: Pick<Farewell, "moveAway" | "purge">
  clock: Clock
  log: Log
  background: Background
}

/** Records read at the same time: enough to keep the disk busy, few enough to leave pages their turn. */
const together = 16
const hourMs = 3_600_000

/** Fills the shelf after a start and takes up what a stop or kill interrupted. */
export async function startShelf(needs: StartNeeds, signal: AbortSignal): Promise<void> {
  await needs.store.clearHalfMade()
  const waiting = await needs.store.all()
  const readers = Array.from({ length: together }, async () => {
    for (let id = waiting.pop(); id !== undefined && !signal.aborted; id = waiting.pop()) await shelve(id, needs)
  })
  await Promise.all(readers)
  needs.background.run("erase deleted loops that are due", (stop) => purgeHourly(needs, stop))
}

async function shelve(id: LoopId, needs: StartNeeds): Promise<void> {
  // A loop that was made or changed meanwhile is on the shelf already, and newer there.
  if (needs.shelf.get(id)) return
  try {
    const record = await needs.records.read(id)
    if (!record || needs.shelf.get(id)) return
    if (record.state.kind === "deleted") {
      return needs.background.run("move a deleted loop away", () => needs.farewell.moveAway(id))
    }
    needs.shelf.put(record, Math.floor((await needs.store.lastWritten(id)) ?? Date.parse(record.createdAt)))
    if (record.state.kind === "preparing") needs.preparations.start(id)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    needs.log.error("a loop's record cannot be read; it stays as it is until somebody repairs it", { loop: id, error })
  }
}

async function purgeHourly(needs: StartNeeds, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await needs.farewell.purge()
    await pause(needs.clock, hourMs, signal)
  }
}

/** Ends early when the program stops. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((over) => {
    if (signal.aborted) return over()
    const cancel = clock.after(ms, over)
    const stop = () => {
      cancel()
      over()
    }
    signal.addEventListener("abort", stop, { once: true })
  })
}
