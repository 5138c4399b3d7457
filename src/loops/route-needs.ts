import { z } from "zod"
import type { FrameView } from "../../views/props/frame.ts"
import type { NewLoopView } from "../../views/props/loops.ts"
import type { NewId, UserName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import type { Repos } from "../repos/index.ts"
import type { LoopDefaults } from "./create.ts"
import type { LoopsDoor } from "./index.ts"
import type { LiveLists } from "./live.tsx"
import type { SaveWork } from "./save-work.ts"

export interface RouteNeeds {
  loops: LoopsDoor
  live: LiveLists
  repos: Pick<Repos, "roster">
  rights: Pick<LiveRights, "stream">
  clock: Clock
  ids: NewId
  defaults(user: UserName): Promise<LoopDefaults>
  /** What a person's next loop would think with. */
  nextModel(user: UserName): Promise<NewLoopView["model"]>
  /** What every page has around its own content. */
  frame(request: Request, about: Pick<FrameView, "title" | "section" | "streamUrl">): FrameView
  showProblem: ShowProblem
  saveWork: SaveWork
}

const text = z.string().default("")

export const NewLoopForm = z.object({
  clientId: text,
  message: text,
  title: text,
  repo: text,
  ref: text,
  visibility: text,
  ...{ knowledge: text, knowledgeKind: text, notes: text, notesKind: text },
  ...{ from: text, shelf: text, path: text, loop: text, branch: text, held: text },
})
export type NewLoopForm = z.infer<typeof NewLoopForm>
export const TitleForm = z.object({ title: text })
/** Keys of what looks like secrets and is saved all the same. */
export const SaveForm = z.object({ secrets: text })
export const SourceForm = z.object({
  repo: z.string().optional(),
  ref: z.string().optional(),
  hostKey: z.string().max(200).optional(),
})
/** A public link is a thing of its own; here a loop is shown to its people or to the workspace. */
export const VisibilityForm = z.object({ visibility: z.enum(["private", "workspace"]) })
export const SeenForm = z.object({ seq: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
