import { nameOf, pathText } from "../../lib/file-path.ts"
import type { UserName } from "../../lib/ids.ts"
import { type LoopOrigin, parseOrigin } from "../../lib/loop-origin.ts"
import type { Disk } from "../../platform/disk/disk.ts"
import type { LoopRecord } from "../record.ts"
import type { LoopStore } from "../store.ts"
import { contentOf, documentAt, type OriginNeeds } from "./describe.ts"
import { shelfOf } from "../checkouts/places.ts"

export interface MaterialNeeds extends Pick<OriginNeeds, "readable" | "contexts" | "heldText"> {
  disk: Disk
  store: Pick<LoopStore, "folder">
  /** What a loop that distills is told to do: the text of the kind's `CLAUDE.md`. */
  distillDoctrine: string
}

export type Written = "written" | "gone"

/**
 * Puts what a loop is made from into its working folder, which no program has been in yet. `gone`: it is not there any
 * more, or its maker may not read it any more.
 */
export async function writeMaterial(record: LoopRecord, folder: string, needs: MaterialNeeds): Promise<Written> {
  const origin = originOf(record)
  switch (origin?.kind) {
    case "distill": {
      await needs.disk.write(`${folder}/CLAUDE.md`, needs.distillDoctrine, 0o644)
      await needs.disk.makeFolder(`${folder}/source`, 0o755)
      return "loop" in origin
        ? writeConversation(origin, { record, folder: `${folder}/source` }, needs)
        : writeDocument(origin, { record, folder: `${folder}/source` }, needs)
    }
    case "resolve":
      return writeHeld(origin.held, { record, folder: `${folder}/held` }, needs)
    default:
      return "written"
  }
}

/** Loops whose working folder begins with material have no repository there. */
export const hasMaterial = (origin: LoopOrigin | undefined): boolean =>
  origin?.kind === "distill" || origin?.kind === "resolve" || origin?.kind === "cross-loop"

const originOf = ({ origin }: LoopRecord): LoopOrigin | undefined =>
  origin &&
  parseOrigin({ ...origin, from: origin.kind, ...(origin.path !== undefined && { path: pathText(origin.path) }) })

interface Place {
  record: LoopRecord
  folder: string
}

async function writeConversation(
  { loop }: Extract<LoopOrigin, { loop: unknown }>,
  { record, folder }: Place,
  { disk, store, readable }: MaterialNeeds,
): Promise<Written> {
  if (!(await readable(loop, record.createdBy))) return "gone"
  for (const name of ["messages.jsonl", "chat_history.jsonl"])
    if (!(await disk.copy(`${store.folder(loop)}/${name}`, `${folder}/${name}`, 0o644)))
      await disk.write(`${folder}/${name}`, "", 0o644)
  return "written"
}

async function writeDocument(
  document: Extract<LoopOrigin, { path: string }>,
  { record, folder }: Place,
  needs: MaterialNeeds,
): Promise<Written> {
  const content = await documentAt(document, record.createdBy, needs)
  if (!content) return "gone"
  await needs.disk.write(`${folder}/${nameOf(document.path)}`, content, 0o644)
  return "written"
}

async function writeHeld(held: string, { record, folder }: Place, needs: MaterialNeeds): Promise<Written> {
  const { disk, heldText } = needs
  const text = await heldText(record.createdBy, held)
  if (!text) return "gone"
  await disk.makeFolder(folder, 0o755)
  await disk.write(`${folder}/mine`, text.text, 0o644)
  await disk.write(`${folder}/base`, (await baseOf(text, record.createdBy, needs)) ?? "", 0o644)
  return "written"
}

async function baseOf(
  { shelf, base }: { shelf: "knowledge" | "notes" | "personal"; base: string },
  user: UserName,
  { contexts }: MaterialNeeds,
): Promise<Uint8Array | undefined> {
  if (!contexts || !/^[0-9a-f]{40,64}$/.test(base)) return undefined
  return contentOf(await contexts.shelves.open(shelfOf(shelf, user)), base)
}
