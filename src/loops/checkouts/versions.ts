import type { Repository, Shelves } from "../../repos/index.ts"
import type { LoopRecord } from "../record.ts"
import { type ContextName, contextNames, shelfOf } from "./places.ts"

/** The commit that a loop began with in one context, or was brought to, and how many there have been since. */
export interface ContextVersion {
  context: ContextName
  commit: string
  behind: number
  /** There are more than were counted. */
  more: boolean
}

const counted = 100

/** Of every context that the loop has a version of. No program is started where nothing has changed since. */
export async function contextVersions(
  { versions = {}, pulled = {}, driver }: LoopRecord,
  shelves: Pick<Shelves, "open">,
): Promise<ContextVersion[]> {
  const found = contextNames.map(async (context) => {
    const commit = (context === "personal" ? undefined : pulled[context]) ?? versions[context]
    if (commit === undefined) return []
    const behind = await countSince(await shelves.open(shelfOf(context, driver)), commit)
    return [{ context, commit, behind: Math.min(behind, counted), more: behind > counted }]
  })
  return (await Promise.all(found)).flat()
}

async function countSince(repository: Repository, commit: string): Promise<number> {
  const tip = await repository.resolve()
  if (tip === undefined || tip === commit) return 0
  const [now, then] = await Promise.all([
    repository.history({ from: tip, limit: counted + 1 }),
    repository.history({ from: commit, limit: counted + 1 }),
  ])
  const known = new Set(then.map(({ id }) => id))
  return now.filter(({ id }) => !known.has(id)).length
}
