import type { LoopsDoor, Workbench } from "../loops/index.ts"
import { createRooms, type Rooms } from "../lib/rooms.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import type { Whole } from "./checkout.ts"
import { filesRoutes } from "./routes.tsx"
import { uploadsAtOnce } from "./upload.ts"

export interface FilesNeeds {
  loops: Pick<LoopsDoor, "forViewer" | "forDriver">
  workbench: Workbench
  rights: Pick<LiveRights, "stream">
  background: Background
  clock: Clock
  showProblem: ShowProblem
  /** What a page loads on which a text is changed. */
  editor: { script: string }
  /** What a deletion loses for good, and keeping before what git does not have. */
  keeping: Keeping
  /** How many uploads each person has under way. */
  uploads: Rooms
  /** News of loops for the sidebar. */
  lists?: Pick<LoopsDoor["live"], "follow">
}

/** `kept`: in the loop's list of what can be brought back. `lost`: neither there nor in git. */
export type Loss = "nothing" | "kept" | "lost"

export interface Keeping {
  loss(whole: Whole, path: string): Promise<Loss>
  keep(whole: Whole, path: string): Promise<Loss>
}

/** The feature's door: what people see and do in a loop's files, all of it through its sandbox. */
export const createFiles = (needs: Omit<FilesNeeds, "uploads">) => ({
  routes: filesRoutes({ ...needs, uploads: createRooms(() => uploadsAtOnce) }),
})
