import { readdirSync, readFileSync } from "node:fs"
import { limits } from "../link/protocol.ts"

/** Every program the guest starts carries this in its environment, and so does all that descends from it. */
export const markName = "LOOPAT_MARK"

export interface Marked {
  pids: number[]
  /** Some processes could not be read and may have the mark: they belong to root inside. */
  unread: boolean
}

interface Known {
  /** When the first process with the mark started: none that is older has it. */
  since?: number | undefined
  /** These and their children do not have it, although they belong to root. */
  except?: ReadonlySet<number>
}

function findMarked(mark: string, known: Known): Marked {
  const wanted = `${markName}=${mark}`
  const found: Marked = { pids: [], unread: false }
  for (const pid of pidsIn("/proc")) {
    const environment = environmentOf(pid)
    if (environment === undefined) found.unread ||= mayHaveIt(pid, known)
    else if (environment.includes(wanted)) found.pids.push(pid)
  }
  return found
}

function mayHaveIt(pid: number, { since = 0, except }: Known): boolean {
  const origin = pid === 1 ? undefined : originOf(pid)
  if (origin === undefined || !origin.lives || origin.start < since) return false
  return !except?.has(pid) && !except?.has(origin.parent)
}

/**
 * A process's parent, and when it started, in the kernel's ticks since its own start: proc(5), fields 3, 4, 20 and 22 of
 * `/proc/<pid>/stat`. Everybody may read it. One that has ended and was not waited for yet does not live, unless only its
 * first thread has ended.
 */
export function originOf(pid: number): { parent: number; start: number; lives: boolean } | undefined {
  const stat = readOf(pid, "stat")
  if (!stat) return undefined
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  const [state, parent, threads, start] = [fields[0], fields[1], fields[17], fields[19]]
  return { parent: Number(parent), start: Number(start), lives: state !== "Z" || Number(threads) > 1 }
}

/** Signals everything with the mark once and says how many there were. */
export function signalMarked(mark: string, signal: NodeJS.Signals, known: Known = {}): Marked {
  const found = findMarked(mark, known)
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

/** Reaches what belongs to root inside. */
export interface RootReach {
  signal(mark: string, signal: NodeJS.Signals): Promise<void>
  /** The programs that do it at this moment. */
  readonly pids: ReadonlySet<number>
}

/**
 * TERM to everything with the mark, KILL after two seconds; returns when nothing with it is left. Root's processes are
 * reached by a program of their own, which takes longer than most programs here run: only when one may have the mark.
 */
export async function endMarked(mark: string, asRoot: RootReach, since?: number): Promise<void> {
  const known = { since, except: asRoot.pids }
  let left = signalMarked(mark, "SIGTERM", known)
  if (left.unread) {
    await asRoot.signal(mark, "SIGTERM")
    left = findMarked(mark, known)
  }
  for (let waited = 0; left.pids.length > 0 && waited < limits.killAfterMs; waited += pollMs) {
    await Bun.sleep(pollMs)
    left = findMarked(mark, known)
  }
  // What forks while it is being killed needs more than one round.
  for (let round = 0; left.pids.length > 0 && round < 50; round++) {
    left = signalMarked(mark, "SIGKILL", known)
    await Bun.sleep(round)
  }
  if (left.unread) await asRoot.signal(mark, "SIGKILL")
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
