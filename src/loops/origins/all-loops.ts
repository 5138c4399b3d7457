import type { LoopId, UserName } from "../../lib/ids.ts"
import { readSize } from "../../platform/disk/size.ts"
import type { Disk } from "../../platform/disk/disk.ts"
import type { LoopRecord } from "../record.ts"
import type { Entry, Shelf } from "../shelf.ts"
import type { LoopStore } from "../store.ts"

export interface AllLoopsNeeds {
  disk: Disk
  shelf: Pick<Shelf, "ordered">
  store: Pick<LoopStore, "folder">
  readRecord(id: LoopId): Promise<LoopRecord | undefined>
  isAdmin(user: UserName): boolean
}

/** Host folder of what a loop over all loops may read; mounted read-only. */
export const allLoopsFolder = (folder: string): string => `${folder}/all-loops`

/** Never a working folder, a home or an agent's state: nothing there was written by another sandbox. */
const copied = ["messages.jsonl", "chat_history.jsonl", "usage.jsonl"] as const

/**
 * Brings what a loop over all loops may read to the present: the records of every loop that is not private. Whose driver
 * is no admin any more is left with nothing.
 */
export async function collectAllLoops(record: LoopRecord, needs: AllLoopsNeeds): Promise<void> {
  const { disk, store, shelf } = needs
  const root = allLoopsFolder(store.folder(record.id))
  const shown = needs.isAdmin(record.driver) ? shelf.ordered().filter(isShown) : []
  const wanted = new Set<string>(shown.map(({ id }) => id))
  await disk.makeFolder(root, 0o755)
  for (const name of await disk.list(root)) if (!wanted.has(name)) await disk.remove(`${root}/${name}`)
  for (const { id } of shown) await collectOne(id, `${root}/${id}`, needs)
}

const isShown = ({ visibility, state }: Entry): boolean => visibility !== "private" && state.kind !== "deleted"

async function collectOne(id: LoopId, folder: string, { disk, store, readRecord }: AllLoopsNeeds): Promise<void> {
  const record = await readRecord(id)
  // It may have been hidden since the list was read.
  if (!record || record.visibility === "private") return disk.remove(folder)
  await disk.makeFolder(folder, 0o755)
  const { metadata: _metadata, clientId: _clientId, ...meta } = record
  const text = `${JSON.stringify(meta, null, 2)}\n`
  if ((await disk.readText(`${folder}/meta.json`)) !== text) await disk.write(`${folder}/meta.json`, text, 0o644)
  for (const name of copied) {
    const [from, to] = [`${store.folder(id)}/${name}`, `${folder}/${name}`]
    // These files only grow: of one length they are the same.
    if ((await readSize(from)) !== (await readSize(to))) await disk.copy(from, to, 0o644)
  }
}
