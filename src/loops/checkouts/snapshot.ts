import { dirname } from "node:path"
import { type Composed, composeTiers } from "../../composition/index.ts"
import { type Clock, timestamp } from "../../platform/clock.ts"
import type { Disk } from "../../platform/disk/disk.ts"
import type { Shelves } from "../../repos/index.ts"
import type { Sandboxes } from "../../sandbox/index.ts"
import type { LoopRecord } from "../record.ts"
import type { Records } from "../records.ts"
import type { LoopStore } from "../store.ts"
import { shelfOf } from "./places.ts"

export interface SnapshotNeeds {
  shelves: Pick<Shelves, "open">
  disk: Disk
  clock: Clock
  records: Pick<Records, "change">
  store: Pick<LoopStore, "folder">
  sandboxes: Pick<Sandboxes, "giveAway">
}

/** Host folder of what a loop's agent was configured with. It is called after its content and never changes. */
const snapshotFolder = (folder: string, hash: string): string => `${folder}/snapshot/${hash.slice(0, 16)}`

/** What lies on top of the agent's own state, from its name there to its host path. */
export function snapshotMounts(folder: string, { snapshot }: LoopRecord): Record<string, string> | undefined {
  if (!snapshot || snapshot.entries.length === 0) return undefined
  return Object.fromEntries(snapshot.entries.map((name) => [name, `${snapshotFolder(folder, snapshot.hash)}/${name}`]))
}

/**
 * Copies the configuration of the team and of the driver into the loop, as of the commits that the loop began with. Done
 * once, and once more for another driver: the same loop starts the same tomorrow.
 */
export async function copyConfiguration(record: LoopRecord, needs: SnapshotNeeds): Promise<void> {
  const { driver, versions = {}, snapshot } = record
  if (snapshot?.driver === driver || versions.knowledge === undefined || versions.personal === undefined) return
  const [team, personal] = await Promise.all([
    needs.shelves.open(shelfOf("knowledge", driver)),
    needs.shelves.open(shelfOf("personal", driver)),
  ])
  const sources = [
    { name: "team", repository: team, commit: versions.knowledge },
    { name: `personal:${driver}`, repository: personal, commit: versions.personal },
  ]
  const composed = await composeTiers(sources)
  await writeSnapshot(needs.store.folder(record.id), composed, needs)
  const at = timestamp(needs.clock)
  const entries = [...new Set(composed.files.map(({ path }) => path.split("/")[0] ?? ""))]
  const tiers = sources.map(({ name }) => name)
  await needs.records.change(record.id, (now) => ({
    ...now,
    snapshot: { at, driver, hash: composed.hash, tiers, entries },
    warnings: [...now.warnings.filter(({ code }) => code !== skipped), ...warningsOf(composed, at)],
  }))
}

const skipped = "config-skipped"
const listed = 10

const warningsOf = ({ faults }: Composed, at: string): LoopRecord["warnings"] =>
  faults.slice(0, listed).map(({ tier, path, why }) => ({
    ...{ about: path, code: skipped, at },
    text: `${path} of ${tier || "the configuration"} was left out: ${reasons[why]}.`,
  }))

const reasons = {
  "too-long": "it is longer than 1 MiB",
  "too-many": "there are more files than a configuration may have",
  link: "it is a link",
  "not-read": "it could not be read",
}

async function writeSnapshot(folder: string, { files, hash }: Composed, needs: SnapshotNeeds): Promise<void> {
  const { disk, sandboxes } = needs
  const place = snapshotFolder(folder, hash)
  if (files.length === 0 || (await disk.exists(place))) return
  const half = `${folder}/snapshot/.half-made`
  await disk.remove(half)
  for (const { path, file } of files) {
    await disk.makeFolder(dirname(`${half}/${path}`))
    await disk.write(`${half}/${path}`, file.content, file.executable ? 0o755 : 0o644)
  }
  // Theirs to read; that nothing inside writes it is what the mount sees to.
  await sandboxes.giveAway(half)
  await disk.move(half, place)
}
