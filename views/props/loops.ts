import type { LoopFilter, LoopGrouping } from "../../src/lib/urls.ts"
import type { FrameView } from "./frame.ts"
import type { FieldErrors, Reader } from "./reader.ts"

/** One status per loop, highest first; written to `data-state`. */
export const loopStatuses = [
  "needs-you",
  "failed",
  "working",
  "queued",
  "preparing",
  "new",
  "offered",
  "background",
  "idle",
  "archived",
] as const
export type LoopStatus = (typeof loopStatuses)[number]

export interface LoopRowView {
  id: string
  title: string
  status: LoopStatus
  /** Tool headline, reason in a few words, step; only what this reader may see. */
  headline?: string
  /** When the status began, milliseconds. */
  since: number
  /** Last activity, milliseconds. */
  lastActive: number
  driver: string
  driving: boolean
  repo?: { name: string; branch: string }
  /** Model's display words, and whether it is the built-in script. */
  demo?: boolean
  waiting?: number
  mayArchive: boolean
  /** Of an archived loop. */
  mayRestore: boolean
}

export interface LoopGroupView {
  group: "needs-you" | "working" | "today" | "earlier" | "archived" | "repo" | "topic"
  /** The repository or topic of a group by one, and the list of it alone. */
  name?: string
  url?: string
  loops: LoopRowView[]
}

export interface LoopsListView extends FrameView {
  show: LoopFilter
  search: string
  repo?: string
  topic?: string
  by: LoopGrouping
  groups: LoopGroupView[]
  /** Address of the next page of older loops. */
  moreUrl?: string
  /** The workspace has no loop at all that this person may see. */
  empty: boolean
  /** Loops are still being counted after a start. */
  indexing?: boolean
  notice?: string
  /** The deleted loop that `notice` is about and that this person may bring back. */
  undo?: string
}

/** Fields `message`, `title`, `repo`, `ref`, `visibility`, `clientId`. */
export interface NewLoopView {
  reader: Reader
  values: { message: string; title: string; repo: string; ref: string; visibility: string }
  /** Which version of each context it begins with. */
  freshness: Record<"knowledge" | "notes", { kind: "latest" | "cached" | "version"; version: string }>
  clientId: string
  repos: { name: string; trunk?: string }[]
  errors: FieldErrors
  /** What the next loop would think with. */
  model?: { provider: string; model: string; demo: boolean }
  formToken?: string
  /** Unfolds the second line. */
  detailed?: boolean
  /** What it is to be made from: hidden fields, and the same in words. */
  from?: FromView
  /** The last step of the first run. */
  first?: boolean
}

export interface FromView {
  fields: Partial<Record<string, string>>
  about: string
  url?: string
  /** Its material is this person's alone, and so is the loop. */
  private: boolean
  /** No first message is sent. */
  waits: boolean
  /** Its working folder begins with what it is made from, so it takes no repository. */
  material: boolean
}

export interface NewLoopPageView extends FrameView {
  form: NewLoopView
}

export interface LoopWarningView {
  text: string
  /** `posts`: by a form; else a link. */
  act?: { words: string; url: string; posts: boolean }
}

export interface LoopHeaderView {
  id: string
  /** Its driver shares a terminal with everybody who may see the loop. */
  sharesTerminal?: boolean
  /** Containers may be started in its sandbox. */
  nested?: boolean
  title: string
  status: LoopStatus
  /** Words for the status when there are better ones than its name. */
  headline?: string
  since?: number
  driver: string
  createdBy: string
  repo?: { name: string; branch: string; start?: string }
  /** Undefined: nothing usable is set up. */
  model?: { provider: string; model: string; demo: boolean }
  visibility: "private" | "workspace" | "public"
  warnings: LoopWarningView[]
  may: {
    rename: boolean
    archive: boolean
    restore: boolean
    delete: boolean
    stopSandbox: boolean
    /** Show it to its people alone. */
    hide: boolean
    /** Show it to the workspace. */
    show: boolean
  }
  /** Where a loop is made from this one's conversation. */
  distillUrl?: string
  spent?: SpentView
}

/** What was used so far, formatted, and the same in more words. */
export interface SpentView {
  text: string
  about: string
}

export interface PreparingView {
  steps: { step: string; state: "done" | "running" | "waiting"; text: string; ms?: number }[]
  since: number
}

export interface BrokenView {
  loop: string
  sentence: string
  detail?: string
  mayRetry: boolean
  mayDelete: boolean
  /** A loop on a repository can be prepared with another one or another branch. */
  source?: { repo: string; ref: string }
  /** What the repository's host showed of itself, for somebody to compare and confirm. */
  hostKey?: { fingerprint: string; mayConfirm: boolean }
}
