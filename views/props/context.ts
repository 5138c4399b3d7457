import type { DiffLine } from "../../src/lib/diff.ts"
import type { ShelfName } from "../../src/lib/context-urls.ts"
import type { SafeHtml } from "../../src/lib/jsx/safe-html.ts"
import type { CodeView } from "./code.ts"
import type { CrumbView, EditView, NoticeView, ThingActionsView } from "./files.ts"
import type { FrameView } from "./frame.ts"
import type { OutsideStateView } from "./outside.ts"

/** What stands around every page of Context. */
export interface ContextFrameView extends FrameView {
  shelves: { name: ShelfName; url: string; current: boolean }[]
  /** The folders on the way to what is shown, and what lies beside it. */
  tree: TreeRowView[]
  crumbs: CrumbView[]
  search: { words: string; shelf?: ShelfName | undefined; code?: string | undefined }
  /** A text is being written on it. */
  writes?: boolean
  /** Where a home outside is given to what is shown. */
  homeUrl?: string | undefined
  /** What is amiss between the context that is shown and its home outside. */
  outside?: OutsideStateView | undefined
  notice?: (NoticeView & { link?: { words: string; url: string } | undefined }) | undefined
}

export interface TreeRowView {
  name: string
  url: string
  depth: number
  kind: "folder" | "file" | "more"
  /** A folder whose content is shown. */
  open?: boolean
  current?: boolean
}

export interface ContextPageView extends ContextFrameView {
  /** What the page is about, as its heading, and the heading's name where the document gave it one. */
  heading?: string | undefined
  headingId?: string | undefined
  tabs?: TabView[] | undefined
  body: ContextBodyView
  beside?: BesideView | undefined
}

export interface TabView {
  view: "page" | "source" | "history" | "blame"
  url: string
  current: boolean
}

/** `odd`, of a change: what changed is no text, or too long to be compared. */
export type ContextBodyView =
  | { kind: "folder"; folder: ContextFolderView }
  | ({ kind: "document"; html: SafeHtml; properties: [string, string][]; broken?: string | undefined } & ActsView)
  | ({ kind: "text"; text: SafeHtml } & ActsView)
  | ({ kind: "image"; url: string } & ActsView)
  | ({ kind: "binary" | "long" } & ActsView)
  | { kind: "link"; target: string; url?: string | undefined }
  | { kind: "vault" | "module" }
  | { kind: "nothing"; path: string; createUrl?: string | undefined }
  | ({ kind: "history" } & HistoryView)
  | { kind: "blame"; lines: BlameLineView[] }
  | { kind: "change"; commit?: CommitView | undefined; lines: DiffLine[]; odd?: true }
  | { kind: "edit"; edit: ContextEditView }
  | { kind: "remove"; remove: ContextRemoveView }
  | { kind: "choose"; target: string; documents: { path: string; url: string }[] }

/** What can be done with the file that is shown. */
export interface ActsView {
  name: string
  /** When an older version is shown: how it is now. */
  newestUrl?: string | undefined
  editUrl?: string | undefined
  downloadUrl: string
  may?: ThingActionsView | undefined
}

export interface ContextFolderView {
  entries: { name: string; url: string; kind: "folder" | "file" }[]
  moreUrl?: string | undefined
  /** Of this folder, for forms. */
  path: string
  newUrl: string
  uploadUrl: string
  /** Absent for the root. */
  thing?: ThingActionsView | undefined
}

export interface HistoryView {
  commits: CommitView[]
  /** The page of older ones. */
  moreUrl?: string | undefined
  /** What is older still would have taken too long to find. */
  cut?: boolean
}

export interface CommitView {
  subject: string
  author: string
  at: number
  /** What the file was called before, if that was something else. */
  was?: string | undefined
  /** The file as it was then, and what that commit changed in it. */
  url: string
  changeUrl: string
}

export interface BlameLineView {
  text: string
  /** Absent when the line above is of the same commit. */
  commit?:
    | { author: string; at: number; subject: string; url: string; loop?: { title: string; url: string } | undefined }
    | undefined
}

export interface ContextEditView extends EditView {
  shelf: ShelfName
  draftUrl: string
  /** What is in the field was typed before and is in no commit. */
  draft?: { at: number; discardUrl: string } | undefined
  /** Saving makes a proposal, or goes on with this one. */
  proposes: boolean
  proposal?: string | undefined
  isNew: boolean
}

export interface ContextRemoveView {
  name: string
  path: string
  /** Files in a folder; undefined for a file. */
  files?: number | undefined
  /** Other documents that link there. */
  links: number
  deleteUrl: string
  cancelUrl: string
}

export interface BesideView {
  outline: { level: number; text: string; url: string }[]
  backlinks: { path: string; url: string; text: string }[]
  /** Lines that link here and are not listed. */
  moreBacklinks: number
  topics: { topic: string; url: string }[]
  /** What waits for a review and changes this document. */
  proposals: { subject: string; from: string; url: string }[]
  /** Of those that the reader may see. */
  loops: { title: string; driver: string; archived: boolean; url: string }[]
  /** Where loops are asked for in which its path was said, and where they are found without script. */
  mentions: { url: string; searchUrl: string }
  /** Where a loop is made from this document. */
  newLoop: { editUrl: string; distillUrl: string }
}

/** A loop in which a document's path was said. */
export interface MentionView {
  title: string
  url: string
  at: number
  text: string
}

export interface ContextHomeView extends ContextFrameView {
  cards: ContextCardView[]
  /** Typed by this person and in no commit. */
  held: KeptTextView[]
  drafts: KeptTextView[]
  links: { inbox: string; focus: string; topics: string; proposals: string }
  /** Repositories that every member may read. */
  code: { name: string; url: string }[]
  /** How many changes wait for a review. */
  proposals: number
}

export interface ContextCardView {
  name: ShelfName
  url: string
  files: number
  recent: { id: string; subject: string; author: string; at: number }[]
  outside?: OutsideStateView | undefined
}

export interface KeptTextView {
  shelf: ShelfName
  path: string
  at: number
  url: string
  became?: BecameView | undefined
}

/** What became of a text that is held, and where that is seen. */
export interface BecameView {
  sentence: string
  url: string
}

export interface HeldPageView extends ContextFrameView {
  held: EditView & { id: string; shelf: ShelfName; discardUrl: string; loopUrl: string; proposal?: string | undefined }
  /** Undefined: the document is gone. */
  theirs?: { text: string; by: string; difference: DiffLine[] } | undefined
  became?: BecameView | undefined
  /** Both texts in one, with marks where they differ. */
  both?: string | undefined
}

export interface ContextSearchView extends ContextFrameView {
  words: string
  names: HitLinkView[]
  lines: (HitLinkView & { line: { number: number; text: string } })[]
  moreUrl?: string | undefined
  /** What was said in loops; absent where only documents were looked through. */
  talk?: TalkView | undefined
  code: CodeView
}

export interface TalkView {
  /** `by` is absent where the agent said it. */
  hits: { title: string; url: string; at: number; by?: string | undefined; text: string }[]
  moreUrl?: string | undefined
  /** Some conversations are still being read for the first time. */
  pending: boolean
}

export interface HitLinkView {
  shelf: ShelfName
  path: string
  url: string
}

export interface TopicsView extends ContextFrameView {
  topics: { topic: string; url: string; count: number }[]
}

export interface TopicView extends ContextFrameView {
  topic: string
  documents: HitLinkView[]
  /** The list of loops with this topic. */
  loopsUrl: string
}

export interface SwitchView {
  words: string
  hits: HitLinkView[]
}

export interface ProposalsView extends ContextFrameView {
  proposals: ProposalRowView[]
  /** What was just discarded and can be brought back. */
  undo?: { shelf: ShelfName; branch: string; seen: string; url: string } | undefined
}

export interface ProposalRowView {
  shelf: ShelfName
  subject: string
  url: string
  from: { words: string; url?: string | undefined }
  at: number
  commits: number
  files: number
  added: number
  removed: number
  state: "clean" | "conflict" | "contained"
  steers: boolean
  sentBack: boolean
}

export interface ProposalView extends ContextFrameView {
  proposal: ProposalRowView & { branch: string; tip: string; conflicts: readonly string[] }
  commits: { subject: string; author: string; at: number }[]
  files: ProposedFileView[]
  findings: { path: string; line: number; what: string }[]
  /** What says yes to the findings. */
  confirmation?: string | undefined
  comments: { by: string; at: number; text: string }[]
  /** Why this person may not merge it. */
  refusal?: string | undefined
  mayDiscard: boolean
  /** Where it is reviewed, if not here. */
  review?: OutsideReviewView | undefined
  /** `mergeLoop`: a loop whose task is to bring it up to date. `update`: asks its own loop for that. */
  actions: { merge: string; outside: string; discard: string; comment: string; mergeLoop: string; update?: string }
}

export interface OutsideReviewView {
  state: "no-outside" | "not-yet" | "held" | "closed" | "there"
  sentence: string
  /** Where a request is opened there, and the words for that. */
  url?: string
  open?: string
}

export interface ProposedFileView {
  path: string
  kind: "new" | "gone" | "changed"
  /** A document as its reader would see the change. */
  blocks?: { kind: "same" | "added" | "removed"; html: SafeHtml }[] | undefined
  /** Absent for what is no text. */
  lines?: DiffLine[] | undefined
  editUrl?: string | undefined
}
