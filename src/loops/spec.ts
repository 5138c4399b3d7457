import type { LoopId } from "../lib/ids.ts"
import { fetchedHere, type Repos } from "../repos/index.ts"
import type { ContextMounts, SandboxSpec } from "../sandbox/contract.ts"
import { allLoopsFolder } from "./origins/all-loops.ts"
import { contextMounts } from "./checkouts/mounts.ts"
import { snapshotMounts } from "./checkouts/snapshot.ts"
import { limitsFor, type WorkspaceLimits } from "./limits.ts"
import { isPrepared } from "./loop.ts"
import type { LoopsNeeds } from "./needs.ts"
import { stricter } from "./outbound.ts"
import { loopFolders } from "./prepare.ts"
import type { LoopRecord } from "./record.ts"
import type { Records } from "./records.ts"
import type { LoopStore } from "./store.ts"
import { hardeningOf, type Walls } from "./strictness.ts"

interface SpecNeeds extends Pick<LoopsNeeds, "repos" | "contexts" | "identity" | "network" | "limits" | "walls"> {
  records: Pick<Records, "read">
  store: Pick<LoopStore, "folder">
}

/** What the sandbox of a loop is made of, as everything is now. */
export const specMaker =
  (needs: SpecNeeds) =>
  async (id: LoopId): Promise<SandboxSpec | undefined> => {
    const record = await needs.records.read(id)
    return record && isPrepared(record) ? specOf(record, needs) : undefined
  }

export async function specOf(record: LoopRecord, needs: SpecNeeds): Promise<SandboxSpec> {
  const { repos } = needs
  const folder = needs.store.folder(record.id)
  return sandboxSpec(record, {
    ...{ folder, repos, identity: await needs.identity(record.driver) },
    ...(record.flags.crossLoop && { allLoops: allLoopsFolder(folder) }),
    contexts: await contextMounts(record, { folder, ...needs }),
    copies: fetchedHere(await repos.roster()),
    network: needs.network().mode,
    limits: needs.limits(),
    walls: needs.walls(),
  })
}

interface SpecSource {
  folder: string
  repos: Pick<Repos, "objects">
  identity: SandboxSpec["identity"]
  copies: SandboxSpec["copies"]
  contexts: ContextMounts | undefined
  allLoops?: string
  /** The loosest that the workspace has for a loop. */
  network: SandboxSpec["network"]
  limits: WorkspaceLimits
  walls: Walls
}

function sandboxSpec(
  record: LoopRecord,
  { folder, repos, identity, copies, contexts, allLoops, network, limits: workspace, walls }: SpecSource,
): SandboxSpec {
  const limits = limitsFor(record, workspace)
  const snapshot = snapshotMounts(folder, record)
  return {
    loop: record.id,
    driver: record.driver,
    ...(limits && { limits }),
    folders: loopFolders(folder, record),
    objects: record.repo && !record.repo.direct ? { [record.repo.name]: repos.objects(record.repo.name) } : {},
    ...(contexts && { contexts }),
    ...(allLoops !== undefined && { allLoops }),
    ...(snapshot && { snapshot }),
    network: stricter(record.network, network),
    ...(record.hardening && { hardening: record.hardening }),
    nested: hardeningOf(record, walls) === "nested",
    identity,
    ...(copies && copies.length > 0 && { copies }),
  }
}
