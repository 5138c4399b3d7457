import type { Run } from "../../src/lib/code-runs.ts"
import type { CheckoutView } from "./checkouts.ts"
import type { PanelPageView, UnplacedView } from "./panels.ts"

export interface ChangesPageView extends PanelPageView {
  body:
    | { kind: "unplaced"; unplaced: UnplacedView; kept?: KeptTextView | undefined }
    | { kind: "no-repository"; mayBegin: boolean; sight: string; checkouts: CheckoutView[]; lastTurnUrl?: string }
    /** A checkout that only the loop's running sandbox has. */
    | { kind: "asleep"; sight: string; workdirUrl: string }
    | {
        kind: "no-turn"
        /** It may be kept where only the sandbox sees it, which does not run. */
        asleep: boolean
        sight: string
        allUrl: string
        notice?: NoticeView | undefined
      }
    | { kind: "changes"; changes: ChangesView }
}

/** What was typed into a form that could not be done, and everything else that the form said. */
export interface KeptTextView {
  action: string
  fields: [name: string, value: string][]
  name: string
  text: string
}

export interface HistoryPageView extends PanelPageView {
  body:
    | { kind: "unplaced"; unplaced: UnplacedView }
    | {
        kind: "history"
        checkout?: string | undefined
        changesUrl: string
        commits: CommitRowView[]
        search: { text: string; author: string; path: string }
        moreUrl?: string | undefined
      }
}

export interface FileHistoryPageView extends PanelPageView {
  body: { kind: "unplaced"; unplaced: UnplacedView } | ({ kind: "file-history" } & FileHistoryView)
}

export interface FileHistoryView {
  checkout?: string | undefined
  changesUrl: string
  fileUrl: string
  /** As people read it, and as forms have it. */
  path: string
  token: string
  /** As it was typed; empty for all lines. */
  from: string
  to: string
  /** In place of a list. */
  told?: string | undefined
  commits: FileCommitView[]
  moreUrl?: string | undefined
  /** There is more than is listed, with no page for it. */
  cut: boolean
}

export interface FileCommitView extends CommitView {
  was?: string | undefined
  /** What it did to the lines, part by part. */
  rows?: DiffRowView[][] | undefined
}

interface CommitView {
  id: string
  url: string
  subject: string
  author: string
  at: number
  names: string[]
}

export interface CommitRowView extends CommitView {
  lane: number
  width: number
  lines: { from: number; to: number; part: "through" | "into" | "out" }[]
}

export interface BranchesPageView extends PanelPageView {
  body:
    | { kind: "unplaced"; unplaced: UnplacedView }
    | {
        kind: "branches"
        checkout?: string | undefined
        /** Of the checkout, for forms to lead back to it. */
        sight: string
        changesUrl: string
        branches: { name: string; ahead: number; behind: number; current: boolean; own?: boolean }[]
        mayWrite: boolean
        notice?: NoticeView | undefined
      }
}

export interface NoticeView {
  level: "done" | "error"
  sentence: string
  /** What git said. */
  detail?: string | undefined
}

export interface ChangesView {
  loop: string
  /** How the page is looked at, for forms to lead back to it. */
  sight: string
  /** All there are, or none where there is nothing to choose. */
  checkouts: CheckoutView[]
  /** Another one than the working folder. */
  checkout?: string | undefined
  compare: { name: "start" | "work" | "index" | "turn"; url: string; current: boolean }[]
  /** What git has begun and waits to be told how to go on with. */
  underWay?: "rebase" | "merge" | "cherry-pick" | "revert" | undefined
  /** Git's lock is there; without holders it was left behind. */
  lock?: { holders: string[] } | undefined
  /** What is shown is what this turn changed. */
  turn?: TurnView | undefined
  split: boolean
  splitUrl: string
  ignoresSpace: boolean
  spaceUrl: string
  /** Leads from one file back to all. */
  allUrl?: string | undefined
  /** The commit that is shown, shortened. */
  commitShown?: string | undefined
  branch?: { name?: string | undefined; ahead?: number | undefined; behind?: number | undefined } | undefined
  groups: ChangeGroupView[]
  mayWrite: boolean
  commit: { message: string; error?: string | undefined; everything: boolean }
  undo: { id: string; at: number; files: number; size: string }[]
  comments: CommentView[]
  /** Makes a second press of the send button the same message. */
  clientId: string
  notice?: NoticeView | undefined
}

export interface TurnView {
  turn: string
  /** When it ended, in milliseconds. */
  at: number
  olderUrl?: string | undefined
  newerUrl?: string | undefined
}

export interface ChangeGroupView {
  group: "conflicts" | "staged" | "unstaged" | "untracked"
  rows: { path: string; token: string; from?: string | undefined; letter: string; anchor: string }[]
}

export interface CommentView {
  id: string
  path: string
  first: number
  last: number
  side: "new" | "old"
  code: string
  text: string
}

/** One file of a diff. */
export interface FileDiffView {
  anchor: string
  path: string
  token: string
  from?: string | undefined
  letter: string
  added?: number | undefined
  removed?: number | undefined
  modes?: { before: string; after: string } | undefined
  note?: "binary" | "link" | "large" | "empty" | "vault" | undefined
  /** It is an image on these sides. */
  pictures?: { before?: PictureView | undefined; after?: PictureView | undefined } | undefined
  /** The commits that touched it. */
  historyUrl?: string | undefined
  /** Shows it although it is large. */
  showUrl?: string | undefined
  hunks: HunkView[]
  deeds: ("stage" | "unstage" | "discard")[]
  /** The address at which one of its lines is commented; without the line. */
  commentUrl?: string | undefined
  commentForm?:
    { first: number; last: number; side: "new" | "old"; text: string; error?: string | undefined } | undefined
}

export interface PictureView {
  url: string
  bytes: number
  /** In pixels. */
  size?: { width: number; height: number } | undefined
}

export interface HunkView {
  name: string
  title: string
  rows: DiffRowView[]
  /** Where single lines of it are chosen. */
  pickUrl?: string | undefined
  /** They are being chosen now. */
  picking?: true | undefined
  /** First line on the new side. */
  line: number
}

export interface DiffRowView {
  kind: "same" | "added" | "removed"
  before?: number | undefined
  after?: number | undefined
  runs: readonly Run[]
  openEnd?: true | undefined
}
