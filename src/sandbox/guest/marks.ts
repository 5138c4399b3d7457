import { readdirSync, readFileSync } from "node:fs"
import { limits } from "../link/protocol.ts"

/** Every program the guest starts carries this in its environment, and so does all that descends from it. */
export const markName = "LOOPAT_MARK"

export interface Marked {
  pids: number[]
  /** Some processes could not be read and may have the mark: they belong to root inside. */
  unread: boolean
}

/** `since` is when the first process with the mark started: none that is older has it. */
function findMarked(mark: string, since = 0): Marked {
  const wanted = `${markName}=${mark}`
  const found: Marked = { pids: [], unread: false }
  for (const pid of pidsIn("/proc")) {
    const environment = environmentOf(pid)
    if (environment === undefined) found.unread ||= pid !== 1 && (startOf(pid) ?? -1) >= since
    else if (environment.includes(wanted)) found.pids.push(pid)
  }
  return found
}

/** When a process started, in the kernel's ticks since its own start: proc(5), field 22 of `/proc/<pid>/stat`. Everybody may read it. */
export function startOf(pid: number): number | undefined {
  const stat = readOf(pid, "stat")
  const ticks = Number(stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? Number.NaN)
  return Number.isFinite(ticks) ? ticks : undefined
}

/** Signals everything with the mark once and says how many there were. */
export function signalMarked(mark: string, signal: NodeJS.Signals, since?: number): Marked {
  const found = findMarked(mark, since)
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

/**
 * TERM to everything with the mark, KILL after two seconds; returns when nothing with it is left. Root's processes are
 * reached by a program of their own, which takes longer than most programs here run: only when one may have the mark.
 */
export async function endMarked(mark: string, asRoot: RootSignal, since?: number): Promise<void> {
  let left = signalMarked(mark, "SIGTERM", since)
  if (left.unread) {
    await asRoot(mark, "SIGTERM")
    left = findMarked(mark, since)
  }
  for (let waited = 0; left.pids.length > 0 && waited < limits.killAfterMs; waited += pollMs) {
    await Bun.sleep(pollMs)
    left = findMarked(mark, since)
  }
  // What forks while it is being killed needs more than one round.
  for (let round = 0; left.pids.length > 0 && round < 50; round++) {
    left = signalMarked(mark, "SIGKILL", since)
    await Bun.sleep(round)
  }
  if (left.unread) await asRoot(mark, "SIGKILL")
}

const pollMs = 50

export const pidsIn = (folder: string): number[] =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

/** Undefined of a process that may not be read, nothing of one that is gone. */
export const environmentOf = (pid: number): string[] | undefined => readOf(pid, "environ")?.split("\0")

function readOf(pid: number, name: "environ" | "stat"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1")
  } catch (error) {
    if (isDenied(error)) return undefined
    if (isGone(error)) return ""
    throw error
  }
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "")
export const isGone = (error: unknown): boolean => ["ENOENT", "ESRCH"].includes(codeOf(error))
const isDenied = (error: unknown): boolean => ["EACCES", "EPERM"].includes(codeOf(error))
