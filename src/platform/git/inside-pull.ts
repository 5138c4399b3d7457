import { insideGit as git } from "./inside-changes.ts"

/** What brings a clean checkout of a context to what is newest, inside the sandbox and with its authority. */

/** Prints the branch's full name; exits with 1 where none is checked out. */
export const branchNow = git("symbolic-ref", "--quiet", "HEAD")
/** How many commits `to` has that `from` has not. */
export const countBetween = (from: string, to: string) => git("rev-list", "--count", `${from}..${to}`)
