import { createKeptTexts } from "../context/index.ts"
import type { LoopsNeeds } from "../loops/index.ts"
import type { Bundle } from "./bundle.ts"

/** What loops are made from besides repositories and other loops. */
export const loopOrigins = async (
  bundle: Pick<Bundle, "text">,
  needs: Parameters<typeof createKeptTexts>[0],
): Promise<Pick<LoopsNeeds, "distillDoctrine" | "heldText">> => ({
  distillDoctrine: await bundle.text("templates/loop-kinds/distill/CLAUDE.md"),
  heldText: createKeptTexts(needs).heldOne,
})
