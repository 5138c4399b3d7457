import {
  findMarks,
  giveUp,
  goOnWith,
  isLocked,
  mayHoldLock,
  type Operation,
  parseMarks,
  removeLock,
} from "../platform/git/inside-under-way.ts"
import { whereGitLies } from "../platform/git/inside-undo.ts"
import { hooksMs } from "./commit.ts"
import type { GitInside } from "../loops/index.ts"
import { doneOr, type Done } from "./stage.ts"

export interface Waiting {
  /** The merge, rebase, pick or revert that waits for somebody to go on with it. */
  operation?: Operation | undefined
  /** Git's lock on what is staged. `holders`: command lines of what may have it; none when it was left behind. */
  lock?: { holders: string[] } | undefined
}

export async function waitingIn(git: GitInside): Promise<Waiting> {
  const found = await marksOf(git)
  if (!found) return {}
  const operation = parseMarks(found.marks)
  return { operation, ...(isLocked(found.marks) && { lock: { holders: await holdersOf(git) } }) }
}

export const underWay = async (git: GitInside): Promise<Operation | undefined> => (await waitingIn(git)).operation

async function marksOf(git: GitInside): Promise<{ folder: string; marks: string } | undefined> {
  const where = await git.ask(whereGitLies)
  const [folder = ""] = where.out.toString("utf8").split("\n")
  if (!where.ok || !folder.startsWith("/")) return undefined
  return { folder, marks: (await git.ask(findMarks(folder))).out.toString("utf8") }
}

async function holdersOf({ box }: GitInside): Promise<string[]> {
  const running = await box.processes()
  return running.flatMap(({ pid, command }) => (mayHoldLock(command) ? [`${command.slice(0, 200)} (${pid})`] : []))
}

export type Unlocked = { kind: "done" } | { kind: "held"; holders: string[] } | { kind: "not-locked" }

/** Removes a lock that was left behind, and none that anything which runs may have. */
export async function removeLeftLock(git: GitInside): Promise<Unlocked> {
  const found = await marksOf(git)
  if (!found || !isLocked(found.marks)) return { kind: "not-locked" }
  const holders = await holdersOf(git)
  if (holders.length > 0) return { kind: "held", holders }
  await git.ask(removeLock(found.folder))
  return { kind: "done" }
}

/** Goes on with what waits, or takes it back; what git says of it is part of the answer. */
export async function endUnderWay(
  git: GitInside,
  deed: "continue" | "abort",
  identity: Readonly<Record<string, string>>,
): Promise<Done> {
  const operation = await underWay(git)
  if (!operation) return { kind: "changed" }
  const argv = deed === "continue" ? goOnWith(operation) : giveUp(operation)
  const { ok, out, said } = await git.ask(argv, { env: identity, timeoutMs: hooksMs })
  return doneOr({ ok, said: [out.toString("utf8"), said].join("\n").trim() })
}
