import type { LoopId } from "../lib/ids.ts"
import type { Loops, TranscriptEvent } from "../loops/index.ts"

/** Which turn a loop is in, as its transcript says: what a request is booked on. */
export interface Turns {
  current(loop: LoopId): Promise<string | null>
  /** To be called with what was appended. */
  follow(loop: LoopId, events: readonly TranscriptEvent[]): void
}

export function createTurns(loops: Pick<Loops, "transcript">): Turns {
  const turns = new Map<LoopId, string | null>()

  /** After a start of the server a turn may be under way whose beginning nobody told. */
  async function fromFile(loop: LoopId): Promise<string | null> {
    const transcript = loops.transcript(loop)
    for (let before: number | undefined, atStart = false; !atStart;) {
      const page = await transcript.before(before)
      const found = page.events.findLast(isBoundary)
      if (found) return found.kind === "turn-started" ? found.turn : null
      before = page.events[0]?.seq
      atStart = page.atStart || before === undefined
    }
    return null
  }

  return {
    async current(loop) {
      const known = turns.get(loop)
      if (known !== undefined) return known
      const found = await fromFile(loop)
      // What was appended meanwhile is newer than what was read.
      if (!turns.has(loop)) turns.set(loop, found)
      return turns.get(loop) ?? null
    },
    follow(loop, events) {
      const last = events.findLast(isBoundary)
      if (last) turns.set(loop, last.kind === "turn-started" ? last.turn : null)
    },
  }
}

const isBoundary = ({ kind }: TranscriptEvent) => ["turn-started", "turn-finished", "turn-failed"].includes(kind)
