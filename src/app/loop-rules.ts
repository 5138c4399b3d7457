import { createKeptTexts } from "../context/index.ts"
import type { Agent } from "../agent/index.ts"
import type { ReturnedProposal } from "../context/index.ts"
import type { LoopId } from "../lib/ids.ts"
import type { LoopNews, Loops, LoopsNeeds } from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import type { Events } from "../platform/events.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import { durationMs, type Settings } from "../settings/index.ts"
import type { Bundle } from "./bundle.ts"
import { loopDefaults } from "./defaults.ts"

/** What loops are made from besides repositories and other loops. */
export const loopOrigins = async (
  bundle: Pick<Bundle, "text">,
  needs: Parameters<typeof createKeptTexts>[0],
): Promise<Pick<LoopsNeeds, "distillDoctrine" | "heldText">> => ({
  distillDoctrine: await bundle.text("templates/loop-kinds/distill/CLAUDE.md"),
  heldText: createKeptTexts(needs).heldOne,
})

/** What the workspace says about loops, as it is now. */
export const loopRules = (
  settings: Settings,
): Pick<LoopsNeeds, "defaults" | "network" | "walls" | "limits" | "keptDays"> => ({
  defaults: async (user) => loopDefaults(settings, user),
  network: () => settings.workspace().sandbox.network,
  walls: () => settings.workspace().sandbox,
  limits: () => settings.workspace().sandbox,
  keptDays: () => Math.ceil(durationMs(settings.workspace().retention.deletedLoops) / 86_400_000),
})

/** What a reviewer says of a loop's proposal, in the hands of its driver. */
export const sendBackWith =
  (agent: Pick<Agent, "suggest">, loops: Pick<Loops, "transcript" | "record">) =>
  async (loop: LoopId, { shelf, branch, by, text, about }: ReturnedProposal) => {
    if (!(await loops.record(loop))) return "resting"
    const outcome = await agent.suggest(loop, { by, text, about })
    if (outcome === "kept")
      await loops
        .transcript(loop)
        .append({ kind: "proposal", turn: null, shelf, branch, step: "sent-back", by, commits: 0 })
    return outcome
  }

interface RecheckNeeds {
  events: Pick<Events<LoopNews>, "on">
  background: Pick<Background, "run">
  rights: Pick<LiveRights, "recheck">
}

/** A loop that became stricter, changed hands or went away takes its open streams with it. */
export function recheckWithLoops({ events, background, rights }: RecheckNeeds): void {
  const askAgain = ({ loop: about }: { loop: string }) =>
    background.run("ask again who may watch a loop", () => rights.recheck({ about }))
  events.on("loop.changed", (news) => news.rights && askAgain(news))
  events.on("loop.deleted", askAgain)
}
