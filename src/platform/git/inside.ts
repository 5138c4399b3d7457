/**
 * What is asked of the git inside a sandbox, over the link and with the sandbox's own authority. The server's git never
 * touches such a tree, and what comes back was written by programs that nobody trusts.
 */
type Argv = readonly [program: string, ...args: string[]]

/** git-status(1), "Porcelain Format Version 2", records ended by NUL. */
export const statusInside: Argv = ["git", "status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"]

/** Commits of any branch that no remote-tracking branch holds: `<short id> <subject>`, ended by NUL. */
export const unpushedInside: Argv = [
  "git",
  "log",
  "-z",
  "--max-count=1000",
  "--no-show-signature",
  "--format=%h %s",
  "--branches",
  "HEAD",
  "--not",
  "--remotes",
]
