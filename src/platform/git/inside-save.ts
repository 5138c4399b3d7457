/** What puts the work of a loop on branches and brings it elsewhere before the loop goes. */
import { type InsideArgv, insideGit as git } from "./inside-changes.ts"

/** All of it but these folders, which are repositories of their own. */
export const addAllBut = (folders: readonly string[]): InsideArgv => git("add", "--all", ...allBut(folders))
/** The names of the same, so that a patch of the working folder has what is new, too; no content is copied. */
export const nameAllBut = (folders: readonly string[]): InsideArgv =>
  git("add", "--all", "--intent-to-add", ...allBut(folders))
const allBut = (folders: readonly string[]) => [
  "--",
  ".",
  ...folders.map((folder) => `:(top,exclude,literal)${folder}`),
]
export const commitAll = (message: string): InsideArgv =>
  git("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", message)

const patch = [
  ...[
    "--raw",
    "-z",
    "--patch",
    "--text",
    "--unified=0",
    "--no-renames",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
  ],
  ...["--ignore-submodules=none", "-O/dev/null"],
]
/** What the next commit would change. */
export const stagedPatch = git("diff", "--cached", ...patch)
/** What a commit of everything would change in this one. */
export const workPatch = (base: string): InsideArgv => git("diff", base, ...patch)
/** What each of the commits from stdin changed, and one that merges against all of its parents. */
export const patchesOf = git("diff-tree", "--stdin", "--root", "--no-commit-id", "-r", "-c", ...patch)
/** Ids of commits of one branch that no remote has. */
export const unsavedOf = (commit: string): InsideArgv =>
  git("rev-list", "--max-count=20000", commit, "--not", "--remotes")

/** Ids of commits that no remote has, of all branches and of what is checked out. */
export const unsavedCommits = git("rev-list", "--max-count=20000", "--branches", "HEAD", "--not", "--remotes")
/** Id and name, one branch a line. */
export const branchTips = git("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads/")
export const headCommit = git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
/** Fails where no branch is checked out. */
export const headBranch = git("symbolic-ref", "--quiet", "--short", "HEAD")
/** Never forced. */
export const bringTo = (commit: string, branch: string): InsideArgv =>
  git("push", "--quiet", "--no-verify", "origin", `${commit}:refs/heads/${branch}`)
