import type { UserName } from "../lib/ids.ts"
import { LoopRecord, LoopState } from "./record.ts"

/** How a loop's record changes from one state to the next. Each returns the same record when there is nothing to do. */

const longestTitle = 200

/** One line, trimmed, at most 200 characters of any script. Empty or too long: undefined. */
export function parseTitle(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > 10_000) return undefined
  const title = value.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim()
  return title === "" || [...title].length > longestTitle ? undefined : title
}

export const startStep = (record: LoopRecord, step: string, at: string): LoopRecord => {
  const { state } = record
  if (state.kind !== "preparing" || state.step === step) return record
  return { ...record, state: { ...state, step, steps: [...(state.steps ?? []), { step, at }] } }
}

export const prepareAgain = (record: LoopRecord, at: string): LoopRecord =>
  record.state.kind === "broken"
    ? { ...record, state: { kind: "preparing", since: at, step: "accepted", steps: [] } }
    : record

export interface Breakage {
  /**
   * `repo-unreachable`, `repo-host-unknown`, `repo-host-changed`, `repo-not-let-in`, `repo-no-repository`, `repo-gone`,
   * `repo-empty`, `ref-unknown`, `version-unknown`, `checkout-failed`, `disk-full`, `failed`
   */
  reason: string
  /** What git or the system said. */
  sentence: string
  hostKey?: { host: string; fingerprint: string }
}

export const breakDown = (record: LoopRecord, breakage: Breakage, at: string): LoopRecord =>
  record.state.kind === "preparing" ? { ...record, state: { kind: "broken", ...breakage, at } } : record

export const becomeReady = (record: LoopRecord): LoopRecord =>
  record.state.kind === "preparing" ? { ...record, state: { kind: "driven" } } : record

export const rename = (record: LoopRecord, title: string): LoopRecord => ({ ...record, title, titleBy: "person" })

export function archive(record: LoopRecord, by: UserName, at: string): LoopRecord {
  const { state } = record
  if (state.kind === "archived" || state.kind === "deleted") return record
  return { ...record, state: { kind: "archived", at, by, was: state.kind, before: state } }
}

export function restore(record: LoopRecord): LoopRecord {
  const { state } = record
  return state.kind === "archived" ? { ...record, state: formerState(state.before, state.at) } : record
}

export function remove(record: LoopRecord, by: UserName, when: { at: string; purgeAt: string }): LoopRecord {
  const { state } = record
  if (state.kind === "deleted") return record
  return { ...record, state: { kind: "deleted", by, ...when, was: state.kind, before: state } }
}

export function bringBack(record: LoopRecord): LoopRecord {
  const { state } = record
  return state.kind === "deleted" ? { ...record, state: formerState(state.before, state.at) } : record
}

/** A former state that cannot be read is prepared once more, which loses nothing: every step of it is repeatable. */
function formerState(before: unknown, at: string): LoopState {
  const state = LoopState.safeParse(before)
  return state.success ? state.data : { kind: "preparing", since: at, step: "accepted" }
}

/** Its sandbox has been or could be started: the working folder is whole and the sandbox's. */
export function isPrepared({ state }: Pick<LoopRecord, "state">): boolean {
  if (state.kind === "archived" || state.kind === "deleted") {
    const before = LoopState.safeParse(state.before)
    return before.success && isPrepared({ state: before.data })
  }
  return state.kind === "driven" || state.kind === "offered"
}
