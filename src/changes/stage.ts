import {
  applyPatch,
  type InsideArgv,
  literalPaths,
  pathsInput,
  stageAll,
  stagePaths,
  unstagePaths,
} from "../platform/git/inside-changes.ts"
import type { FileDiff, Hunk } from "./diff.ts"
import { type GitInside, hasNoRepository } from "../loops/index.ts"
import { diffFiles, lookAt } from "./look.ts"
import { hunkNames, patchOf, pickLines } from "./patch.ts"
import { fileIn } from "./status.ts"

export type Done =
  | { kind: "done"; said?: string }
  /** Nothing was done: these are repositories of their own. */
  | { kind: "own-repository"; paths: string[] }
  /** The files are no longer as they were shown. */
  | { kind: "changed" }
  | { kind: "no-repository" }
  | { kind: "refused"; said: string }

export const stageFiles = (git: GitInside, paths: readonly string[]): Promise<Done> => give(git, stagePaths, paths)
export const unstageFiles = (git: GitInside, paths: readonly string[]): Promise<Done> => give(git, unstagePaths, paths)
export const stageEverything = (git: GitInside): Promise<Done> => give(git, stageAll, [])

async function give(git: GitInside, argv: InsideArgv, paths: readonly string[]): Promise<Done> {
  return doneOr(await git.ask(argv, { stdin: pathsInput(paths), env: literalPaths }))
}

export function doneOr({ ok, said }: { ok: boolean; said: string }): Done {
  if (ok) return { kind: "done", ...(said !== "" && { said }) }
  if (hasNoRepository(said)) return { kind: "no-repository" }
  return /did not match any file/i.test(said) ? { kind: "changed" } : { kind: "refused", said }
}

export interface HunkChoice {
  path: string
  /** As `hunkNames` called it when it was shown. */
  hunk: string
  /** Only these of its lines, counted from 0; all of them by default. */
  lines?: readonly number[]
}

/** What happens to a hunk: into the index, out of it, or out of the working folder. */
export type HunkDeed = "stage" | "unstage" | "discard"

/**
 * Looks for the hunk in the newest diff, builds a patch of it, has git check that, and applies it. A hunk that says
 * something else by now is not there any more.
 */
export async function applyHunk(git: GitInside, choice: HunkChoice, deed: HunkDeed): Promise<Done> {
  const looked = await lookAt(git)
  if (looked.kind !== "status") return looked
  const { status } = looked
  const scope = { kind: deed === "unstage" ? ("index" as const) : ("work" as const) }
  // In the working folder a rename is none yet.
  const only = scope.kind === "index" ? fileIn(status, choice.path) : { path: choice.path }
  for await (const file of diffFiles(git, { scope, status, only, whole: true })) {
    const hunk = chosen(file, choice, deed)
    if (hunk) return apply(git, patchOf(file, [hunk], wayOf(deed)), deed)
  }
  return { kind: "changed" }
}

const wayOf = (deed: HunkDeed) => (deed === "stage" ? "forward" : "back")

function chosen(file: FileDiff, { hunk: name, lines }: HunkChoice, deed: HunkDeed): Hunk | undefined {
  const hunk = file.hunks[hunkNames(file.hunks).indexOf(name)]
  if (!hunk || file.header.length === 0) return undefined
  return lines === undefined ? hunk : pickLines(hunk, (line) => lines.includes(line), wayOf(deed))
}

async function apply(git: GitInside, patch: Buffer, deed: HunkDeed): Promise<Done> {
  const to = deed === "discard" ? "work" : "index"
  const back = deed !== "stage"
  const checked = await git.ask(applyPatch(to, back, true), { stdin: patch })
  if (!checked.ok) return { kind: "changed" }
  return doneOr(await git.ask(applyPatch(to, back, false), { stdin: patch }))
}
