import { insideGit, type InsideArgv } from "./inside-changes.ts"

/** A clone into the folder in which it is run, inside a sandbox and with what its driver has there. */
export const cloneInto = (address: string): InsideArgv =>
  insideGit("clone", "--quiet", "--no-checkout", "--no-recurse-submodules", "--", address, ".")

/** Everything in the folder in which it is run. */
export const emptyFolder: InsideArgv = ["find", ".", "-mindepth", "1", "-delete"]

/** Prints a commit, each where there is one: of a branch of the other side, of a tag, or with this id. The first one counts. */
export const commitNamed = (ref: string): InsideArgv[] =>
  [`refs/remotes/origin/${ref}`, `refs/tags/${ref}`, ref].map((name) =>
    insideGit("rev-parse", "--verify", "--quiet", `${name}^{commit}`),
  )

/** Prints `origin/<branch>`. */
export const trunkName: InsideArgv = insideGit("rev-parse", "--abbrev-ref", "origin/HEAD")

/** Files of a commit on a new branch. */
export const startBranch = (branch: string, commit: string): InsideArgv =>
  insideGit("checkout", "--quiet", "--no-track", "-B", branch, commit, "--")
