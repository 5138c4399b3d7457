import { z } from "zod"
import type { NewId } from "../lib/ids.ts"
import type { DrivenLoop, LoopsDoor, ViewedLoop, Workbench } from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import type { ReviewStore } from "./store.ts"
import type { Sight } from "./sight.ts"

export interface ChangesNeeds {
  loops: Pick<LoopsDoor, "forViewer" | "forDriver" | "sandboxSpec" | "serverFile">
  workbench: Workbench
  rights: Pick<LiveRights, "stream">
  background: Background
  /** News of loops for the sidebar. */
  lists?: Pick<LoopsDoor["live"], "follow">
  clock: Clock
  ids: NewId
  disk: Disk
  showProblem: ShowProblem
  /** Gives the agent a message; anything but `accepted` says why it was not taken. */
  send(
    loop: DrivenLoop,
    message: { text: string; clientId: string; via: "web" },
  ): Promise<NotSent | { kind: "accepted" }>
}

/** `most`: characters that a message may have. */
export interface NotSent {
  kind: string
  most?: number
}

/** What routes work with. */
export interface Doing extends ChangesNeeds {
  review: ReviewStore
}

/** A request by somebody who may read this loop, and how he looks at its changes. */
export interface Visit {
  request: Request
  loop: ViewedLoop
  sight: Sight
}

/** A thousand paths of the longest kind do not fit; a page's own forms do. */
export const largestForm = 1 << 20

const text = z.string().default("")
const one = z.string().optional()
const line = z.coerce.number().int().min(1).max(1e9)
export const FilesForm = z.object({
  sight: text,
  path: z.union([z.string(), z.array(z.string())]).optional(),
  hunk: one,
  /** The part of which only some lines are meant. */
  picking: one,
  line: z.union([z.string(), z.array(z.string())]).optional(),
  all: one,
})
export type FilesForm = z.infer<typeof FilesForm>
export const UndoForm = z.object({ sight: text, undo: text })
export const UnderWayForm = z.object({ sight: text, deed: z.enum(["continue", "abort", "unlock"]) })
export const TurnForm = z.object({ sight: text, turn: text })
export const CommitForm = z.object({ sight: text, message: text, everything: one, amend: one })
export const SightForm = z.object({ sight: text })
export const CommentForm = z.object({
  ...{ sight: text, path: text, text, side: z.enum(["new", "old"]).default("new") },
  ...{ first: line, last: line },
})
export type CommentForm = z.infer<typeof CommentForm>
export const BranchForm = z.object({
  sight: text,
  name: text,
  create: one,
  aside: one,
  to: one,
  remove: one,
  force: one,
})
export const RemoteForm = z.object({ sight: text, deed: z.enum(["fetch", "push", "pull"]) })
export const HistoryQuery = z.object({
  checkout: z.string().optional(),
  skip: z.coerce.number().int().min(0).max(1e6).default(0),
  text: z.string().max(200).default(""),
  author: z.string().max(200).default(""),
  path: z.string().max(4_096).default(""),
})
/** The history of one file. Lines that nobody can choose are told on the page. */
export const FileHistoryQuery = z.object({
  ...{ checkout: z.string().optional(), file: z.string(), from: text, to: text },
  skip: z.coerce.number().int().min(0).max(5_000).default(0),
})
export const ReviewForm = z.object({ sight: text, clientId: text })
