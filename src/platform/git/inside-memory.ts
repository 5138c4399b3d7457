/**
 * What is asked of the git of a loop's personal checkout, so that what lies below `memory/` reaches everybody's trunk and
 * nothing else does. It runs inside the sandbox, with its authority.
 */
import { type InsideArgv, insideGit as git } from "./inside-changes.ts"

const memory = "memory"
const others = [".", ":(exclude)memory"]
/** The newest memory that was given, where the loop's branch could not follow. */
const given = "refs/loopat/memory"

export const trunkRef = (trunk: string): string => `refs/remotes/origin/${trunk}`

export const changedMemory = git("status", "--porcelain", "-z", "--untracked-files=all", "--", memory)
export const anyChange = git("status", "--porcelain", "-z")
export const addMemory = git("add", "--all", "--", memory)
/** What is staged besides stays staged. */
export const commitMemory = (message: string): InsideArgv =>
  git("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--only", "-m", message, "--", memory)

const resolve = (name: string): InsideArgv => git("rev-parse", "--quiet", "--verify", "--end-of-options", name)
export const commitAt = (ref: string): InsideArgv => resolve(`${ref}^{commit}`)
export const memoryAt = (commit: string): InsideArgv => resolve(`${commit}:${memory}`)
export const givenMemory = commitAt(given)
export const noteGiven = (commit: string): InsideArgv => git("update-ref", given, commit)

export const fetchOrigin = git("fetch", "--quiet", "--no-auto-gc", "--no-tags", "--no-recurse-submodules", "origin")
export const commonBase = (a: string, b: string): InsideArgv => git("merge-base", a, b)
/** Exits with 1 where it is not so. */
export const isAncestor = (older: string, newer: string): InsideArgv => git("merge-base", "--is-ancestor", older, newer)
/** Exits with 1 where anything but memory differs. */
export const differsElsewhere = (from: string, to: string): InsideArgv =>
  git("diff", "--quiet", "--no-ext-diff", from, to, "--", ...others)

/** In an index of its own: the tree of `commit` with the memory of another one. */
export const treeWithMemory = (commit: string, memoryTree: string): readonly InsideArgv[] => [
  git("read-tree", commit),
  git("rm", "-r", "--force", "--quiet", "--cached", "--ignore-unmatch", "--", memory),
  git("read-tree", `--prefix=${memory}/`, memoryTree),
  git("write-tree"),
]
export const commitOf = (tree: string, parents: readonly string[], message: string): InsideArgv =>
  git("commit-tree", "--no-gpg-sign", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", message)
/** Prints the tree first; exits with 1 where the sides collide, and then names their paths, ended by NUL. */
export const mergedTree = (ours: string, theirs: string): InsideArgv =>
  git("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs)
export const pushTo = (commit: string, trunk: string): InsideArgv =>
  git("push", "--quiet", "--no-verify", "origin", `${commit}:refs/heads/${trunk}`)
export const followTo = (commit: string): InsideArgv => git("merge", "--quiet", "--ff-only", commit)
