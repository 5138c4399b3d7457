import { readdirSync, readFileSync } from "node:fs"
import { limits } from "../link/protocol.ts"

/** Every program the guest starts carries this in its environment, and so does all that descends from it. */
export const markName = "LOOPAT_MARK"

export interface Marked {
  pids: number[]
  /** Some processes could not be read: they belong to root inside. */
  unread: boolean
}

function findMarked(mark: string): Marked {
  const wanted = `${markName}=${mark}`
  const found: Marked = { pids: [], unread: false }
  for (const pid of pidsIn("/proc")) {
    const environment = environmentOf(pid)
    if (environment === undefined) found.unread ||= pid !== 1
    else if (environment.includes(wanted)) found.pids.push(pid)
  }
  return found
}

/** Signals everything with the mark once and says how many there were. */
export function signalMarked(mark: string, signal: NodeJS.Signals): Marked {
  const found = findMarked(mark)
  for (const pid of found.pids) signalQuietly(pid, signal)
  return found
}

/** A process, or with a negative number its whole group. False: it is gone or belongs to somebody else. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if (isGone(error) || isDenied(error)) return false
    throw error
  }
}

/** Reaches what belongs to root inside; absent where there is no sudo. */
export type RootSignal = (mark: string, signal: NodeJS.Signals) => Promise<void>

/** TERM to everything with the mark, KILL after two seconds; returns when nothing with it is left. */
export async function endMarked(mark: string, asRoot: RootSignal): Promise<void> {
  let left = signalMarked(mark, "SIGTERM")
  if (left.unread) await asRoot(mark, "SIGTERM")
  for (let waited = 0; left.pids.length > 0 && waited < limits.killAfterMs; waited += pollMs) {
    await Bun.sleep(pollMs)
    left = findMarked(mark)
  }
  // What forks while it is being killed needs more than one round.
  for (let round = 0; left.pids.length > 0 && round < 50; round++) {
    left = signalMarked(mark, "SIGKILL")
    await Bun.sleep(round)
  }
  if (left.unread) await asRoot(mark, "SIGKILL")
}

const pollMs = 50

export const pidsIn = (folder: string): number[] =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

export function environmentOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0")
  } catch (error) {
    if (isDenied(error)) return undefined
    if (isGone(error)) return []
    throw error
  }
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "")
export const isGone = (error: unknown): boolean => ["ENOENT", "ESRCH"].includes(codeOf(error))
const isDenied = (error: unknown): boolean => ["EACCES", "EPERM"].includes(codeOf(error))
