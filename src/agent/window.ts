import type { LoopId } from "../lib/ids.ts"
import { createRecent } from "../lib/recent.ts"
import type { Transcript } from "../loops/index.ts"
import { type Fold, foldEvent, newFold, type Piece, piecesOf } from "./fold.ts"
import { recallMessages } from "./recall.ts"

/** A page of the conversation: what one reading of the file shows, and where to read on. */
export interface Window {
  pieces: Piece[]
  /** Number of the last event taken in; a live stream goes on from here. */
  last: number
  /** Number before which there is more; undefined at the beginning. */
  earlier: number | undefined
}

/** The newest windows of the loops that were looked at last: nothing is read to show the same once more. */
export interface Windows {
  newest(loop: LoopId, transcript: Pick<Transcript, "before" | "after" | "lastSeq">): Promise<Window>
}

const mostWindows = 8

export function createWindows(): Windows {
  const known = createRecent<LoopId, { transcript: object; window: Window }>(mostWindows)
  return {
    async newest(loop, transcript) {
      const last = await transcript.lastSeq()
      const before = known.get(loop)
      // A loop that was moved away and brought back has another transcript.
      const same = before?.transcript === transcript && before.window.last === last
      const window = same ? before.window : await readWindow(transcript)
      known.set(loop, { transcript, window })
      return window
    },
  }
}

/** At most this much is read and parsed for one page, however long the transcript is. */
const windowBytes = 64 * 1024
/** A page of history is added to what is there: smaller, so that it arrives at once. */
const earlierBytes = 40 * 1024
/** A tool that runs at the end of such a page nearly always has its result in the next few lines. */
const finishBytes = 16 * 1024
const windowEvents = 300

/** The last events before `before`, or the newest. Its cost does not depend on the transcript's length. */
export async function readWindow(transcript: Pick<Transcript, "before" | "after">, before?: number): Promise<Window> {
  const { events: read, atStart } = await transcript.before(before, before === undefined ? windowBytes : earlierBytes)
  const events = read.slice(-windowEvents)
  const first = events[0]
  if (!first) return { pieces: [], last: (before ?? 1) - 1, earlier: undefined }
  const fold = newFold()
  await recallMessages(transcript, fold, events)
  const pieces = piecesOf(fold, events)
  const last = events.at(-1)?.seq ?? 0
  if (before !== undefined) await finish(transcript, { fold, pieces, last })
  const hasEarlier = !atStart || events.length < read.length
  return { pieces, last, earlier: hasEarlier ? first.seq : undefined }
}

/**
 * What stands at the end of an older page goes on in the next one: calls get their results there, a message whose turn
 * begins there is shown there, and a failure that a turn follows there has passed.
 */
async function finish(
  transcript: Pick<Transcript, "after">,
  { fold, pieces, last }: { fold: Fold; pieces: Piece[]; last: number },
): Promise<void> {
  if (!mayGoOn(fold)) return
  const { events } = await transcript.after(last, finishBytes)
  for (const event of events.slice(0, windowEvents)) {
    const begun = event.kind === "turn-started" ? event.messages : []
    for (const { op, piece } of foldEvent(fold, event)) {
      const at = op === "replace" ? pieces.findIndex(({ id }) => id === piece.id) : -1
      if (at < 0) continue
      if (piece.kind === "message" && begun.includes(piece.seq)) pieces.splice(at, 1)
      else pieces[at] = piece
    }
  }
}

const mayGoOn = ({ tools, asks, placed, ended }: Fold): boolean =>
  tools.size + asks.size + placed.size > 0 || ended?.piece.kind === "failure"
