import { totalmem } from "node:os"
import type { LoopsDoor } from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import type { SandboxNeeds } from "../sandbox/index.ts"
import type { Settings, WorkspaceConfig } from "../settings/index.ts"
import type { TerminalDoor } from "../terminal/index.ts"

interface RuleNeeds {
  settings: Pick<Settings, "workspace">
  background: Pick<Background, "run">
  /** Made after the sandboxes, which ask them only once they run. */
  later(): {
    loops: Pick<LoopsDoor, "allowedHosts" | "noteRefused" | "noteUpkeep" | "idleSince">
    terminal: Pick<TerminalDoor, "isBusy">
  }
}

/** What the configuration and the loops say of sandboxes: where they may go, and how many may run. */
export function sandboxRules({ settings, background, later }: RuleNeeds): Pick<SandboxNeeds, "wayOut" | "places"> {
  return {
    wayOut: {
      blockRanges: () => settings.workspace().sandbox.network.blockRanges,
      allowHosts: (loop) => later().loops.allowedHosts(loop),
      refused: (loop, places) =>
        background.run("tell what was not let out", () => later().loops.noteRefused(loop, places)),
    },
    places: {
      most: () => mostRunning(settings.workspace()),
      mostEach: () => settings.workspace().limits.runningPerUser,
      async idleSince(loop) {
        const { terminal, loops } = later()
        return (await terminal.isBusy(loop)) ? undefined : loops.idleSince(loop)
      },
      madeRoom: (loop) =>
        background.run("tell that a sandbox made room", () =>
          later().loops.noteUpkeep(loop, {
            code: "sandbox-made-room",
            text: "Stopped, so that another loop could start.",
          }),
        ),
    },
  }
}

/** Containers that may run at once: one for each gigabyte of memory but two, unless the workspace says. */
const mostRunning = ({ sandbox }: WorkspaceConfig): number =>
  sandbox.maxRunning ?? Math.min(50, Math.max(2, Math.floor(totalmem() / 2 ** 30) - 2))
