import type { LoopId } from "../lib/ids.ts"
import type { ToolChain, ToolsFailure, ToolsFault } from "./contract.ts"
import type { SandboxNeeds } from "./needs.ts"
import type { ToolsBase } from "./tool-build.ts"
import { readToolChain, type ToolRecipe, toolsTag } from "./tool-chain.ts"

export type WishNeeds = Pick<SandboxNeeds, "toolChains" | "workspace" | "clock" | "log">

/** The image with the tools of a configuration. */
export interface Wanted {
  tag: string
  recipe: ToolRecipe
  chain: ToolChain
  base: ToolsBase
}

export type Wish = { kind: "none" } | { kind: "failed"; failure: ToolsFailure } | ({ kind: "wanted" } & Wanted)

/** Which tools a loop is to have, as its configuration says now. */
export async function wishOf(needs: WishNeeds, loop: LoopId, base: ToolsBase): Promise<Wish> {
  const { toolChains, log, workspace } = needs
  let chain: ToolChain | undefined
  try {
    chain = await toolChains?.of(loop)
  } catch (error) {
    // No loop waits for what its tools would be.
    log.error("a loop's tools could not be read", { loop, error })
    return unreadable(needs, "team", error instanceof Error ? error.message : String(error))
  }
  if (!chain) return { kind: "none" }
  const read = readToolChain(chain)
  if (read.kind === "unreadable") return unreadable(needs, chain.tier, `${read.file}: ${read.why}`)
  if (read.kind === "none") return read
  return { kind: "wanted", tag: toolsTag(workspace, base.imageId, read.recipe), recipe: read.recipe, chain, base }
}

function unreadable({ clock }: WishNeeds, tier: ToolChain["tier"], detail: string): Wish {
  const fault: ToolsFault = { code: "unreadable", detail }
  return { kind: "failed", failure: { at: clock.now(), fault, lines: [], tier } }
}
