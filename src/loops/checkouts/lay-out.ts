import { dirname } from "node:path"
import { gitAddress } from "../../lib/git-address.ts"
import type { LoopId } from "../../lib/ids.ts"
import { createSerial } from "../../platform/disk/serial.ts"
import { borrowingFiles, fillFromHead } from "../../platform/git/borrowing.ts"
import type { Git } from "../../platform/git/git.ts"
import type { Repository } from "../../repos/index.ts"
import { contextObjects } from "../../sandbox/index.ts"
import type { LoopRecord } from "../record.ts"
import type { Records } from "../records.ts"
import { contextBranch, contextFolders, type ContextName, contextNames, shelfOf } from "./places.ts"
import { type Warning, warningOf, withWarnings } from "./outside-warnings.ts"
import { copyConfiguration, type SnapshotNeeds } from "./snapshot.ts"

export interface LayOutNeeds extends SnapshotNeeds {
  git: Git
  records: Pick<Records, "read" | "change">
}

export type LaidOut =
  | { kind: "laid-out" }
  | { kind: "no-such-loop" }
  /** Nothing in this context is called so. */
  | { kind: "version-unknown"; context: ContextName; ref: string }

/** One making at a time for a loop. Without contexts there is nothing to make. */
export function layOutWith({
  contexts,
  ...needs
}: Omit<LayOutNeeds, "shelves" | "git"> & { contexts?: Pick<LayOutNeeds, "shelves" | "git"> }) {
  const serial = createSerial()
  return async (loop: LoopId): Promise<LaidOut> =>
    contexts ? serial(loop, () => layOutContexts(loop, { ...needs, ...contexts })) : { kind: "laid-out" }
}

interface Pinned {
  context: ContextName
  repository: Repository
  commit: string
  trunk: string
  trunkCommit: string
  /** Its home outside could not be asked, or has gone another way. */
  warning?: Warning
}

/**
 * Makes the checkouts that a loop does not have yet: all of them while it is prepared, later those of a new driver, or
 * of a loop that was made before there were any. What is there is never touched: programs may have run in it.
 */
async function layOutContexts(loop: LoopId, needs: LayOutNeeds): Promise<LaidOut> {
  const { disk, records, store } = needs
  const record = await records.read(loop)
  if (!record) return { kind: "no-such-loop" }
  const folders = contextFolders(store.folder(loop), record)
  const missing: ContextName[] = []
  for (const context of contextNames) if (!(await disk.exists(folders[context]))) missing.push(context)
  const pinned = await Promise.all(missing.map((context) => pin(context, record, needs)))
  for (const one of pinned) if (one.kind === "version-unknown") return one
  const found = pinned.filter((one) => one.kind === "pinned")
  if (found.length > 0) await recordVersions(record, found, needs)
  // All come to their end before the outcome is told: whoever tries again meets nobody at work.
  for (const one of await Promise.allSettled(found.map((pinning) => layOut(record, pinning, needs))))
    if (one.status === "rejected") throw one.reason
  if (!(await disk.exists(folders.repos))) await makeGiven(folders.repos, needs)
  await copyConfiguration((await records.read(loop)) ?? record, needs)
  return { kind: "laid-out" }
}

type Sought = ({ kind: "pinned" } & Pinned) | Extract<LaidOut, { kind: "version-unknown" }>

/** The commit that a context begins from: the one written down before, else the one asked for, else the newest. */
async function pin(context: ContextName, record: LoopRecord, { shelves }: LayOutNeeds): Promise<Sought> {
  const repository = await shelves.open(shelfOf(context, record.driver))
  const refreshed = await refreshedAs(record.freshness?.[context], repository)
  const trunk = await repository.trunk()
  const trunkCommit = await repository.resolve()
  if (trunkCommit === undefined) throw new Error(`the repository of ${context} has no commit`)
  const before = record.versions?.[context]
  // What was written down of an earlier driver's repository means nothing in another one.
  const known = before === undefined ? undefined : await repository.resolve(before)
  const asked = wantedRef(record.freshness?.[context])
  const commit = known ?? (asked === undefined ? trunkCommit : await repository.resolve(asked))
  if (commit === undefined) return { kind: "version-unknown", context, ref: asked ?? "" }
  const warning = refreshed && warningOf(context, refreshed, commit)
  return { kind: "pinned", context, repository, commit, trunk, trunkCommit, ...(warning && { warning }) }
}

const refreshedAs = async (freshness: string | undefined, repository: Repository) =>
  wantsLatest(freshness) ? repository.refresh() : undefined

const wantsLatest = (freshness: string | undefined): boolean => freshness === undefined || freshness === "latest"

/** The newest that the server has is the newest there is, once the outside was asked. */
const wantedRef = (freshness: string | undefined): string | undefined =>
  freshness === undefined || freshness === "latest" || freshness === "cached" ? undefined : freshness

async function recordVersions(record: LoopRecord, pinned: readonly Pinned[], { records }: LayOutNeeds): Promise<void> {
  const found = Object.fromEntries(pinned.map(({ context, commit }) => [context, commit]))
  const start = record.repo?.start
  await records.change(record.id, (now) => ({
    ...now,
    versions: { ...now.versions, ...(start !== undefined && { repo: start }), ...found },
    warnings: withWarnings(now.warnings, pinned),
  }))
}

/** Made beside its place and moved there at last, so that a checkout that exists is a whole one and the sandbox's. */
async function layOut(record: LoopRecord, pinned: Pinned, needs: LayOutNeeds): Promise<void> {
  const { context, repository, commit, trunk, trunkCommit } = pinned
  const { disk, git, store, sandboxes } = needs
  const folder = store.folder(record.id)
  const half = `${folder}/context/.half-made-${context}`
  await disk.remove(half)
  const wanted = { branch: contextBranch(record.id), commit, trunk, trunkCommit, origin: gitAddress(context) }
  const files = borrowingFiles({ ...wanted, objects: `${repository.folder}/objects` })
  for (const [path, text] of Object.entries(files)) {
    await disk.makeFolder(dirname(`${half}/.git/${path}`))
    await disk.write(`${half}/.git/${path}`, text, 0o644)
  }
  await git.run(fillFromHead(half))
  const borrowed = borrowingFiles({ ...wanted, objects: contextObjects(context) })["objects/info/alternates"]
  await disk.write(`${half}/.git/objects/info/alternates`, borrowed, 0o644)
  await sandboxes.giveAway(half)
  const place = contextFolders(folder, record)[context]
  await disk.makeFolder(dirname(place))
  await disk.move(half, place)
}

async function makeGiven(folder: string, { disk, sandboxes }: LayOutNeeds): Promise<void> {
  const half = `${folder}.half-made`
  await disk.makeFolder(half)
  await sandboxes.giveAway(half)
  await disk.move(half, folder)
}
