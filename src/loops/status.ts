import type { UserName } from "../lib/ids.ts"
import type { LoopActivity } from "./contract.ts"
import type { LoopRecord } from "./record.ts"

/** What a list says about a loop; the highest that applies wins, in this order. */
export type LoopStatus =
  "needs-you" | "failed" | "working" | "queued" | "preparing" | "new" | "offered" | "idle" | "archived"

export interface StatusSource {
  state: LoopRecord["state"]
  driver: UserName
  createdBy: UserName
  activity?: LoopActivity
  /** Number of the transcript line that ended the last turn; 0 when there was none. */
  finished: number
  /** The last line that the reader had on screen; undefined when he never looked. */
  seen?: number
}

export function statusOf(loop: StatusSource, reader: UserName): LoopStatus {
  const { state, activity } = loop
  if (state.kind === "archived" || state.kind === "deleted") return "archived"
  if (state.kind === "broken") return "failed"
  if (activity && activity.status !== "idle") return activity.status
  if (state.kind === "preparing") return "preparing"
  if (isNews(loop, reader)) return "new"
  return state.kind === "offered" ? "offered" : "idle"
}

/** A loop that somebody never opened is news only to the people whose work it is. */
function isNews({ finished, seen, driver, createdBy }: StatusSource, reader: UserName): boolean {
  if (finished === 0) return false
  return seen === undefined ? reader === driver || reader === createdBy : finished > seen
}
