/** What git has begun inside a sandbox and waits to be told how to go on with. */
import { type InsideArgv, insideGit as git } from "./inside-changes.ts"

export const operations = ["rebase", "merge", "cherry-pick", "revert"] as const
export type Operation = (typeof operations)[number]

/** What git leaves in its folder while an operation waits, by the operation. A rebase may leave a pick's mark as well. */
const marks: Record<string, Operation> = {
  "rebase-merge": "rebase",
  "rebase-apply": "rebase",
  MERGE_HEAD: "merge",
  CHERRY_PICK_HEAD: "cherry-pick",
  REVERT_HEAD: "revert",
}

/** What git makes while it writes what is staged. Left behind, it refuses every other that would write. */
const lock = "index.lock"

export const findMarks = (folder: string): InsideArgv => [
  ...(["find", folder, "-maxdepth", "1", "("] as const),
  ...[...Object.keys(marks), lock].flatMap((name, at) => [...(at === 0 ? [] : ["-o"]), "-name", name]),
  ...[")", "-printf", "%f\\n"],
]

export function parseMarks(output: string): Operation | undefined {
  const found = new Set(output.split("\n").flatMap((name) => marks[name] ?? []))
  return operations.find((operation) => found.has(operation))
}

export const isLocked = (output: string): boolean => output.split("\n").includes(lock)
export const removeLock = (folder: string): InsideArgv => ["rm", "-f", "--", `${folder}/${lock}`]

/** A command line of git that may write; a page's own look, which runs beside this question, takes no lock. */
export function mayHoldLock(command: string): boolean {
  if (!/^(\S*\/)?git(-\S+)?(\s|$)/.test(command)) return false
  const own = /^git --no-pager (?:-c \S+ )+(\S+)/.exec(command)
  return !own?.[1] || !looks.has(own[1])
}

const looks = new Set(["status", "for-each-ref", "rev-parse", "diff", "show", "log", "ls-files", "ls-tree", "cat-file"])

export const goOnWith = (operation: Operation): InsideArgv => git(operation, "--continue")
export const giveUp = (operation: Operation): InsideArgv => git(operation, "--abort")
