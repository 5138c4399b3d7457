import { lookForAgent, pinFor } from "./agent-binary.ts"
import type { ImageHealth, SandboxHealth } from "./contract.ts"
import { findImage } from "./image.ts"
import { imageFault } from "./image-fault.ts"
import type { SandboxNeeds } from "./needs.ts"
import { lookAtPodman, podmanHealth } from "./preparation.ts"
import { fromOf, misePinFor } from "./recipe.ts"

export interface LookNeeds extends Pick<
  SandboxNeeds,
  "processes" | "disk" | "clock" | "workspace" | "runtimeFolder" | "socketsFolder" | "settings" | "host"
> {
  baseImage: string
}

/**
 * How this host is for sandboxes, by looking alone: nothing is built, fetched or changed, whether a server runs or not.
 * `waiting` means that a server has yet to get it.
 */
export async function lookAround(needs: LookNeeds): Promise<SandboxHealth> {
  const found = await lookAtPodman(needs)
  const agent = await lookForAgent({ ...needs, server: needs.host, pin: pinFor(needs.host.arch) })
  const image = found.kind === "usable" ? await lookForImage(needs) : ({ state: "waiting" } as const)
  return { podman: podmanHealth(found), image, agent }
}

async function lookForImage(needs: LookNeeds): Promise<ImageHealth> {
  try {
    const there = await findImage({ ...needs, mise: misePinFor(needs.host.arch) })
    if (!there) return { state: "waiting" }
    const from = fromOf(there.source)
    return { state: "ready", source: there.source.kind, ...(from && { from }), ...there.image, tries: [], log: [] }
  } catch (error) {
    return { state: "failed", at: needs.clock.now(), fault: imageFault(error), tries: [], log: [] }
  }
}
