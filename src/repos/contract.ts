import type { LoopId, RepoName, UserName } from "../lib/ids.ts"

/** One of the repositories that the server owns. */
export type Shelf = { context: "knowledge" } | { context: "notes" } | { context: "personal"; user: UserName }

/** A repository of code of which this server is the only home. */
export interface CodeShelf {
  context: "code"
  name: RepoName
}

export interface Shelves {
  /**
   * The repository, made with its first commit when there is none; askers at the same time share the making.
   * Whoever asks has looked whether that person may read the shelf.
   */
  open(shelf: Shelf): Promise<Repository>
  /** After every move of a branch, whoever moved it: a page, a loop, a person with a token, a merge. */
  onMoved(listener: (news: Moved) => void): () => void
  /** After every look at an outside repository, and whenever something could not be brought there. */
  onOutside(listener: (news: OutsideNews) => void): () => void
}

export interface OutsideNews {
  shelf: Shelf
  /** Undefined once there is no outside repository any more. */
  state: OutsideState | undefined
}

/** `from` is absent where the branch was made, `to` where it was removed. */
export interface Moved<S extends Shelf | CodeShelf = Shelf> {
  shelf: S
  branch: string
  from?: string
  to?: string
  by: By
}

/** On whose behalf something was done, and by which loop, if by one. */
export interface By {
  user: UserName
  loop?: LoopId
  /** It came as a push. */
  pushed?: true
}

export interface Repository {
  readonly shelf: Shelf
  /** Host path of the bare repository; its `objects` are what checkouts borrow from. */
  readonly folder: string
  /** The branch that is the consensus: `main` unless the repository says otherwise. */
  trunk(): Promise<string>
  /** Full id of the commit that a branch, tag or commit id stands for; without `ref` that of the trunk. */
  resolve(ref?: string): Promise<string | undefined>
  /** Every file of a commit, sorted by path. No program is started, and what was read of the newest few commits is kept. */
  files(commit: string): Promise<readonly FileAt[]>
  /**
   * Content by blob id; undefined where there is no such blob. Longer than `most` bytes (8 MiB unless said) it is not
   * read. No program is started for it.
   */
  read(blob: string, most?: number): Promise<BlobRead | undefined>
  /** Newest first, as far as `limit` and `path` say. No program is started for it. */
  history(wanted: { from: string; path?: string; limit: number }): Promise<Commit[]>
  /** The commits that touched a file, also under the names it had before. No program is started for it. */
  fileHistory(wanted: FileHistoryWish): Promise<FileHistory>
  /** What a commit did to a file; undefined where there is no such commit. No program is started for it. */
  fileChange(commit: string, path: string): Promise<FileChange | undefined>
  /** Which commit wrote which line; empty where there is no such file. */
  blame(commit: string, path: string): Promise<BlameLine[]>
  /** Branches whose names begin with `prefix`, sorted by name. */
  branches(prefix: string): Promise<Branch[]>
  /**
   * One commit on a branch, without a checkout. A branch that is not there yet is made from `base`; one that is no longer
   * at `base` is left alone. What may not be in the repository is refused by the same rules as in a push.
   */
  commit(wanted: NewCommit): Promise<Committed>
  /** A merge commit with both parents, made without a checkout; a conflict leaves everything as it was. */
  merge(wanted: NewMerge): Promise<Merged>
  /** How a merge would come out, without making one. */
  tryMerge(into: string, from: string): Promise<{ kind: "clean" | "contained" } | { kind: "conflict"; paths: string[] }>
  /** How it stands with the outside repository that this one is kept in step with; undefined where there is none. */
  outside(): Promise<OutsideState | undefined>
  /** The newest commit of the outside repository that is here; undefined where none was ever fetched. */
  outsideTip(): Promise<string | undefined>
  /** Brings here what is new outside, unless that was looked for within a minute; with `now` in any case. */
  refresh(how?: { now: boolean }): Promise<Refresh>
  /** Removes a branch that is still at `expected`; its commits can be brought back for 30 days. */
  removeBranch(name: string, expected: string, by: By): Promise<boolean>
  /** Brings a branch back that was removed at this commit within the last 30 days, unless there is one of its name. */
  restoreBranch(name: string, commit: string, by: By): Promise<boolean>
}

export interface OutsideState {
  /**
   * `not-outside`: something here is not there yet, and is tried again. `diverged`: both went on and do not merge.
   * `refused`: what is there breaks a rule of this server, and stays outside.
   */
  state: "in-step" | "not-outside" | "diverged" | "refused"
  /** RFC 3339. */
  since: string
  /** Who is asked; undefined for a path on this disk. */
  host: string | undefined
  /** The last time the other side answered, RFC 3339. */
  askedAt?: string
  /** What git said the last time it could not get there. */
  sentence?: string
  /** Paths that both sides changed, the first few. */
  conflicts?: readonly string[]
  /** The first file that breaks a rule. */
  refused?: { code: string; path: string }
}

export type Refresh =
  | { kind: "hosted" }
  | { kind: "fresh"; at: string }
  | { kind: "diverged"; at: string }
  /** The other side gave nothing; what is here is of `at`, if it ever answered. */
  | { kind: "stale"; at?: string; sentence: string }

export interface FileAt {
  path: string
  blob: string
  mode: FileMode
}

/** `module` is a commit of another repository that a submodule would be at. */
export type FileMode = "file" | "executable" | "link" | "module"

export type BlobRead = { kind: "content"; content: Uint8Array } | { kind: "long"; bytes: number }

export interface Commit {
  id: string
  parents: string[]
  author: Author
  /** When it was written, in milliseconds since the epoch. */
  at: number
  subject: string
  /** What follows the subject, without the blank line. */
  body: string
}

/** A commit that touched a file: what the file was called after it, and before it if that was something else. */
export interface FileCommit extends Commit {
  path: string
  was?: string
}

export interface FileHistoryWish {
  from: string
  /** Empty: of everything. */
  path: string
  /** Newer commits that are left out, and how many are wanted. */
  skip: number
  count: number
}

export interface FileHistory {
  commits: FileCommit[]
  /** There are older ones. */
  more: boolean
  /** Looking further back would have taken too long. */
  cut: boolean
}

/** `was`: what the file was called before, if that was something else. */
export interface FileChange {
  commit: Commit
  before?: FileAt
  after?: FileAt
  was?: string
}

export interface Author {
  name: string
  email: string
}

export interface BlameLine {
  commit: string
  author: Author
  /** Milliseconds since the epoch. */
  at: number
  subject: string
  text: string
}

export interface Branch {
  name: string
  commit: string
}

/** Applied in order. `movedFrom` takes a file or a whole folder along; `gone` removes one or the other. */
export type Change =
  | { path: string; text: string }
  | { path: string; bytes: Uint8Array }
  | { path: string; gone: true }
  | { path: string; movedFrom: string }

export interface NewCommit {
  branch: string
  base: string
  changes: readonly Change[]
  author: Author
  message: string
  by: By
}

export interface NewMerge {
  /** A branch. */
  into: string
  /** The commit that `into` is expected at; without it wherever it is. */
  expected?: string
  /** A branch or a commit. */
  from: string
  author: Author
  message: string
  by: By
}

export type Committed =
  | { kind: "committed"; commit: string }
  | { kind: "moved"; now: string | undefined }
  | { kind: "unchanged" }
  | RefusedChange

export type Merged =
  | { kind: "merged"; commit: string }
  | { kind: "contained" }
  | { kind: "conflict"; paths: string[] }
  | { kind: "moved"; now: string | undefined }
  | RefusedChange

/** The content breaks a rule, or a change is about a file that is not there. */
export interface RefusedChange {
  kind: "refused"
  code: RefusedContent
  path: string
}

export type RefusedContent =
  /** `.git`, `..`, control characters, bytes that are no UTF-8, or longer than a path may be. */
  | "name"
  /** Another file's name differs from this one's in case only. */
  | "case-twin"
  /** The vaults belong to the server, or the content is not encrypted. */
  | "vault"
  /** Settings that steer what loops do; they wait for a person's review. */
  | "protected"
  /** A settings file that does not parse. */
  | "unreadable"
  /** Left-over conflict markers. */
  | "markers"
  /** A link that leads out of its place, or one where a file was meant. */
  | "link"
  /** Longer than 50 MB. */
  | "too-long"
  /** More files than anybody could look through. */
  | "too-many"
  /** There is no such file or folder. */
  | "missing"
  /** Something else has this name, or a file stands where a folder would have to be. */
  | "exists"
