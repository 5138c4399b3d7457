import type { GitCall } from "./git.ts"

/** What is written is on the disk before git answers: objects, packs and refs. */
const durable = ["-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync"]

export interface Person {
  name: string
  email: string
}

export type FileChange =
  | { path: string; content: Uint8Array; executable: boolean }
  | { path: string; gone: true }
  | { path: string; movedFrom: string }

export interface ImportedCommit {
  branch: string
  /** Absent for the first commit of all. */
  base?: string
  changes: readonly FileChange[]
  author: Person
  /** Seconds since the epoch. */
  at: number
  message: string
}

/**
 * One commit made from a stream, without a checkout; prints its id. The branch moves forward only: one that is meanwhile
 * somewhere else stays there, and git ends with code 1.
 */
export const importCommit = (repository: string, commit: ImportedCommit): GitCall => ({
  repository,
  args: [...durable, "fast-import", "--quiet", "--done", "--date-format=raw"],
  stdin: importStream(commit),
  timeoutMs: 120_000,
  maxOutput: 64 * 1024,
})

function importStream({ branch, base, changes, author, at, message }: ImportedCommit): Uint8Array {
  const person = `${line(author.name)} <${line(author.email)}> ${at} +0000`
  const text = Buffer.from(message)
  return Buffer.concat([
    Buffer.from(
      `feature done\ncommit refs/heads/${branch}\nmark :1\nauthor ${person}\ncommitter ${person}\ndata ${text.length}\n`,
    ),
    text,
    Buffer.from(`\n${base === undefined ? "" : `from ${base}\n`}`),
    ...changes.flatMap(changeLines),
    Buffer.from("\nget-mark :1\ndone\n"),
  ])
}

function changeLines(change: FileChange): Uint8Array[] {
  if ("gone" in change) return [Buffer.from(`D ${quoted(change.path)}\n`)]
  if ("movedFrom" in change) return [Buffer.from(`R ${quoted(change.movedFrom)} ${quoted(change.path)}\n`)]
  const { path, content, executable } = change
  return [
    Buffer.from(`M ${executable ? "100755" : "100644"} inline ${quoted(path)}\ndata ${content.length}\n`),
    content,
    Buffer.from("\n"),
  ]
}

/** The way in which git-fast-import(1) takes any path. */
const quoted = (path: string): string => `"${path.replace(/["\\]/g, (found) => `\\${found}`).replace(/\n/g, "\\n")}"`

/** Names and addresses of people stand between signs that they must not hold. */
const line = (text: string): string => text.replace(/[<>\u0000-\u001f\u007f]/g, "").trim()

/** Two histories that begin apart meet when a repository that had a life of its own is attached. */
const unrelated = ["--allow-unrelated-histories"]

/** Prints the merged tree, or with code 1 a tree and the paths that conflict, each ended by NUL. */
export const mergeTrees = (repository: string, into: string, from: string): GitCall => ({
  repository,
  args: [...durable, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ...unrelated, into, from],
  answers: [0, 1],
  timeoutMs: 60_000,
})

export function parseMerged({
  code,
  text,
}: {
  code: number
  text: string
}): { tree: string } | { conflicts: string[] } {
  const [tree = "", ...paths] = text.split("\0").filter((part) => part !== "")
  if (!/^[0-9a-f]{40,64}$/.test(tree)) throw new Error("git merged trees and named none")
  return code === 0 ? { tree } : { conflicts: [...new Set(paths)] }
}

export interface CommitOfTree {
  tree: string
  parents: readonly string[]
  author: Person
  /** Seconds since the epoch. */
  at: number
  message: string
}

/** As an object on its own: no branch moves. The same call again gives the same commit. */
export const commitTree = (repository: string, { tree, parents, author, at, message }: CommitOfTree): GitCall => ({
  repository,
  args: [...durable, "hash-object", "-t", "commit", "-w", "--stdin"],
  stdin: [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${line(author.name)} <${line(author.email)}> ${at} +0000`,
    `committer ${line(author.name)} <${line(author.email)}> ${at} +0000`,
    "",
    message.endsWith("\n") ? message : `${message}\n`,
  ].join("\n"),
})

/** `from` is what the ref must be at, `to` what it gets; absent: not there. */
export interface RefMove {
  ref: string
  from?: string
  to?: string
}

/** All of the moves or none; one that does not find its ref where it should be ends with code 128. */
export const moveRefs = (repository: string, moves: readonly RefMove[]): GitCall => ({
  repository,
  args: [...durable, "update-ref", "--stdin"],
  stdin: moves.map(moveLine).join(""),
})

function moveLine({ ref, from, to }: RefMove): string {
  if (to === undefined) return `delete ${ref} ${from ?? ""}\n`
  return from === undefined ? `create ${ref} ${to}\n` : `update ${ref} ${to} ${from}\n`
}

/** With code 1 where it is none. */
export const isAncestor = (repository: string, older: string, newer: string): GitCall => ({
  repository,
  args: ["merge-base", "--is-ancestor", older, newer],
  answers: [0, 1],
})

export const blameLines = (repository: string, commit: string, path: string): GitCall => ({
  repository,
  args: ["blame", "--line-porcelain", commit, "--", path],
  maxOutput: 32 << 20,
})

/** Small packs and loose objects become one pack, until each pack is at least twice as large as the next. */
export const repackGrown = (repository: string): GitCall => ({
  repository,
  args: [...durable, "repack", "--geometric=2", "-d", "-n", "--quiet"],
  timeoutMs: 600_000,
})

export const packRefs = (repository: string): GitCall => ({
  repository,
  args: [...durable, "pack-refs", "--all"],
})
