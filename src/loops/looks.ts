import type { LoopId, UserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Entry, Shelf } from "./shelf.ts"
import type { LoopStore, Seen } from "./store.ts"
import type { KnownEvent } from "./transcript-event.ts"

/** Who has seen how much of which loop, and where its last turn ended. */
export interface Looks {
  /** A person had everything up to `seq` on screen. Moves forward only; true when it moved. */
  mark(id: LoopId, user: UserName, seq: number): Promise<boolean>
  /** Notes the lines that end a turn. */
  noteEnds(id: LoopId, lines: readonly KnownEvent[]): void
  /** Reads what rows need that are shown for the first time. */
  load(entries: readonly Entry[]): Promise<void>
}

export interface LooksNeeds {
  store: LoopStore
  shelf: Shelf
  background: Background
  lastSeq(id: LoopId): Promise<number>
}

const none: Seen = { version: 1, seen: {}, finished: 0 }

export function createLooks({ store, shelf, background, lastSeq }: LooksNeeds): Looks {
  async function change(id: LoopId, how: (current: Seen) => Seen): Promise<boolean> {
    let moved = false
    const next = await store.seen(id).update((current) => {
      const before = current ?? none
      const after = how(before)
      moved = after !== before
      return moved || current === undefined ? after : current
    })
    const entry = shelf.get(id)
    if (entry) entry.looks = next
    return moved
  }

  return {
    async mark(id, user, seq) {
      const reached = Math.min(Math.floor(seq), await lastSeq(id))
      const known = shelf.get(id)?.looks?.seen[user]
      if (known !== undefined && known >= reached) return false
      return change(id, (current) =>
        (current.seen[user] ?? 0) >= reached ? current : { ...current, seen: { ...current.seen, [user]: reached } },
      )
    },
    noteEnds(id, lines) {
      const end = lines.findLast((line) => line.kind === "turn-finished" || line.kind === "turn-failed")
      if (!end) return
      background.run("note the end of a turn", () =>
        change(id, (current) => (current.finished >= end.seq ? current : { ...current, finished: end.seq })),
      )
    },
    async load(entries) {
      const missing = entries.filter((entry) => entry.looks === undefined)
      await Promise.all(
        missing.map(async (entry) => {
          const read = (await store.seen(entry.id).read()) ?? none
          entry.looks ??= read
        }),
      )
    },
  }
}
