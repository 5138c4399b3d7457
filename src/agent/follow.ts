import type { Transcript } from "../loops/index.ts"
import type { Hub } from "../platform/sse/hub.ts"
import type { Viewer } from "../platform/sse/stream.ts"
import { collapse, foldEvent, newFold } from "./fold.ts"
import type { Live, Looks } from "./live.ts"

export interface Following {
  transcript: Pick<Transcript, "before" | "after">
  hub: Hub
  topic: string
  live: Pick<Live, "snapshot" | "primed">
  looks: Pick<Looks, "patches">
  /** One sort of viewer. */
  kind: string
  /** The last number that the page shows. */
  after: number
}

const pieceBytes = 256 * 1024

/**
 * Brings a page up to date from the file and then keeps it so. What is published meanwhile is read from the file too,
 * so nothing is lost and nothing comes twice.
 */
export async function follow(viewer: Viewer, following: Following): Promise<void> {
  const { hub, topic, kind, live } = following
  await live.primed()
  let sent = following.after
  let caughtUp = false
  /** The newest number that was published while the file was read. */
  let published = 0
  const leave = hub.subscribe(topic, kind, ({ id, html }) => {
    if (caughtUp) viewer.send(html, id)
    else published = Math.max(published, id ?? 0)
  })
  viewer.ended.addEventListener("abort", leave)
  if (viewer.ended.aborted) return leave()
  do {
    for await (const { html, id } of missed({ ...following, after: sent })) {
      if (viewer.ended.aborted) return
      sent = id
      viewer.send(html, id)
    }
  } while (published > sent)
  // Nothing was awaited since the last look: what streams right now is shown whole once, and live from here on.
  viewer.send(live.snapshot(kind))
  caughtUp = true
}

/** The file's events after the page's last one, rendered, a piece at a time. */
async function* missed({ transcript, looks, kind, after }: Following): AsyncGenerator<{ html: string; id: number }> {
  const fold = newFold()
  const { events: before } = await transcript.before(after + 1)
  for (const event of before) foldEvent(fold, event)
  for (let from = after; ;) {
    const { events, atEnd } = await transcript.after(from, pieceBytes)
    const patches = collapse(events.flatMap((event) => foldEvent(fold, event)))
    const last = events.at(-1)
    if (last) {
      from = last.seq
      yield { html: looks.patches(patches, kind), id: last.seq }
    }
    if (atEnd || !last) return
  }
}
