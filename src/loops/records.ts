import type { LoopId } from "../lib/ids.ts"
import type { Events } from "../platform/events.ts"
import { haveRightsChanged } from "./access.ts"
import type { LoopNews } from "./contract.ts"
import type { LoopRecord } from "./record.ts"
import type { Shelf } from "./shelf.ts"
import type { LoopStore } from "./store.ts"

/** The records of loops, and the one way to change them: durable, then on the shelf, then announced. */
export interface Records {
  read(id: LoopId): Promise<LoopRecord | undefined>
  readDeleted(id: LoopId): Promise<LoopRecord | undefined>
  /** Undefined when there is no such loop. A change that gives back the same object changes and announces nothing. */
  change(id: LoopId, change: (record: LoopRecord) => LoopRecord): Promise<LoopRecord | undefined>
}

export interface RecordsNeeds {
  store: LoopStore
  shelf: Shelf
  events: Events<LoopNews>
}

/** Thrown inside an update to leave without writing. */
class NoSuchLoop extends Error {
  override readonly name = "NoSuchLoop"
}

export function createRecords({ store, shelf, events }: RecordsNeeds): Records {
  return {
    read: (id) => store.record(id).read(),
    readDeleted: (id) => store.deletedRecord(id).read(),
    async change(id, change) {
      let before: LoopRecord | undefined
      try {
        const record = await store.record(id).update((current) => {
          if (!current) throw new NoSuchLoop(id)
          before = current
          return change(current)
        })
        // Also when nothing changed: an earlier write may have reached the disk and failed all the same.
        if (record !== before || record.state.kind !== "deleted") shelf.put(record)
        if (record !== before)
          events.announce("loop.changed", { loop: id, record, rights: !before || haveRightsChanged(before, record) })
        return record
      } catch (error) {
        if (error instanceof NoSuchLoop) return undefined
        throw error
      }
    },
  }
}
