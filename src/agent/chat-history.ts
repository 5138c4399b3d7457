import { z } from "zod"
import type { LoopId } from "../lib/ids.ts"
import type { Loops, TranscriptEvent } from "../loops/index.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import { type ChatLine, chatLines } from "./chat-lines.ts"
import { newFold } from "./fold.ts"
import { recallMessages } from "./recall.ts"

/** `loops/<uuid>/chat_history.jsonl`: what a person saw. It follows from the transcript and is made good after a kill. */
export interface ChatHistory {
  /** Adds the turns that have ended since it was last written. */
  follow(loop: LoopId): Promise<void>
  /** Resolves when nothing is being added. */
  settled(loop: LoopId): Promise<void>
}

export interface ChatHistoryNeeds {
  loops: Pick<Loops, "transcript" | "serverFile">
  disk: Pick<Disk, "jsonlFile">
  log: Log
}

/** Only what is needed to know where to go on. */
const Written = z.looseObject({ turn: z.string().nullable() })
const piece = 256 * 1024

export function createChatHistory({ loops, disk, log }: ChatHistoryNeeds): ChatHistory {
  const under = new Map<LoopId, Promise<void>>()

  async function catchUp(loop: LoopId): Promise<void> {
    const transcript = loops.transcript(loop)
    const file = disk.jsonlFile<unknown>(loops.serverFile(loop, "chat_history.jsonl"), (value) => value)
    const { lines } = await file.readBefore(Number.MAX_SAFE_INTEGER, 1)
    const turn = Written.safeParse(lines.at(-1)?.value).data?.turn
    let gathered: TranscriptEvent[] = []
    for await (const event of eventsAfter(transcript, turn ? await lastOf(transcript, turn) : 0)) {
      gathered.push(event)
      if (event.kind !== "turn-finished" && event.kind !== "turn-failed") continue
      const fold = newFold()
      await recallMessages(transcript, fold, gathered)
      const seen: ChatLine[] = chatLines(fold, gathered, loop)
      if (seen.length > 0) await file.append(...seen)
      gathered = []
    }
  }

  return {
    follow(loop) {
      const before = under.get(loop) ?? Promise.resolve()
      const next = before.then(() => bestEffort(log, "write down what was seen", () => catchUp(loop)))
      under.set(loop, next)
      void next.then(() => under.get(loop) === next && under.delete(loop))
      return next
    },
    settled: async (loop) => under.get(loop),
  }
}

type Reading = ReturnType<Loops["transcript"]>

async function* eventsAfter(transcript: Pick<Reading, "after">, seq: number): AsyncGenerator<TranscriptEvent> {
  for (let from = seq, atEnd = false; !atEnd;) {
    const read = await transcript.after(from, piece)
    yield* read.events
    from = read.events.at(-1)?.seq ?? from
    atEnd = read.atEnd || read.events.length === 0
  }
}

/** Number of the last line that belongs to a turn; usually close to the end. */
async function lastOf(transcript: Pick<Reading, "before">, turn: string): Promise<number> {
  for (let before: number | undefined, atStart = false; !atStart;) {
    const page = await transcript.before(before, piece)
    const last = page.events.findLast((event) => event.turn === turn)
    if (last) return last.seq
    before = page.events[0]?.seq
    atStart = page.atStart || before === undefined
  }
  return 0
}
