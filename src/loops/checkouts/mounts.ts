import type { Shelves } from "../../repos/index.ts"
import type { ContextMounts } from "../../sandbox/contract.ts"
import type { LoopRecord } from "../record.ts"
import { contextFolders, type ContextName, shelfOf } from "./places.ts"

export interface MountSource {
  /** The loop's own. */
  folder: string
  contexts?: { shelves: Pick<Shelves, "open"> }
}

/** What a loop's sandbox gets of the shared contexts. */
export async function contextMounts(
  record: LoopRecord,
  { folder, contexts }: MountSource,
): Promise<ContextMounts | undefined> {
  if (!contexts) return undefined
  const { shelves } = contexts
  const objectsOf = async (context: ContextName) =>
    `${(await shelves.open(shelfOf(context, record.driver))).folder}/objects`
  const [knowledge, notes, personal] = await Promise.all([
    objectsOf("knowledge"),
    objectsOf("notes"),
    objectsOf("personal"),
  ])
  return { folders: contextFolders(folder, record), objects: { knowledge, notes, personal } }
}
