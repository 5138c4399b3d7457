import { Elysia } from "elysia"
import type { Loops, LoopStreamNeeds, ViewedLoop, Workbench } from "../loops/index.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { bestEffort } from "../platform/log.ts"
import { createAttach } from "./attach.ts"
import { terminalRoutes } from "./routes.tsx"
import { terminalSocket } from "./socket.ts"
import { createOnlookers } from "./onlookers.ts"
import { createTerminals, type Terminals, type TerminalsNeeds } from "./terminals.ts"

export { longestFrame } from "./messages.ts"

export interface TerminalNeeds extends Omit<TerminalsNeeds, "workbench" | "onlookers"> {
  loops: Pick<Loops, "forDriver" | "forViewer" | "serverFile">
  workbench: Workbench
}

interface PageNeeds {
  assets: { script: string; style: string }
  rights: Pick<LiveRights, "hold" | "stream" | "recheck">
  lists?: LoopStreamNeeds["lists"]
  showProblem: ShowProblem
  once?: Parameters<typeof terminalRoutes>[0]["once"]
}

/** The feature's door: shells in sandboxes, for the one who drives. */
export interface TerminalDoor extends Pick<Terminals, "ready" | "isBusy">, Disposable {
  /** Whether its driver shares a terminal of the loop. */
  isShared(loop: ViewedLoop): Promise<boolean>
  routes(pages: PageNeeds): ReturnType<typeof allRoutes>
}

export function createTerminal(needs: TerminalNeeds): TerminalDoor {
  const onlookers = createOnlookers()
  const terminals = createTerminals({ ...needs, onlookers })
  const attach = createAttach({ ...needs, terminals, onlookers })
  return {
    routes: (pages) => allRoutes({ ...needs, ...pages, terminals, attach, onlookers }),
    ready: () => terminals.ready(),
    async isShared(loop) {
      let shared: unknown[] = []
      // Asked for the tabs above every page of the loop, which are not to fail for it.
      await bestEffort(needs.log, "look for terminals that are shared", async () => {
        shared = await terminals.shared(loop)
      })
      return shared.length > 0
    },
    isBusy: (loop) => terminals.isBusy(loop),
    [Symbol.dispose]: () => terminals[Symbol.dispose](),
  }
}

const allRoutes = (needs: Parameters<typeof terminalRoutes>[0] & Parameters<typeof terminalSocket>[0]) =>
  new Elysia({ name: "terminals" }).use(terminalRoutes(needs)).use(terminalSocket(needs))
