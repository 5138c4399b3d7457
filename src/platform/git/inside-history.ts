/** What the pages about history and branches ask of the git inside a sandbox. */
import { parseRef } from "./commands.ts"
import { type InsideArgv, insideGit as git, pattern } from "./inside-changes.ts"

export interface LogWish {
  skip: number
  count: number
  /** Stands in the message. */
  text?: string | undefined
  /** Stands in the author's name or address. */
  author?: string | undefined
  /** A file, or a folder with everything below it. */
  path?: string | undefined
}

const fields = "%H%x00%P%x00%an%x00%ae%x00%at%x00%D%x00%s"

/** Seven fields a commit, each ended by NUL: id, parents, author, address, time in seconds, names, subject. */
export const logNow = ({ skip, count, text, author, path }: LogWish): InsideArgv =>
  git(
    ...["-c", "i18n.logOutputEncoding=UTF-8", "log", "-z", "--no-show-signature", "--topo-order"],
    ...["--regexp-ignore-case", "--fixed-strings", "--decorate=short", "--decorate-refs-exclude=refs/loopat/*"],
    ...[`--skip=${skip}`, `--max-count=${count}`, `--format=${fields}`],
    ...(text === undefined ? [] : [`--grep=${text}`]),
    ...(author === undefined ? [] : [`--author=${author}`]),
    ...["HEAD", "--", ...(path === undefined ? [] : [pattern(path)])],
  )

const logged = ["-c", "i18n.logOutputEncoding=UTF-8", "log", "--no-show-signature", "--decorate=short"]
const asKept = ["--decorate-refs-exclude=refs/loopat/*", "--no-color", "--no-ext-diff", "--no-textconv"]

/**
 * The commits that touched one file, also under the names it had before: for each the fields as above, then what it did
 * to the file as `--raw -z` says it. A name that is no UTF-8 is not followed. `--skip` would count commits that touched
 * something else, so there is none.
 */
export const fileLogNow = (path: string, count: number): InsideArgv =>
  git(
    ...[...logged, ...asKept, "-z", "--raw", "--no-abbrev", `--max-count=${count}`, `--format=${fields}`],
    ...[...(path.isWellFormed() ? ["--follow"] : []), "HEAD", "--", pattern(path)],
  )

export interface LinesWish {
  path: string
  /** Counted from 1, as the last commit has them. */
  from: number
  to: number
  count: number
}

/** What stands before each commit of the history of lines, with its fields; their patch follows. */
export const linesMark = "\u0001\0"

/** The commits that changed these lines. The path must be UTF-8. */
export const linesLogNow = ({ path, from, to, count }: LinesWish): InsideArgv =>
  git(
    ...[...logged, ...asKept, "--src-prefix=a/", "--dst-prefix=b/", `--max-count=${count}`],
    ...[`--format=%x01%x00${fields}%x00`, `-L${from},${to}:./${path}`, "HEAD", "--"],
  )

/** Undefined for what is no whole object id. */
export const parseCommitId = (value: unknown): string | undefined =>
  typeof value === "string" && /^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(value) ? value : undefined

/** Five fields a line, separated by NUL: name, commit, upstream, ahead and behind, `*` for the current one. */
export const branchesNow = git(
  ...["for-each-ref", "--count=500", "--sort=-committerdate"],
  "--format=%(refname:lstrip=2)%00%(objectname)%00%(upstream:lstrip=2)%00%(upstream:track,nobracket)%00%(HEAD)",
  "refs/heads/",
)

/** Undefined for what is no name of a branch. */
export function parseBranchName(value: unknown): string | undefined {
  const name = parseRef(value)
  return name === undefined || name === "HEAD" || name.startsWith("refs/") ? undefined : name
}

export const createBranch = (name: string): InsideArgv => git("switch", "--quiet", "--create", name)
export const switchBranch = (name: string): InsideArgv => git("switch", "--quiet", "--no-guess", name)

export const renameBranch = (from: string, to: string): InsideArgv => git("branch", "--move", "--", from, to)
/** Refuses, unless it is forced, where commits are on no other branch that it follows. */
export const deleteBranch = (name: string, force: boolean): InsideArgv =>
  git("branch", "--delete", ...(force ? ["--force"] : []), "--", name)

export const fetchOrigin = git("fetch", "--quiet", "--no-auto-gc", "origin")
/** Never forced. */
export const pushBranch = (branch: string): InsideArgv =>
  git("push", "--porcelain", "--set-upstream", "origin", `refs/heads/${branch}:refs/heads/${branch}`)
/** Without a word on what is followed: a loop's branch follows the trunk that it came from, wherever it pushes. */
export const pushHeadTo = (branch: string): InsideArgv =>
  git("push", "--porcelain", "origin", `HEAD:refs/heads/${branch}`)
export const mergeTrunk = git("merge", "--no-edit", "--quiet", "refs/remotes/origin/HEAD")
export const mergeUpstream = git("merge", "--no-edit", "--quiet", "@{upstream}")
