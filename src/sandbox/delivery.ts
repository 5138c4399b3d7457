import type { LoopId } from "../lib/ids.ts"
import type { Log } from "../platform/log.ts"
import { VaultUnread } from "./failures.ts"
import { type Box, LinkFailed } from "./link/contract.ts"
import type { Delivered } from "./link/protocol.ts"
import { inside } from "./environment.ts"
import type { VaultFiles } from "./needs.ts"

interface DeliveryNeeds {
  log: Log
  vaultFiles?: VaultFiles
}

/**
 * Brings the files of a loop's vault into its sandbox, before anybody else runs a program there. A vault without files
 * costs nothing. What the sandbox does not take is told; the loop then works without it.
 */
export async function deliverVault(loop: LoopId, box: Box, { vaultFiles, log }: DeliveryNeeds): Promise<void> {
  if (!vaultFiles) return
  const files = await vaultFiles.of(loop).catch((error) => {
    throw new VaultUnread(error)
  })
  if (files.length === 0) return
  try {
    const delivered = await box.deliver(`${inside.vault}/home`, files)
    vaultFiles.delivered(loop, { names: topNames(files), ...known(delivered, files) })
  } catch (error) {
    if (!(error instanceof LinkFailed && error.kind === "refused")) throw error
    log.warn("a vault's files were not delivered", { loop, detail: error.message })
    vaultFiles.delivered(loop, { names: [], moved: [], leftOut: [{ path: "~", why: error.message }] })
  }
}

const topNames = (files: readonly { path: string }[]): string[] => [
  ...new Set(files.map(({ path }) => path.split("/")[0] ?? "")),
]

/** What is said from inside of anything else was not asked. */
function known({ moved, leftOut }: Delivered, files: readonly { path: string }[]): Delivered {
  const names = new Set([...topNames(files), ...files.map(({ path }) => path)])
  return {
    moved: moved.filter(({ entry }) => names.has(entry)),
    leftOut: leftOut.filter(({ path }) => names.has(path)),
  }
}
