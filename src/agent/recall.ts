import type { Transcript, TranscriptEvent } from "../loops/index.ts"
import type { Fold } from "./fold.ts"

/** What is read at a time to see whether a message was edited while it waited, in bytes, and how often. */
const piece = 64 * 1024
const pieces = 8
const mostMessages = 20

/** A turn may begin with a message that was written long before: it is looked up where it stands, with its edits. */
export async function recallMessages(
  transcript: Pick<Transcript, "after">,
  fold: Fold,
  events: readonly TranscriptEvent[],
): Promise<void> {
  const first = events[0]?.seq ?? 0
  const wanted = events
    .flatMap((event) => (event.kind === "turn-started" ? event.messages : []))
    .filter((seq) => seq < first)
  for (const seq of wanted.slice(0, mostMessages)) await recall(transcript, fold, { seq, first })
}

async function recall(
  transcript: Pick<Transcript, "after">,
  fold: Fold,
  { seq, first }: { seq: number; first: number },
): Promise<void> {
  let from = seq - 1
  for (let read = 0; read < pieces && from < first - 1; read++) {
    const { events } = await transcript.after(from, piece)
    for (const event of events) if (event.seq < first) takeIn(fold, seq, event)
    from = events.at(-1)?.seq ?? first
  }
}

function takeIn({ waiting }: Fold, seq: number, event: TranscriptEvent): void {
  if (event.kind === "user-message" && event.seq === seq) waiting.set(seq, event)
  const known = waiting.get(seq)
  if (known && event.kind === "queue-changed" && event.message === seq && event.text !== undefined)
    waiting.set(seq, { ...known, text: event.text })
}
