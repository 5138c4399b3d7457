import type { Transcript, TranscriptEvent } from "../loops/index.ts"
import type { Hub } from "../platform/sse/hub.ts"
import type { Viewer } from "../platform/sse/stream.ts"
import { collapse, type Fold, foldEvent, newFold } from "./fold.ts"
import { type Live, livePlaces, type Looks } from "./live.ts"

export interface Following {
  transcript: Pick<Transcript, "before" | "after" | "lastSeq">
  hub: Hub
  topic: string
  live: Pick<Live, "snapshot" | "primed">
  looks: Pick<Looks, "patches" | "removed">
  /** One sort of viewer. */
  kind: string
  /** The last number that the page shows. */
  after: number
  /** The page has followed before: what streamed then may stand on it in the middle of a word. */
  again: boolean
}

/** What is read and rendered at once: about twice this waits for a reader who takes nothing. */
const pieceBytes = 64 * 1024

/**
 * Brings a page up to date from the file and then keeps it so. What is published meanwhile is read from the file too,
 * so nothing is lost and nothing comes twice.
 */
export async function follow(viewer: Viewer, following: Following): Promise<void> {
  const { hub, topic, kind, live } = following
  await live.primed()
  if (following.again) viewer.send(livePlaces.map(following.looks.removed).join(""))
  let sent = following.after
  let caughtUp = false
  /** The newest number that was published while the file was read. */
  let published = 0
  const leave = hub.subscribe(topic, kind, (delivery) => {
    if (caughtUp) viewer.pass(delivery.frame)
    else published = Math.max(published, delivery.id ?? 0)
  })
  viewer.ended.addEventListener("abort", leave)
  if (viewer.ended.aborted) return leave()
  do {
    for await (const { html, id } of missed({ ...following, after: sent })) {
      if (viewer.ended.aborted) return
      sent = id
      viewer.send(html, id)
      // A long way to catch up stays in the file, not in memory, until the reader has taken what came before.
      await viewer.drained()
    }
  } while (published > sent)
  // Nothing was awaited since the last look: what streams right now is shown whole once, and live from here on.
  viewer.send(live.snapshot(kind))
  caughtUp = true
}

/** The file's events after the page's last one, rendered, a piece at a time. */
async function* missed({ transcript, looks, kind, after }: Following): AsyncGenerator<{ html: string; id: number }> {
  // Most pages have missed nothing: for them no file is opened.
  if ((await transcript.lastSeq()) <= after) return
  let fold: Fold | undefined
  let from = after
  for (let atEnd = false; !atEnd;) {
    const piece = await transcript.after(from, pieceBytes)
    const last = piece.events.at(-1)
    if (!last) return
    fold ??= await foldUpTo(transcript, after)
    yield { html: looks.patches(collapse(foldAll(fold, piece.events)), kind), id: last.seq }
    from = last.seq
    atEnd = piece.atEnd
  }
}

const foldAll = (fold: Fold, events: readonly TranscriptEvent[]) => events.flatMap((event) => foldEvent(fold, event))

/** What the page shows already: later events may change it. */
async function foldUpTo(transcript: Pick<Transcript, "before">, seq: number): Promise<Fold> {
  const fold = newFold()
  const { events } = await transcript.before(seq + 1)
  for (const event of events) foldEvent(fold, event)
  return fold
}
