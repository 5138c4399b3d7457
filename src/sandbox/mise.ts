import { join } from "node:path"
import type { Disk } from "../platform/disk/disk.ts"
import { CommandFailed, lastLine } from "../platform/process/command.ts"
import type { Processes } from "../platform/process/processes.ts"
import { installPackage } from "./npm-package.ts"
import type { MisePin } from "./recipe.ts"

export type FetchedMise = { kind: "fetched"; path: string } | { kind: "absent"; why: string }

export interface MiseNeeds {
  processes: Processes
  disk: Disk
  executable: string
  /** Made for this; the caller removes it. */
  folder: string
  signal: AbortSignal
}

const fetchMs = 5 * 60_000

/**
 * Gets the tool-chain installer for an image. Without one the image is whole but for tool chains, so that a machine that
 * reaches no npm registry has sandboxes all the same. Its checksum is compared where it is used, by the recipe.
 */
export async function fetchMise(needs: MiseNeeds, pin: MisePin | undefined): Promise<FetchedMise> {
  const { processes, disk, executable, folder, signal } = needs
  if (!pin) return { kind: "absent", why: "no checksum is known for this processor" }
  const install = { ...installPackage(executable, folder, `${pin.package}@${pin.version}`), timeoutMs: fetchMs }
  try {
    await disk.makeFolder(folder)
    await disk.write(join(folder, "package.json"), '{"private":true}\n')
    await processes.run(install, { signal })
  } catch (error) {
    const said = error instanceof CommandFailed ? lastLine(error.stderr) : ""
    return { kind: "absent", why: said || (error instanceof Error ? error.message : String(error)) }
  }
  const path = join(folder, "node_modules", pin.package, "bin/mise")
  if (await disk.exists(path)) return { kind: "fetched", path }
  return { kind: "absent", why: `${pin.package} holds no program` }
}
