import type { LoopId, UserName } from "../lib/ids.ts"
import { isAboutOutside } from "./checkouts/outside-warnings.ts"
import type { LoopActivity } from "./contract.ts"
import type { LoopRecord, LoopState } from "./record.ts"

/** What lists know of a loop without opening a file. */
export interface Entry {
  id: LoopId
  title: string
  createdBy: UserName
  driver: UserName
  state: LoopState
  visibility: LoopRecord["visibility"]
  /** Others than its people could see it at some time since the start. */
  wasOpen: boolean
  repo?: { name: string; branch: string }
  /** It says that a context's home outside is not as it is here. */
  warned: boolean
  kind: LoopRecord["kind"]
  origin?: LoopRecord["origin"]
  createdAt: number
  /** Last line of the transcript, milliseconds. */
  active: number
  activity?: LoopActivity
  /** Read when the loop is first shown. */
  looks?: { finished: number; seen: Record<string, number> }
}

/** All loops but the deleted ones, in memory, newest activity first. */
export interface Shelf {
  get(id: LoopId): Entry | undefined
  /** Puts or replaces what a record says; `active` moves it in the order. */
  put(record: LoopRecord, active?: number): Entry
  touch(id: LoopId, active: number): void
  setActivity(id: LoopId, activity: LoopActivity): void
  remove(id: LoopId): void
  /** Newest activity first. Sorted when asked after a change; a nearly sorted list costs one pass. */
  ordered(): readonly Entry[]
  /** Loops whose agent did something since the start: the few that may need a person or work. */
  lively(): Entry[]
  /** Something about a loop that lists show has changed, whatever it was. */
  noteChange(): void
  /** Differs from what it was before any change, and from one start of the program to the next. */
  readonly version: number
  readonly size: number
}

export function createShelf(firstVersion = 0): Shelf {
  const entries = new Map<LoopId, Entry>()
  const lively = new Set<LoopId>()
  /** What agents told of loops that are not on the shelf yet. */
  const early = new Map<LoopId, LoopActivity>()
  const order: Entry[] = []
  let sorted = true
  let version = firstVersion

  return {
    get: (id) => entries.get(id),
    put(record, active) {
      version++
      const known = entries.get(record.id)
      const entry = known ?? blank(record)
      if (!known) {
        entries.set(record.id, entry)
        order.push(entry)
        sorted = false
        entry.activity = early.get(record.id)
        early.delete(record.id)
      }
      Object.assign(entry, shown(record))
      if (record.visibility !== "private") entry.wasOpen = true
      if (active !== undefined && active !== entry.active) {
        entry.active = active
        sorted = false
      }
      if (!isOpen(entry)) {
        entry.activity = undefined
        lively.delete(record.id)
      } else if (needsLook(entry)) lively.add(record.id)
      return entry
    },
    touch(id, active) {
      const entry = entries.get(id)
      if (!entry || active <= entry.active) return
      entry.active = active
      sorted = false
    },
    setActivity(id, activity) {
      const entry = entries.get(id)
      if (!entry) early.set(id, activity)
      if (!entry || !isOpen(entry)) return
      version++
      entry.activity = activity
      if (needsLook(entry)) lively.add(id)
      else lively.delete(id)
    },
    remove(id) {
      const entry = entries.get(id)
      if (!entry) return
      version++
      entries.delete(id)
      lively.delete(id)
      order.splice(order.indexOf(entry), 1)
    },
    ordered() {
      if (!sorted) order.sort((a, b) => b.active - a.active || (a.id < b.id ? -1 : 1))
      sorted = true
      return order
    },
    lively: () => [...lively].map((id) => entries.get(id)).filter((entry) => entry !== undefined),
    noteChange: () => void version++,
    get version() {
      return version
    },
    get size() {
      return entries.size
    },
  }
}

const isOpen = ({ state }: Entry) => state.kind !== "archived" && state.kind !== "deleted"

const needsLook = ({ state, activity }: Entry) =>
  state.kind === "preparing" || (activity !== undefined && activity.status !== "idle")

const blank = (record: LoopRecord): Entry => ({
  id: record.id,
  createdAt: Date.parse(record.createdAt),
  active: Date.parse(record.createdAt),
  wasOpen: false,
  ...shown(record),
})

const shown = ({ warnings, title, kind, origin, createdBy, driver, state, visibility, repo }: LoopRecord) => ({
  title,
  kind,
  origin,
  createdBy,
  driver,
  state,
  visibility,
  warned: warnings.some(isAboutOutside),
  repo: repo && { name: repo.name, branch: repo.branch },
})
