import type { Clock } from "../platform/clock.ts"
import { pathsInput } from "../platform/git/inside-changes.ts"
import {
  addContent,
  contentNow,
  copyIndex,
  countBetween,
  dropContent,
  forgetMoment,
  keepMoment,
  listMoments,
  type Moment,
  parseTurn,
  momentRef,
  takeOver,
  tidyApart,
  treeOf,
} from "../platform/git/inside-turns.ts"
import { commitTree, removeFolder, statPaths, writeTree } from "../platform/git/inside-undo.ts"
import type { GitInside } from "../loops/index.ts"
import { apartFolder, type Keeper, keeperOf } from "./keeper.ts"
import { isAbsent, parseStatus, type StatusEntry } from "./status.ts"
import { sure, type UndoNeeds } from "./undo.ts"

export type Kept =
  | { kind: "kept"; commit: string }
  /** More files or bytes than are kept of one moment. */
  | { kind: "too-large" }

/** Of what is in no commit: copying more than this at each turn would cost more than it is worth. */
const mostKeptFiles = 20_000
const mostKeptBytes = 256 << 20

/** Folders that tools fill; only where no repository says itself what is to be left out. */
const filledByTools = /(^|\/)(node_modules|\.venv|__pycache__|\.DS_Store)(\/|$)/

/**
 * Keeps the files as they are at this moment of a turn. Neither the person's index nor HEAD is touched, and what the
 * repository ignores is left out. Each moment is kept once: a turn that comes back began when it first did.
 */
export const keepMomentOf = async (git: GitInside, which: Which, needs: Omit<UndoNeeds, "identity">): Promise<Kept> =>
  keepIn(await keeperOf(git, { make: true }), which, needs)

interface Which {
  turn: string
  moment: Moment
}

async function keepIn(keeper: Keeper, { turn, moment }: Which, needs: Omit<UndoNeeds, "identity">): Promise<Kept> {
  const tree = await treeNow(keeper, needs)
  if (tree.kind === "too-large") return tree
  const now = needs.clock.now()
  const env = { ...nobody, ...dated(now) }
  // The subject is the time in milliseconds: two turns may end within one second.
  const commit = (await sure(keeper.git, commitTree(tree.id, undefined), { stdin: String(now), env })).trim()
  await keeper.git.ask(keepMoment(turn, moment, commit))
  return { kind: "kept", commit }
}

const nobody = {
  GIT_AUTHOR_NAME: "loopat",
  GIT_AUTHOR_EMAIL: "loopat@localhost",
  GIT_COMMITTER_NAME: "loopat",
  GIT_COMMITTER_EMAIL: "loopat@localhost",
}

function dated(now: number): Record<string, string> {
  const seconds = `${Math.floor(now / 1_000)} +0000`
  return { GIT_AUTHOR_DATE: seconds, GIT_COMMITTER_DATE: seconds }
}

export type Tree = { kind: "tree"; id: string } | { kind: "too-large" }

/** All files as one tree, by way of an index of its own. */
export async function treeNow(keeper: Keeper, needs: Omit<UndoNeeds, "identity">): Promise<Tree> {
  const { git, folder } = keeper
  const { entries } = parseStatus(await sure(git, contentNow))
  const changed = entries.filter((entry) => isContent(entry, keeper))
  if (await isTooMuch(git, changed)) return { kind: "too-large" }
  // The store apart has no other use for its index, which knows from the last time what has not changed since.
  if (keeper.in === "apart") return addedTo(git, changed, {})
  const index = `/tmp/loopat-turn-${needs.ids.hex(8)}`
  try {
    await git.ask(copyIndex(`${folder}/index`, index))
    return await addedTo(git, changed, { GIT_INDEX_FILE: index })
  } finally {
    await git.ask(removeFolder(index))
  }
}

/** A repository inside is not a file, and what only the person's index says differently is no change of the files. */
function isContent({ kind, path, unstaged, submodule }: StatusEntry, keeper: Keeper): boolean {
  if (submodule || path.endsWith("/")) return false
  if (kind === "untracked") return keeper.in === "repository" || !filledByTools.test(path)
  return kind === "conflict" || unstaged !== "."
}

async function addedTo(git: GitInside, changed: readonly StatusEntry[], env: Record<string, string>): Promise<Tree> {
  const give = (argv: typeof addContent, entries: readonly StatusEntry[]) =>
    entries.length === 0 ? "" : sure(git, argv, { stdin: pathsInput(pathsOf(entries)), env, timeoutMs: addMs })
  const gone = changed.filter((entry) => !isPresent(entry))
  await give(dropContent, gone)
  await give(addContent, changed.filter(isPresent))
  return { kind: "tree", id: (await sure(git, writeTree, { env })).trim() }
}

const addMs = 15_000
const pathsOf = (entries: readonly StatusEntry[]) => entries.map(({ path }) => path)
const isPresent = ({ kind, workMode }: StatusEntry) => kind === "untracked" || !isAbsent(workMode)

async function isTooMuch(git: GitInside, entries: readonly StatusEntry[]): Promise<boolean> {
  const present = entries.filter(isPresent)
  if (present.length > mostKeptFiles) return true
  if (present.length === 0) return false
  // A file that went away meanwhile has no size, and the program that measures says so.
  const { out } = await git.ask(statPaths, { stdin: pathsInput(pathsOf(present)) })
  const sizes = out.toString("latin1").split("\0").filter(Boolean)
  return sizes.reduce((sum, line) => sum + Number(line.split(" ")[1]), 0) > mostKeptBytes
}

export interface TurnTotals {
  files: number
  added: number
  removed: number
}

export type TurnEnd =
  | ({ kind: "kept" } & TurnTotals)
  | { kind: "too-large" }
  /** Nothing is kept of the moment before it. */
  | { kind: "not-begun" }

/** Keeps the moment after a turn and counts what it changed. */
export async function endOfTurn(git: GitInside, turn: string, needs: Omit<UndoNeeds, "identity">): Promise<TurnEnd> {
  const keeper = await keeperOf(git)
  if (!(await isBegun(keeper, turn))) return { kind: "not-begun" }
  const kept = await keepIn(keeper, { turn, moment: "after" }, needs)
  if (kept.kind === "too-large") return kept
  return { kind: "kept", ...parseTotals(await sure(keeper.git, countBetween(turn))) }
}

async function isBegun({ git, in: kept }: Keeper, turn: string): Promise<boolean> {
  const known = async () => (await git.ask(treeOf(momentRef(turn, "before")))).ok
  if (await known()) return true
  // The folder may have become a repository during the turn: what was kept before that lies beside it.
  if (kept === "apart" || !(await git.ask(takeOver(apartFolder(git)))).ok) return false
  return known()
}

export function parseTotals(line: string): TurnTotals {
  const count = (words: RegExp) => Number(words.exec(line)?.[1] ?? 0)
  return { files: count(/(\d+) files? changed/), added: count(/(\d+) insertion/), removed: count(/(\d+) deletion/) }
}

/** A turn whose beginning and end are known. */
export interface KeptTurn {
  turn: string
  /** When it ended, in milliseconds. */
  at: number
}

/** The newest first. */
export async function keptTurns({ git }: Pick<Keeper, "git">): Promise<KeptTurn[]> {
  const moments = await readMoments(git)
  const begun = new Set(moments.filter(({ moment }) => moment === "before").map(({ turn }) => turn))
  return moments
    .filter(({ turn, moment }) => moment === "after" && begun.has(turn))
    .map(({ turn, at }) => ({ turn, at }))
}

async function readMoments(git: GitInside): Promise<(KeptTurn & { moment: Moment })[]> {
  const { ok, out } = await git.ask(listMoments)
  if (!ok) return []
  return out
    .toString("latin1")
    .split("\n")
    .flatMap((line) => {
      const [name = "", subject = ""] = line.split("\0")
      const turn = parseTurn(name.split("/")[0])
      const moment = (["before", "after"] as const).find((one) => name.endsWith(`/${one}`))
      return turn && moment && /^\d{13}$/.test(subject) ? [{ turn, moment, at: Number(subject) }] : []
    })
    .toSorted((a, b) => b.at - a.at)
}

const keptMs = 14 * 86_400_000
export const mostKeptTurns = 50

/** Lets go of what is older than two weeks, and of all but the newest fifty turns. */
export async function forgetOldTurns(git: GitInside, clock: Clock): Promise<void> {
  const keeper = await keeperOf(git)
  const moments = await readMoments(keeper.git)
  const turns = [...new Set(moments.map(({ turn }) => turn))]
  const late = new Set(turns.slice(mostKeptTurns))
  for (const { turn, moment, at } of moments)
    if (late.has(turn) || at < clock.now() - keptMs) await keeper.git.ask(forgetMoment(turn, moment))
  if (keeper.in === "apart") await keeper.git.ask(tidyApart)
}
