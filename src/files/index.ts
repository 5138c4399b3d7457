import type { LoopsDoor, Workbench } from "../loops/index.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { filesRoutes } from "./routes.tsx"

export interface FilesNeeds {
  loops: Pick<LoopsDoor, "forViewer" | "forDriver">
  workbench: Workbench
  showProblem: ShowProblem
}

/** The feature's door: what people see and do in a loop's files, all of it through its sandbox. */
export const createFiles = (needs: FilesNeeds) => ({ routes: filesRoutes(needs) })
