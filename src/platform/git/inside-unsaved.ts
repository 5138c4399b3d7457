/** What packs everything that no remote has into one file, without writing into the repository that it is in. */
import { type InsideArgv, insideGit as git } from "./inside-changes.ts"

/** A folder of objects, and an index. */
export const whereContentLies = git(
  ...["rev-parse", "--path-format=absolute", "--git-path", "objects", "--git-path", "index"],
)
export const headNow = git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
/** Id and name, one reference a line. */
export const allBranches = git("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/", "refs/remotes/")

/** Prints something where the checkout holds what is in no commit, or a commit that no remote has. */
export const anyOwnEdit = git("status", "--porcelain", "-z", "--ignore-submodules=all")
export const anyOwnCommit = git("rev-list", "--max-count=1", "--branches", "--not", "--remotes")

/** Reads `create <name> <id>` from stdin, one a line. */
export const makeReferences = git("update-ref", "--stdin")
/** Both read names of references from stdin, and `^<id>` for what is known elsewhere. */
export const countCommits = git("rev-list", "--count", "--stdin")
export const bundleNow: InsideArgv = git("bundle", "create", "--quiet", "-", "--stdin")
