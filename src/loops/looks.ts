import type { LoopId, UserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Entry, Shelf } from "./shelf.ts"
import type { LoopStore, Seen } from "./store.ts"
import type { KnownEvent } from "./transcript-event.ts"

/** Who has seen how much of which loop, and where its last turn ended. */
export interface Looks {
  /** A person had everything up to `seq` on screen. Moves forward only; true when it moved. */
  mark(id: LoopId, user: UserName, seq: number): Promise<boolean>
  /** A person has the loop's end on screen from now until the returned function is called. */
  watch(id: LoopId, user: UserName): () => void
  /** Notes the lines that end a turn; whoever watches has seen them. */
  noteEnds(id: LoopId, lines: readonly KnownEvent[]): void
  /** Reads what rows need that are shown for the first time. */
  load(entries: readonly Entry[]): Promise<void>
}

export interface LooksNeeds {
  store: LoopStore
  shelf: Shelf
  background: Background
  lastSeq(id: LoopId): Promise<number>
  changed(id: LoopId): void
}

const none: Seen = { version: 1, seen: {}, finished: 0 }

export function createLooks({ store, shelf, background, lastSeq, changed }: LooksNeeds): Looks {
  const watchers = new Map<LoopId, UserName[]>()

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
    if (moved) {
      shelf.noteChange()
      changed(id)
    }
    return moved
  }

  async function mark(id: LoopId, user: UserName, seq: number): Promise<boolean> {
    const reached = Math.min(Math.floor(seq), await lastSeq(id))
    const known = shelf.get(id)?.looks?.seen[user]
    if (known !== undefined && known >= reached) return false
    return change(id, (current) => sawUpTo(current, user, reached))
  }

  return {
    mark,
    watch(id, user) {
      watchers.set(id, [...(watchers.get(id) ?? []), user])
      background.run("note that a loop was opened", () => mark(id, user, Number.MAX_SAFE_INTEGER))
      return () => {
        const others = watchers.get(id)?.toSpliced(watchers.get(id)?.indexOf(user) ?? 0, 1) ?? []
        if (others.length > 0) watchers.set(id, others)
        else watchers.delete(id)
      }
    },
    noteEnds(id, lines) {
      const end = lines.findLast((line) => line.kind === "turn-finished" || line.kind === "turn-failed")
      if (!end) return
      background.run("note the end of a turn", () =>
        change(id, (current) => {
          const ended = current.finished >= end.seq ? current : { ...current, finished: end.seq }
          return (watchers.get(id) ?? []).reduce((seen, user) => sawUpTo(seen, user, end.seq), ended)
        }),
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

const sawUpTo = (current: Seen, user: UserName, seq: number): Seen =>
  (current.seen[user] ?? 0) >= seq ? current : { ...current, seen: { ...current.seen, [user]: seq } }
