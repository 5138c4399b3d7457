/** What keeps a loop's files as they were before and after each turn, as commits below `refs/loopat/turns/<turn>/`. */
import { type InsideArgv, insideGit as git } from "./inside-changes.ts"

const turnRefs = "refs/loopat/turns"

export type Moment = "before" | "after"

/** Undefined for what is no id of a turn. */
export const parseTurn = (value: unknown): string | undefined =>
  typeof value === "string" && /^turn_[0-9a-f]{20}$/.test(value) ? value : undefined

export const momentRef = (turn: string, moment: Moment): string => `${turnRefs}/${turn}/${moment}`

/** Hooks have no say, whatever the repository's own configuration is. */
export const withoutHooks: Record<string, string> = {
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "core.hooksPath",
  GIT_CONFIG_VALUE_0: "/dev/null",
}

/** Ignored files are left out. A rename is a file that went and one that came. */
export const contentNow = git(
  ...["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"],
)
export const copyIndex = (from: string, to: string): InsideArgv => ["cp", "--", from, to]
/** Each of the paths from stdin as it is now, also where a folder became a file. */
export const addContent = git("update-index", "--add", "--remove", "--replace", "-z", "--stdin")
/** Also what lies beyond a link by now. */
export const dropContent = git("update-index", "--force-remove", "-z", "--stdin")
export const keepMoment = (turn: string, moment: Moment, commit: string): InsideArgv =>
  git("update-ref", momentRef(turn, moment), commit, "")
export const forgetMoment = (turn: string, moment: Moment): InsideArgv =>
  git("update-ref", "-d", momentRef(turn, moment))
export const countBetween = (turn: string): InsideArgv =>
  git("diff", "--shortstat", "--find-renames", "--no-ext-diff", momentRef(turn, "before"), momentRef(turn, "after"))

/** Turn and moment, and what `keepMoment` has as its commit's subject, separated by NUL; about the newest first. */
export const listMoments = git(
  ...["for-each-ref", "--sort=-committerdate", "--count=500"],
  "--format=%(refname:lstrip=3)%00%(contents:subject)",
  `${turnRefs}/`,
)

/** What differs from one tree to another, one record a path. */
export const treesDiffer = (from: string, to: string): InsideArgv =>
  git("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", from, to)
export const treeOf = (commit: string): InsideArgv =>
  git("rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{tree}`)
/** Writes everything of the index into the working folder, over what is there, by the repository's own rules. */
export const checkOutHere = git("checkout-index", "--all", "--force", "--quiet")

/** A store beside a working folder that has no repository. */
export const beginApart = (folder: string): InsideArgv =>
  git("init", "--quiet", "--bare", "--initial-branch=main", "--template=", "--", folder)
export const apartVariables = (folder: string, workdir: string): Record<string, string> => ({
  GIT_DIR: folder,
  GIT_WORK_TREE: workdir,
})
/** Packs are made inside, and what nothing leads to any more goes. */
export const tidyApart = git("gc", "--auto", "--quiet")
/** Takes over what was kept before the folder had a repository. */
export const takeOver = (apart: string): InsideArgv =>
  git(
    ...["fetch", "--quiet", "--no-auto-gc", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"],
    ...["--", apart, "refs/loopat/*:refs/loopat/*"],
  )
