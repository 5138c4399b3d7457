import { oneAtATime } from "../lib/one-at-a-time.ts"
import { shownOn, streamLoop } from "../loops/index.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import { userOf } from "../platform/http/visitor.ts"
import type { Viewer } from "../platform/sse/stream.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import { gitIn } from "./checkouts.ts"
import { lookNow, pictureMark, whatDiffers, whatWasMissed } from "./live-picture.tsx"
import type { Doing, Visit } from "./needs.ts"
import { type Marks, seenMark } from "./seen.ts"

type Server = Parameters<LiveRights["stream"]>[0]["server"]

/** What no watch tells is looked at this often, as is whether a sandbox that rests runs by now. */
const waitMs = 2_000
/** Folders whose changes are told at once. */
const mostWatched = 16

/** The page's stream: changes as they happen, by whomever, and the news of the sidebar. */
export function followChanges(doing: Doing, visit: Visit, server: Server): Response {
  const { kind } = visit.sight.scope
  return streamLoop(doing, { ...visit, server }, (viewer) =>
    // What a commit or a turn changed does not change any more.
    kind === "commit" || kind === "turn" ? () => {} : keepLooking(doing, viewer, visit),
  )
}

/** Looks at once when a watch tells, and every now and then; one look at a time. */
function keepLooking(doing: Doing, viewer: Viewer, visit: Visit): () => void {
  const { clock, workbench, background } = doing
  const { last } = shownOn(visit.request)
  let known: { mark: string; marks: Marks } | undefined
  let watches: Watches | undefined
  let cancel = () => {}

  async function lookAt(box: Box): Promise<void> {
    const git = (await isStillTheirs(doing, visit)) ? await gitIn(doing, box, visit) : undefined
    if (!git) return
    const mark = await pictureMark(git)
    if (known?.mark === mark) return
    const picture = await lookNow(doing, { git, box }, visit)
    const news = known ? whatDiffers(known.marks, picture, visit) : whatWasMissed(last, picture, visit)
    // Only whoever has all of it has the new state.
    const shown = seenMark(picture.marks, visit.sight)
    for (const [index, html] of news.entries()) viewer.send(html, index === news.length - 1 ? shown : undefined)
    known = { mark, marks: picture.marks }
    watches ??= createWatches(git.box, look)
    await watches.cover(picture.folders)
  }

  const once = oneAtATime(async () => {
    cancel()
    if (viewer.ended.aborted) return
    const box = workbench.running(visit.loop.record.id)
    if (!box) return forget()
    try {
      await lookAt(box)
      await viewer.drained()
    } catch (error) {
      forget()
      if (!(error instanceof LinkFailed)) throw error
    }
  })

  const look = () =>
    background.run("show changes as they happen", () =>
      once().finally(() => {
        cancel()
        if (!viewer.ended.aborted) cancel = clock.after(waitMs, look)
      }),
    )

  /** What was known stays: the next sandbox shows what has changed since. */
  function forget(): void {
    watches?.close()
    watches = undefined
  }

  look()
  return () => {
    cancel()
    forget()
  }
}

/** Personal is the driver's of now, whoever that was when the page was opened. */
async function isStillTheirs({ loops }: Doing, { loop, sight, request }: Visit): Promise<boolean> {
  if (sight.checkout !== "personal") return true
  return (await loops.forDriver(loop.record.id, userOf(request))).kind === "driven"
}

interface Watches {
  cover(folders: readonly string[]): Promise<void>
  close(): void
}

function createWatches(box: Box, changed: () => void): Watches {
  const open = new Map<string, () => void>()
  let closed = false

  async function begin(folder: string): Promise<void> {
    open.set(folder, () => {})
    try {
      const { close } = await box.files.watch("workdir", folder, { changed, ended: () => open.delete(folder) })
      if (closed) close()
      else open.set(folder, close)
    } catch (error) {
      // A folder that cannot be watched is looked at by and by.
      if (!(error instanceof LinkFailed)) throw error
    }
  }

  return {
    async cover(folders) {
      for (const folder of folders) if (!open.has(folder) && open.size < mostWatched) await begin(folder)
    },
    close() {
      closed = true
      for (const close of open.values()) close()
    },
  }
}
