import type { DiffLine } from "../../src/lib/diff.ts"
import type { SafeHtml } from "../../src/lib/jsx/safe-html.ts"
import type { CheckoutView } from "./checkouts.ts"
import type { PanelPageView, UnplacedView } from "./panels.ts"

export interface FilesPageView extends PanelPageView {
  /** From the root to where this page is. */
  crumbs: CrumbView[]
  /** All there are, or none where there is nothing to choose. */
  checkouts: CheckoutView[]
  search: { url: string; checkout?: string | undefined; words: string; within: "name" | "text" }
  /** Said above everything else: what was just done, or why not. */
  notice?: NoticeView | undefined
  /** The files that are open in this loop. */
  open: OpenFilesView
  body: FilesBodyView
}

export interface OpenFilesView {
  loop: string
  folderUrl: string
  /** The one that is shown. */
  current?: { path: string; name: string; url: string } | undefined
  /** One that is not there any more. */
  gone?: string | undefined
}

/** How a file is named to the agent. */
export interface MentionView {
  path: string
  loop: string
  conversationUrl: string
}

export interface NoticeView {
  level: "info" | "error"
  sentences: string[]
}

export type FilesBodyView =
  | { kind: "unplaced"; unplaced: UnplacedView }
  | { kind: "nothing" }
  | { kind: "folder"; folder: FolderView }
  | { kind: "file"; file: FileView }
  | { kind: "edit"; edit: EditView }
  | { kind: "conflict"; conflict: ConflictView }
  | { kind: "remove"; remove: RemoveView }
  | { kind: "found" }

export interface CrumbView {
  name: string
  url: string
}

export interface FolderView {
  entries: EntryView[]
  /** What comes after the ones shown. */
  moreUrl?: string | undefined
  /** Shows what is usually hidden, or hides it again. */
  hidden: { shown: boolean; url: string }
  downloadUrl: string
  /** What a driver may do here; absent for everybody else. */
  may?: FolderActionsView | undefined
}

export interface FolderActionsView {
  /** Of this folder, for forms. */
  path: string
  newUrl: string
  uploadUrl: string
  /** Absent for the root. */
  thing?: ThingActionsView | undefined
}

/** What can be done with one file or folder as a thing. */
export interface ThingActionsView {
  path: string
  /** The path to change into another; absent where it cannot be typed. */
  editablePath?: string | undefined
  moveUrl: string
  deleteUrl: string
}

export interface EntryView {
  /** As people read it. */
  name: string
  kind: "folder" | "file" | "link" | "other"
  url: string
  /** Bytes; of files only. */
  size?: number | undefined
  /** Milliseconds since the epoch, as claimed from inside. */
  modified: number
  /** What git says of it. */
  mark?: "new" | "changed" | "conflict" | "inside" | "ignored" | undefined
}

export interface FileView {
  name: string
  size: number
  modified: number
  content:
    | { kind: "text"; text: SafeHtml }
    /** The text comes after the page, piece by piece. */
    | { kind: "long" }
    | { kind: "ends"; head: string; tail: string }
    | { kind: "image"; url: string }
    | { kind: "link"; target: string; url?: string | undefined }
    | { kind: "binary" | "vault" | "special" }
  downloadUrl?: string | undefined
  /** The commits that touched it. */
  historyUrl?: string
  editUrl?: string | undefined
  mention?: MentionView | undefined
  /** The text would suffer in a form. */
  damageable?: boolean | undefined
  may?: ThingActionsView | undefined
}

export interface EditView {
  path: string
  /** Of the file, which says its language. */
  name: string
  /** What was read; a save on top of another is refused. */
  version: string
  text: string
  saveUrl: string
  cancelUrl: string
  mention?: MentionView | undefined
  /** Whoever opens it writes on at its end. */
  goesOn?: boolean | undefined
}

export interface ConflictView extends EditView {
  /** Undefined: the file is gone. */
  theirs?: { text: string; difference: DiffLine[] } | undefined
}

export interface RemoveView {
  name: string
  path: string
  isFolder: boolean
  /** Things inside a folder; undefined: more than are counted. */
  count?: number | undefined
  /** What becomes of it: git has all of it, the undo list keeps the rest, or it is gone for good. */
  loss: "nothing" | "kept" | "lost"
  deleteUrl: string
  cancelUrl: string
}

export interface HitView {
  path: string
  url: string
  line?: { number: number; text: string } | undefined
}
