import { createKeptTexts } from "../context/index.ts"
import type { LoopsNeeds } from "../loops/index.ts"
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
