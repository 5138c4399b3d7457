import type { LoopId, NewId, UserName } from "../lib/ids.ts"
import { createSaveWork, inspectWork, type Loops, type WorkReport } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Box, Sandboxes } from "../sandbox/index.ts"
import type { Vault } from "../vault/index.ts"

interface InsideNeeds {
  sandboxes: Pick<Sandboxes, "running" | "inspect">
  disk: Pick<Disk, "exists">
  clock: Clock
  ids: NewId
  vault: Pick<Vault, "list" | "scrubbable">
  loops(): Pick<Loops, "sandboxSpec" | "serverFile" | "record">
}

/** Looks at a loop's checkouts from inside its sandbox, or one that only looks; undefined when that fails. */
export function workInside(needs: InsideNeeds): (loop: LoopId) => Promise<WorkReport | undefined> {
  const { sandboxes, disk, clock, ids, loops } = needs
  async function look(box: Box): Promise<WorkReport | undefined> {
    const record = await loops().record(box.loop)
    return inspectWork(box, { clock, ids, known: record ? await valuesOf(needs.vault, record.driver) : [] })
  }
  return async (loop) => {
    const running = sandboxes.running(loop)
    if (running) return look(running)
    const spec = await loops().sandboxSpec(loop)
    const looked = spec && (await sandboxes.inspect(spec))
    const found = looked?.kind === "ready" ? await look(looked.box) : undefined
    if (found === undefined || !(await disk.exists(`${loops().serverFile(loop, "backup")}/personal.bundle`)))
      return found
    // What is the driver's own is not seen while the loop rests; a backup says that there is something.
    return [...found, { checkout: "personal", uncommitted: [], unpushed: [], more: 0, unseen: true }]
  }
}

/** Brings a loop's work elsewhere, but for what its driver's vaults hold. */
export const savingWork = ({
  vault,
  ...needs
}: Omit<Parameters<typeof createSaveWork>[0], "valuesOf"> & Pick<InsideNeeds, "vault">) =>
  createSaveWork({ ...needs, valuesOf: (user) => valuesOf(vault, user) })

/** The values of all vaults of somebody, and the workspace's keys: to be searched for, and never shown. */
export async function valuesOf(vault: InsideNeeds["vault"], user: UserName): Promise<string[]> {
  const lists = await Promise.all((await vault.list(user)).map((name) => vault.scrubbable(user, name)))
  return [...new Set(lists.flat().map(({ value }) => value))]
}
