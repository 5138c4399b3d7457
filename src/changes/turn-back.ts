import { pathsInput } from "../platform/git/inside-changes.ts"
import { checkOutHere, contentNow, momentRef, treeOf, treesDiffer } from "../platform/git/inside-turns.ts"
import { fillIndex, listIndex, removeFolder, removePaths } from "../platform/git/inside-undo.ts"
import { pathFromBytes } from "./byte-text.ts"
import type { GitInside } from "../loops/index.ts"
import { type Keeper, keeperOf } from "./keeper.ts"
import { isAbsent, parseStatus, type StatusEntry, type Stored } from "./status.ts"
import { treeNow } from "./turns.ts"
import { forgetOld, indexLine, keep, sure, type UndoNeeds, UndoRefused } from "./undo.ts"

export type WentBack =
  | { kind: "done" }
  /** Nothing is kept of the moment before that turn. */
  | { kind: "not-kept" }
  /** The files are as they were then. */
  | { kind: "nothing" }
  | { kind: "too-large" }
  | { kind: "refused"; said: string }

/**
 * Makes the files what they were before a turn. What they are now is kept first, where it can be brought back from.
 * Commits, branches and the index stay.
 */
export async function goBackBefore(git: GitInside, turn: string, needs: UndoNeeds): Promise<WentBack> {
  try {
    const keeper = await keeperOf(git)
    const before = await keeper.git.ask(treeOf(momentRef(turn, "before")))
    if (!before.ok) return { kind: "not-kept" }
    const now = await treeNow(keeper, needs)
    if (now.kind === "too-large") return now
    const differing = parseTreeDiff(await sure(keeper.git, treesDiffer(now.id, before.out.toString("latin1").trim())))
    if (differing.length === 0) return { kind: "nothing" }
    await keepPresent(keeper, differing, needs)
    await putBack(keeper.git, differing, needs)
    await forgetOld(keeper.git, needs.clock)
    return { kind: "done" }
  } catch (error) {
    if (error instanceof UndoRefused) return { kind: "refused", said: error.said }
    throw error
  }
}

interface Differing {
  /** One character a byte. */
  bytes: string
  now: Stored
  then: Stored
}

/** Reads `git diff-tree --raw -z` (git-diff(1), "Raw output format"); repositories inside are no files. */
export function parseTreeDiff(output: string): Differing[] {
  const records = output.split("\0")
  const differing: Differing[] = []
  for (let at = 0; at + 1 < records.length; at += 2) {
    const [, modeNow, modeThen, idNow, idThen] =
      /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) [A-Z]/.exec(records[at] ?? "") ?? []
    const bytes = records[at + 1]
    if (modeNow === undefined || modeThen === undefined || bytes === undefined) break
    if (modeNow === "160000" || modeThen === "160000") continue
    differing.push({ bytes, now: { mode: modeNow, id: idNow ?? "" }, then: { mode: modeThen, id: idThen ?? "" } })
  }
  return differing
}

async function keepPresent({ git }: Keeper, differing: readonly Differing[], needs: UndoNeeds): Promise<void> {
  const status = parseStatus(await sure(git, contentNow))
  const index = await readIndex(git)
  const entries = differing.map(({ bytes, now }): StatusEntry => {
    const stored = index.get(bytes) ?? nothing
    return {
      ...{ kind: "tracked", path: pathFromBytes(bytes), staged: ".", unstaged: "M", submodule: false },
      ...{ head: nothing, index: stored, workMode: now.mode },
    }
  })
  await keep(git, { status, entries }, needs)
}

const nothing: Stored = { mode: "000000", id: "" }

async function readIndex(git: GitInside): Promise<Map<string, Stored>> {
  const listed = await sure(git, listIndex)
  return new Map(
    listed.split("\0").flatMap((line): [string, Stored][] => {
      const [, mode, id, bytes] = /^(\d+) ([0-9a-f]+) 0\t([\s\S]+)$/.exec(line) ?? []
      return mode !== undefined && id !== undefined && bytes !== undefined ? [[bytes, { mode, id }]] : []
    }),
  )
}

const attributes = /(^|\/)\.gitattributes$/

/** Files that say how others are converted come first, so that the others come out by the rules of their own time. */
async function putBack(git: GitInside, differing: readonly Differing[], needs: UndoNeeds): Promise<void> {
  const gone = differing.filter(({ then }) => isAbsent(then.mode)).map(({ bytes }) => pathFromBytes(bytes))
  if (gone.length > 0) await sure(git, removePaths, { stdin: pathsInput(gone) })
  const wanted = differing.filter(({ then }) => !isAbsent(then.mode))
  for (const rule of [true, false]) {
    const files = wanted.filter(({ bytes }) => attributes.test(bytes) === rule)
    if (files.length === 0) continue
    const index = `/tmp/loopat-back-${needs.ids.hex(8)}`
    const env = { GIT_INDEX_FILE: index }
    const lines = files.map(({ bytes, then }) => indexLine(then, bytes)).join("")
    await sure(git, fillIndex, { stdin: Buffer.from(lines, "latin1"), env })
    await sure(git, checkOutHere, { env })
    await git.ask(removeFolder(index))
  }
}
