import type { LoopId, UserName } from "../lib/ids.ts"
import type { Author, Commit, FileAt, RefusedChange, Shelf } from "./contract.ts"
import type { TouchingProposal } from "./touching.ts"
import type { Finding } from "./secret-scan.ts"

/** What waits for somebody's review, and what may be done with it. Who reads it has the right to read the shelf. */
export interface Proposals {
  /** The newest first. Programs are started only for what changed since the last look. */
  list(shelf: Shelf): Promise<ProposalRow[]>
  /** Those that change one file. No program is started for it. */
  touching(shelf: Shelf, path: string): Promise<TouchingProposal[]>
  /** Undefined where there is no such branch, or nothing in it that the trunk does not have. */
  find(shelf: Shelf, branch: string): Promise<Proposal | undefined>
  /** Whether this person may merge it now, and why not. */
  mayMerge(proposal: ProposalRow, reviewer: Reviewer): Promise<ReviewRight>
  /** How it stands with the review outside; undefined where proposals are reviewed here. */
  reviewedOutside(proposal: Proposal): Promise<ReviewedOutside | undefined>
  /** Brings it outside, also where it was closed there, or holds what somebody has looked at. */
  proposeOutside(wanted: Omit<MergeWanted, "author" | "link">): Promise<ProposeOutcome>
  /** Merges what the reviewer saw, against the newest trunk, and removes the branch. */
  merge(wanted: MergeWanted): Promise<MergeOutcome>
  /** Removes the branch; `restore` takes that back within 30 days. */
  discard(wanted: Pick<MergeWanted, "shelf" | "branch" | "seen" | "reviewer">): Promise<DiscardOutcome>
  restore(wanted: Pick<MergeWanted, "shelf" | "branch" | "seen" | "reviewer">): Promise<DiscardOutcome>
}

export interface ProposalRow {
  shelf: Shelf
  branch: string
  /** The newest commit of the branch: what a reviewer sees and means. */
  tip: string
  /** The newest commit of the trunk at that moment. */
  trunk: string
  from: Proposer
  subject: string
  /** When its newest commit was written, in milliseconds since the epoch. */
  at: number
  commits: number
  files: number
  added: number
  removed: number
  state: "clean" | "conflict" | "contained"
  /** Files that both sides changed and no rule joins. */
  conflicts: readonly string[]
  /** Changes something below `.loopat/`. */
  steers: boolean
}

export type Proposer = { kind: "loop"; loop: LoopId } | { kind: "person"; user: UserName } | { kind: "unknown" }

export interface Proposal extends ProposalRow {
  /** Where it left the trunk. */
  base?: string
  newest: readonly Commit[]
  changes: readonly ProposedFile[]
  /** Values that should not be published, by file and line, wherever in its commits. */
  findings: readonly Finding[]
}

/** `before` and `after` are ids for `Repository.read`. */
export interface ProposedFile {
  path: string
  before?: FileAt
  after?: FileAt
}

export interface Reviewer {
  user: UserName
  admin: boolean
}

export type ReviewRight =
  | { kind: "may" }
  /** `outside`: that happens at the home outside. `own`: others than its author review. `admins`: only they. `owner`: it is somebody's own repository. */
  | { kind: "may-not"; why: "own" | "admins" | "owner" | "outside" }

export interface MergeWanted {
  shelf: Shelf
  branch: string
  /** The commit that the reviewer looked at. */
  seen: string
  reviewer: Reviewer
  author: Author
  /** Where the loop is found, for the message of the merge. */
  link?: string
  /** What the findings came to when the reviewer said yes to them; see `confirmationOf`. */
  confirmed?: string
}

export type MergeOutcome =
  | { kind: "merged"; commit: string }
  | { kind: "contained" }
  | { kind: "conflict"; paths: readonly string[] }
  /** The branch has other commits than were looked at, or is gone. */
  | { kind: "moved" }
  /** Nothing is merged until somebody says yes to these very findings. */
  | { kind: "secrets"; findings: readonly Finding[] }
  | Extract<ReviewRight, { kind: "may-not" }>
  | RefusedChange

export type ProposeOutcome = DiscardOutcome | Extract<MergeOutcome, { kind: "secrets" }>

export type ReviewedOutside =
  /** It should be reviewed outside, and there is no outside: it is a proposal like any other. */
  | { state: "no-outside" }
  /** `held`: nobody has looked yet at what looks like secrets in it. `closed`: removed there, and not merged. */
  | { state: "not-yet" | "held" | "closed"; host: string | undefined }
  /** `url`: where a request is opened there. */
  | { state: "there"; host: string | undefined; url?: string }

export type DiscardOutcome = { kind: "done" } | { kind: "moved" } | Extract<ReviewRight, { kind: "may-not" }>
