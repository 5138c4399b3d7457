import { createHash } from "node:crypto"
import { z } from "zod"
import { type LoopId, parseLoopId, type UserName } from "../lib/ids.ts"
import { isExisting, isMissing } from "../platform/disk/calls.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { JsonFile } from "../platform/disk/json-file.ts"
import type { JsonlFile } from "../platform/disk/jsonl-file.ts"
import { LoopRecord } from "./record.ts"
import { type KnownEvent, parseTranscriptEvent, type TranscriptEvent } from "./transcript-event.ts"

/** How far each person has looked, and where the last turn ended. */
export const Seen = z.looseObject({
  version: z.literal(1),
  seen: z.record(z.string(), z.number()),
  finished: z.number(),
})
export type Seen = z.infer<typeof Seen>

/**
 * Where loops lie on disk. `loops/<id>` is a loop; `.new/<run>/<id>` one that is being written and becomes a loop by a
 * rename; `.deleted/<id>` one that can be restored; `.running/<id>` (an empty folder: made without a single fsync)
 * marks one with accepted work that is not finished.
 */
export interface LoopStore {
  folder(id: LoopId): string
  record(id: LoopId): JsonFile<LoopRecord>
  deletedRecord(id: LoopId): JsonFile<LoopRecord>
  seen(id: LoopId): JsonFile<Seen>
  transcript(id: LoopId): JsonlFile<TranscriptEvent>
  /** Milliseconds of the last line of the transcript, as the file system knows it. */
  lastWritten(id: LoopId): Promise<number | undefined>
  /** Writes a whole new loop or nothing. False when one with this id is there already. */
  place(record: LoopRecord, lines: KnownEvent[], images?: readonly KeptImage[]): Promise<boolean>
  all(): Promise<LoopId[]>
  deleted(): Promise<LoopId[]>
  moveAway(id: LoopId): Promise<void>
  bringBack(id: LoopId): Promise<void>
  deletedFolder(id: LoopId): string
  running(): Promise<LoopId[]>
  markRunning(id: LoopId, running: boolean): Promise<void>
  /** Removes what a former run left half-written. */
  clearHalfMade(): Promise<void>
}

/** An image of the first message, under the name that the transcript has for it. */
interface KeptImage {
  sha256: string
  content: Uint8Array
}

interface Whole {
  record: LoopRecord
  lines: KnownEvent[]
  images: readonly KeptImage[]
}

const parseRecord = (value: unknown) => LoopRecord.parse(value)
const parseSeen = (value: unknown) => Seen.parse(value)

export interface StoreNeeds {
  disk: Disk
  /** `LOOPAT_HOME`. */
  home: string
  /** Differs from one start of the program to the next. */
  run: string
}

export function createLoopStore({ disk, home, run }: StoreNeeds): LoopStore {
  const root = `${home}/loops`
  const folder = (id: LoopId) => `${root}/${id}`
  const deletedFolder = (id: LoopId) => `${root}/.deleted/${id}`
  const ids = async (path: string) => (await disk.list(path)).map(parseLoopId).filter((id) => id !== undefined)

  async function fill(fresh: string, { record, lines, images }: Whole): Promise<void> {
    await disk.makeFolder(fresh)
    if (images.length > 0) await disk.makeFolder(`${fresh}/attachments`)
    for (const { sha256, content } of images) await disk.write(`${fresh}/attachments/${sha256}`, content)
    const transcript = disk.jsonlFile(`${fresh}/messages.jsonl`, parseTranscriptEvent, { nameIsSafe: true })
    await transcript.append(...lines)
    await disk.jsonFile(`${fresh}/meta.json`, parseRecord).update(() => record)
  }

  return {
    folder,
    deletedFolder,
    record: (id) => disk.jsonFile(`${folder(id)}/meta.json`, parseRecord),
    deletedRecord: (id) => disk.jsonFile(`${deletedFolder(id)}/meta.json`, parseRecord),
    seen: (id) => disk.jsonFile(`${folder(id)}/seen.json`, parseSeen),
    transcript: (id) => disk.jsonlFile(`${folder(id)}/messages.jsonl`, parseTranscriptEvent),
    async lastWritten(id) {
      try {
        return (await Bun.file(`${folder(id)}/messages.jsonl`).stat()).mtimeMs
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    async place(record, lines, images = []) {
      const fresh = `${root}/.new/${run}/${record.id}`
      if (await disk.exists(folder(record.id))) return false
      await disk.remove(fresh)
      try {
        await fill(fresh, { record, lines, images })
        await disk.move(fresh, folder(record.id))
        return true
      } catch (error) {
        if (isTaken(error)) return false
        // A disk that is full gets the room back at once; where that fails, too, the next start clears it.
        await Promise.allSettled([disk.remove(fresh)])
        throw error
      }
    },
    all: () => ids(root),
    deleted: () => ids(`${root}/.deleted`),
    async moveAway(id) {
      await disk.makeFolder(`${root}/.deleted`)
      await disk.move(folder(id), deletedFolder(id))
    },
    bringBack: (id) => disk.move(deletedFolder(id), folder(id)),
    running: () => ids(`${root}/.running`),
    markRunning: (id, running) =>
      running ? disk.makeFolder(`${root}/.running/${id}`) : disk.remove(`${root}/.running/${id}`),
    async clearHalfMade() {
      const runs = await disk.list(`${root}/.new`)
      for (const one of runs.filter((name) => name !== run)) await disk.remove(`${root}/.new/${one}`)
    },
  }
}

const isTaken = (error: unknown) =>
  isExisting(error) || (error instanceof Error && "code" in error && error.code === "ENOTEMPTY")

/**
 * The id of the loop that a person's request makes. The same request gives the same id on every try, in every tab
 * and after a restart, so that it can make one loop only. (RFC 9562 version 4 form, filled from SHA-256.)
 */
export function loopIdOfRequest(user: UserName, clientId: string): LoopId {
  const hex = createHash("sha256").update(`loop\0${user}\0${clientId}`).digest("hex")
  const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) % 4]
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  const id = parseLoopId(text)
  if (!id) throw new Error("not a loop id")
  return id
}
