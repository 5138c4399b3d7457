/**
 * What the pages about changes ask of the git inside a sandbox, over the link and with the sandbox's own authority.
 * Nothing of it runs on the server. Paths go in by stdin or as patterns behind `--`, and come out ended by NUL.
 */
import { pathBytes } from "../../lib/file-path.ts"

export type InsideArgv = readonly [program: string, ...args: string[]]

/** No locks for looking, no questions, no pager, no words in another language; nothing above the loop is looked at. */
export const insideEnvironment = (ceiling: string): Record<string, string> => ({
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_PAGER: "cat",
  GIT_EDITOR: "true",
  LC_ALL: "C",
  GIT_CEILING_DIRECTORIES: ceiling,
})

/** Paths from stdin are names, whatever characters they have. */
export const literalPaths = { GIT_LITERAL_PATHSPECS: "1" }

/** A git that asks nobody, colours nothing, and starts no watcher of files. */
export const insideGit = (...args: string[]): InsideArgv => [
  "git",
  "--no-pager",
  ...["core.fsmonitor=false", "color.ui=false", "core.quotePath=true"].flatMap((setting) => ["-c", setting]),
  ...args,
]

/** Every object id of git's SHA-1 repositories knows this tree without files. */
export const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

export const statusNow = insideGit(
  "status",
  "--porcelain=v2",
  "-z",
  "--branch",
  "--untracked-files=all",
  "--find-renames",
  "--ignore-submodules=none",
)

/** The working folder against the index, the index or the working folder against a commit, what a commit changed, or two commits. */
export type DiffSides =
  | { kind: "work" }
  | { kind: "index"; base: string }
  | { kind: "since"; base: string }
  | { kind: "commit"; id: string }
  | { kind: "between"; from: string; to: string }

export interface DiffWish {
  sides: DiffSides
  /** Only these. */
  paths?: readonly string[] | undefined
  ignoreSpace?: boolean | undefined
  /** A folder that is not looked into, whatever the case of its name. */
  leaveOut?: string | undefined
}

const diffOptions = [
  ...[
    "--raw",
    "--no-abbrev",
    "--numstat",
    "-z",
    "--patch",
    "--find-renames",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
  ],
  ...[
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--no-relative",
    "--submodule=short",
    "--unified=3",
    "--inter-hunk-context=0",
  ],
  ...["--ignore-submodules=none", "-O/dev/null"],
]

/** A list of files and their patches, see `DiffReader`. */
export function diffNow({ sides, paths = [], ignoreSpace, leaveOut }: DiffWish): InsideArgv {
  const space = ignoreSpace ? ["--ignore-all-space"] : []
  const without = leaveOut === undefined ? [] : [`:(top,exclude,icase)${leaveOut}`]
  return insideGit(...sidesOf(sides), ...diffOptions, ...space, "--", ...paths.map(pattern), ...without)
}

/** Of the object whose id comes by stdin: a line `id kind size`, then its content. */
export const blobContent: InsideArgv = insideGit("cat-file", "--batch")

/** Where what a checkout has and its home does not have begins. */
export const whereItLeft: InsideArgv = insideGit("merge-base", "HEAD", "refs/remotes/origin/HEAD")

/** A commit against its first parent, the very first one against nothing. */
function sidesOf(sides: DiffSides): string[] {
  switch (sides.kind) {
    case "work":
      return ["diff"]
    case "index":
      return ["diff", "--cached", sides.base]
    case "since":
      return ["diff", sides.base]
    case "commit":
      return ["show", "--format=", "--diff-merges=first-parent", sides.id]
    case "between":
      return ["diff", sides.from, sides.to]
  }
}

/** Each of the paths from stdin as a file that is all new; the only way for names that cannot be arguments. */
export const diffOfUntracked: InsideArgv = [
  ...(["xargs", "-0", "-n", "1"] as const),
  ...insideGit("diff", "--no-index", "--patch", "--no-color", "--no-ext-diff", "--no-textconv", "--src-prefix=a/"),
  ...["--dst-prefix=b/", "--", "/dev/null"],
]

/** Matches one path. Bytes that are no UTF-8 cannot be an argument: there any byte matches, and the caller looks again. */
export function pattern(path: string): string {
  if (path.isWellFormed()) return `:(top,literal)${path}`
  const glob = [...path].map((letter) => (letter.isWellFormed() ? letter.replace(/[*?[\\]/, "\\$&") : "?")).join("")
  return `:(top,glob)${glob}`
}

export const applyPatch = (to: "index" | "work", back: boolean, check: boolean): InsideArgv =>
  insideGit(
    "apply",
    ...(to === "index" ? ["--cached"] : []),
    ...(back ? ["--reverse"] : []),
    ...(check ? ["--check"] : []),
    ...["--whitespace=nowarn", "--no-ignore-whitespace", "-"],
  )

const fromStdin = ["--pathspec-from-file=-", "--pathspec-file-nul"]
export const stagePaths = insideGit("add", "--all", ...fromStdin)
export const stageAll = insideGit("add", "--all")
export const unstagePaths = insideGit("reset", "--quiet", ...fromStdin)
/** Index and working folder as the last commit has them. */
export const backToCommit = insideGit("checkout", "--quiet", "HEAD", ...fromStdin)
export const forgetPaths = insideGit("rm", "--quiet", "--cached", "--force", "-r", "--ignore-unmatch", ...fromStdin)

/** Paths for stdin, ended by NUL, byte for byte. */
export const pathsInput = (paths: readonly string[]): Buffer =>
  Buffer.concat(paths.flatMap((path) => [pathBytes(path), Buffer.of(0)]))

/** The message comes by stdin; `amend` puts it into the place of the last commit. */
export const commitNow = (trailer: string, amend: boolean): InsideArgv =>
  insideGit("commit", ...(amend ? ["--amend"] : []), "--file=-", "--cleanup=whitespace", "--trailer", trailer)
/** The last commit again, with its own message. */
export const amendNow = insideGit("commit", "--amend", "--no-edit")
/** Branches of remotes that have the last commit. */
export const whoHasIt = insideGit(
  "for-each-ref",
  "--count=1",
  "--contains=HEAD",
  "--format=%(refname)",
  "refs/remotes/",
)

export const makeRepository: InsideArgv = insideGit("init", "--quiet", "--initial-branch=main")

/** The variables that say who a commit is by, whatever a repository's own configuration says. */
export const identityVariables = ({
  displayName,
  email,
}: {
  displayName: string
  email: string
}): Record<string, string> => ({
  GIT_AUTHOR_NAME: displayName,
  GIT_AUTHOR_EMAIL: email,
  GIT_COMMITTER_NAME: displayName,
  GIT_COMMITTER_EMAIL: email,
})
