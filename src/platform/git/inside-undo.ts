/** What keeps and brings back content inside a sandbox before it is discarded, as commits below `refs/loopat/undo/`. */
import { type InsideArgv, insideGit as git } from "./inside-changes.ts"

const undoRefs = "refs/loopat/undo"

/** `<milliseconds>-<hex>`: when it was kept, and what makes it one of its own. */
export const parseUndoId = (value: unknown): string | undefined =>
  typeof value === "string" && /^\d{13}-[0-9a-f]{8}$/.test(value) ? value : undefined

/** For each path from stdin: the raw mode in hex and the size, ended by NUL. */
export const statPaths: InsideArgv = ["xargs", "-0", "stat", "--printf=%f %s\\0", "--"]
/** For each path from stdin, what differs once its content was written again. */
export const stampPaths: InsideArgv = ["xargs", "-0", "stat", "--printf=%f %s %.9Y %i\\0", "--"]
export const removePaths: InsideArgv = ["xargs", "-0", "rm", "-f", "--"]
export const removeFolder = (folder: string): InsideArgv => ["rm", "-rf", "--", folder]

/** What git does not have, ignored or not. Only with `literalPaths`. */
export const othersBeneath = (path: string): InsideArgv => git("ls-files", "-z", "--others", "--", path)

/** Bytes as they lie there: no filter, no change of line ends. One quoted path a line, one id a line back. */
export const hashPaths = git("hash-object", "-w", "--no-filters", "--stdin-paths")
export const hashInput = git("hash-object", "-w", "--no-filters", "--stdin")
/** Puts links from stdin into the index; nothing filters a link. */
export const addLinks = git("update-index", "--add", "-z", "--stdin")
export const listIndex = git("ls-files", "--stage", "-z")
/** `mode id 0<TAB>path` from stdin, ended by NUL; mode 0 takes a path out. */
export const fillIndex = git("update-index", "-z", "--index-info")
export const writeTree = git("write-tree")
export const commitTree = (tree: string, parent: string | undefined): InsideArgv =>
  git("commit-tree", tree, ...(parent === undefined ? [] : ["-p", parent]), "-F", "-")
export const keepUnder = (id: string, commit: string): InsideArgv => git("update-ref", `${undoRefs}/${id}`, commit, "")
export const forgetUndo = (id: string): InsideArgv => git("update-ref", "-d", `${undoRefs}/${id}`)

/** Id and subject, separated by NUL, the newest first. */
export const listUndo = git(
  "for-each-ref",
  "--sort=-refname",
  "--count=200",
  "--format=%(refname:lstrip=3)%00%(contents:subject)",
  `${undoRefs}/`,
)

export const readUndo = (id: string): InsideArgv => git("ls-tree", "-r", "-z", `${undoRefs}/${id}`)
export const readUndoPaths = (id: string): InsideArgv => git("cat-file", "blob", `${undoRefs}/${id}:paths`)
export const whereGitLies = git("rev-parse", "--absolute-git-dir", "--show-toplevel")

/** A repository of no configuration and no attributes, through which files come out byte for byte. */
export const bareRepository = (folder: string): InsideArgv => [
  ...(["env", "--unset=GIT_DIR", "--unset=GIT_WORK_TREE"] as const),
  ...git("init", "--quiet", "--bare", "--template=", "--", folder),
]

/** Writes everything of the index below `prefix`, over what is there. */
export const checkOutIndex = (prefix: string): InsideArgv =>
  git(
    ...["core.autocrlf=false", "core.eol=lf", "core.symlinks=true", "core.attributesFile=/dev/null"].flatMap((one) => [
      "-c",
      one,
    ]),
    ...["checkout-index", "--all", "--force", "--quiet", `--prefix=${prefix}`],
  )

/** Only these variables: a repository's own configuration and attributes have no say. */
export const apartEnvironment = (folder: string, objects: string, index: string): Record<string, string> => ({
  GIT_DIR: folder,
  GIT_WORK_TREE: `${folder}/refs/tags`,
  GIT_INDEX_FILE: index,
  GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
})
