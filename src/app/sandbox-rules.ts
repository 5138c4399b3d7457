import { totalmem } from "node:os"
import type { Agent } from "../agent/index.ts"
import { type AgentNews, createUpkeep, type LoopsDoor } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import type { Events } from "../platform/events.ts"
import type { Background } from "../platform/background.ts"
import { bytesOf, type SandboxNeeds, type Sandboxes } from "../sandbox/index.ts"
import type { ToolFiles } from "../repos/index.ts"
import type { Settings, WorkspaceConfig } from "../settings/index.ts"
import type { LoopId } from "../lib/ids.ts"

interface RuleNeeds {
  settings: Pick<Settings, "workspace">
  background: Pick<Background, "run">
  isUsed(loop: LoopId): Promise<boolean>
  /** Made after the sandboxes, which ask them only once they run. */
  loops(): Pick<LoopsDoor, "allowedHosts" | "noteRefused" | "noteUpkeep" | "idleSince" | "layOut">
  /** The tools that the team's configuration names. */
  teamTools(): Promise<ToolFiles | undefined>
}

/** What the configuration and the loops say of sandboxes: where they may go, how many may run, and with which tools. */
export function sandboxRules({
  settings,
  background,
  isUsed,
  loops,
  teamTools,
}: RuleNeeds): Pick<SandboxNeeds, "wayOut" | "places" | "toolChains" | "layOut"> {
  return {
    layOut: (loop) => loops().layOut(loop),
    toolChains: {
      async of() {
        const files = await teamTools()
        return files && { ...files, tier: "team" }
      },
      mayDownload: () => settings.workspace().sandbox.network.mode === "open",
    },
    wayOut: {
      blockRanges: () => settings.workspace().sandbox.network.blockRanges,
      allowHosts: (loop) => loops().allowedHosts(loop),
      refused: (loop, places) => background.run("tell what was not let out", () => loops().noteRefused(loop, places)),
    },
    places: {
      most: () => mostRunning(settings.workspace()),
      mostEach: () => settings.workspace().limits.runningPerUser,
      idleSince: async (loop) => ((await isUsed(loop)) ? undefined : loops().idleSince(loop)),
      madeRoom: (loop) =>
        background.run("tell that a sandbox made room", () =>
          loops().noteUpkeep(loop, {
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

interface UpkeepNeeds extends Pick<RuleNeeds, "settings" | "background"> {
  loops: Pick<LoopsDoor, "noteUpkeep">
  sandboxes: Pick<Sandboxes, "loops" | "running">
  agent: Pick<Agent, "pause">
  clock: Clock
  events: Events<AgentNews>
}

/** Looks after what loops use, also at the end of each turn: then it is known what the agent met. */
export function loopUpkeep({ settings, loops, sandboxes, agent, clock, background, events }: UpkeepNeeds) {
  const upkeep = createUpkeep({
    ...{ sandboxes, clock, background },
    quota: () => bytesOf(settings.workspace().sandbox.limits.disk),
    tell: loops.noteUpkeep,
    pause: agent.pause,
  })
  events.on("turn.finished", ({ loop }) =>
    background.run("look whether a loop met its limits", () => upkeep.lookAtLimits(loop)),
  )
  return upkeep
}
