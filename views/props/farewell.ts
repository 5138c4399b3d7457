import type { FrameView } from "./frame.ts"
import type { FieldErrors } from "./reader.ts"

/** What somebody would lose with a loop. */
export interface DeleteReportView extends FrameView {
  loop: { id: string; title: string }
  /** Its checkouts with work of their own; undefined when it could not be looked at: it then counts as having work. */
  report?: WorkView[] | undefined
  hasWork: boolean
  /** The work may be taken along as files of such a name; `pushes`: and be brought elsewhere. */
  save?: {
    name: string
    pushes: boolean
    /** What a yes to what looks like secrets says; empty when nothing does. */
    secrets: string
  }
  /** What became of it. */
  saved?: SavedView[]
  notSaved?: { sentence: string; detail?: string | undefined }
  days: number
  errors: FieldErrors
  typed: string
}

export interface WorkView {
  /** Its name; empty of a loop that its deleter may not read. */
  checkout: string
  uncommitted: string[]
  unpushed: string[]
  more: number
  unseen: boolean
  loose: boolean
  /** What looks like secrets, and is not saved by itself. */
  suspects: { path: string; what: string }[]
  /** Where it is taken away as one file. */
  takeUrl?: string | undefined
}

export interface SavedView {
  checkout: string
  /** Branches that have its commits now. */
  branches: string[]
  /** Why some is only here still. */
  kept?: {
    why: "loose" | "under-way" | "not-committed" | "not-pushed" | "unreached" | "left" | "secrets"
    said: string
    takeUrl?: string | undefined
  }
}
