import type { PanelPageView, UnplacedView } from "./panels.ts"

export interface FilesPageView extends PanelPageView {
  /** From the root to where this page is. */
  crumbs: CrumbView[]
  body: { kind: "unplaced"; unplaced: UnplacedView } | { kind: "folder"; folder: FolderView }
}

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
}

export interface EntryView {
  /** As people read it. */
  name: string
  kind: "folder" | "file" | "link" | "other"
  /** Absent for what cannot be opened. */
  url?: string | undefined
  /** Bytes; of files only. */
  size?: number | undefined
  /** Milliseconds since the epoch, as claimed from inside. */
  modified: number
}
