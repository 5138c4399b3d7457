import { EditNews, FileNews, NoFileNews } from "../../views/components/file-shown.tsx"
import { FolderEntries } from "../../views/components/folder-listing.tsx"
import { Replace } from "../../views/partials.tsx"
import type { Reader } from "../../views/props/reader.ts"
import { targets } from "../../views/targets.ts"
import { folderOf } from "../lib/file-path.ts"
import { oneAtATime } from "../lib/one-at-a-time.ts"
import { boxAt, findCheckout, mayWrite, shownOn, streamLoop } from "../loops/index.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Viewer } from "../platform/sse/stream.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import type { FilesNeeds } from "./index.ts"
import { isOfFolder, type Looked, lookAt, seenMark } from "./look.ts"
import type { Visit } from "./pages.ts"
import { addressOf, folderView } from "./present.ts"

type Server = Parameters<FilesNeeds["rights"]["stream"]>[0]["server"]

/** A sandbox that only looks sees nothing change; whether the loop's own has started is looked at this often. */
const waitMs = 2_000

/** The page's stream: the place as it changes, by whomever, and the news of the sidebar. */
export const followPlace = (needs: FilesNeeds, visit: Visit, server: Server): Response =>
  streamLoop(needs, { ...visit, server }, (viewer) => keepFollowing(needs, viewer, visit))

/** Watches for as long as there is a sandbox that runs, and waits for one otherwise. */
function keepFollowing(needs: FilesNeeds, viewer: Viewer, visit: Visit): () => void {
  let stop = () => {}
  const wait = () => {
    if (!viewer.ended.aborted) stop = needs.clock.after(waitMs, begin)
  }
  const begin = () => {
    const box = needs.workbench.running(visit.loop.record.id)
    if (!box) return wait()
    needs.background.run("watch a folder for its viewer", async () => {
      try {
        stop = await watchPlace({ needs, viewer, visit, box }, wait)
        if (viewer.ended.aborted) stop()
      } catch (error) {
        if (!(error instanceof LinkFailed)) throw error
        wait()
      }
    })
  }
  begin()
  return () => stop()
}

interface Showing {
  needs: FilesNeeds
  visit: Visit
}

interface Watching extends Showing {
  viewer: Viewer
  box: Box
}

async function watchPlace({ needs, viewer, visit, box: whole }: Watching, ended: () => void): Promise<() => void> {
  const { sight } = visit
  const checkout = await findCheckout(whole, visit.loop, sight.checkout)
  if (!checkout || !(await isStillTheirs(needs, visit))) return () => {}
  const box = boxAt(whole, checkout)
  const look = async () =>
    (await isStillTheirs(needs, visit)) ? lookAt(box, sight, needs.clock) : ({ kind: "nothing" } as const)
  const { first, last } = shownOn(visit.request)
  // A page that does not say what it shows has what there is now.
  const seen = first ?? seenMark(await look())
  let shown = last ?? seen
  const show = oneAtATime(async () => {
    const now = await look().catch(nothingNew)
    if (!now || seenMark(now) === shown) return
    shown = seenMark(now)
    viewer.send(render({ needs, visit }, seen, now), shown)
  })
  const changed = () => needs.background.run("show a change in a folder", show)
  const folder = isOfFolder(seen) ? sight.path : folderOf(sight.path)
  const { close } = await box.files.watch("workdir", folder, { changed, ended })
  // What happened since the page was made was told to nobody.
  await show()
  return close
}

/** Personal is the driver's of now, whoever that was when the page was opened. */
async function isStillTheirs({ loops }: FilesNeeds, { loop, sight, request }: Visit): Promise<boolean> {
  if (sight.checkout !== "personal") return true
  return (await loops.forDriver(loop.record.id, userOf(request))).kind === "driven"
}

/** The next change shows it, or the end of the watch. */
function nothingNew(error: unknown): undefined {
  if (error instanceof LinkFailed) return undefined
  throw error
}

function render({ needs, visit }: Showing, seen: string, now: Looked): string {
  const { request, loop, sight } = visit
  const reader = { locale: visitorOf(request).locale, now: needs.clock.now() }
  if (isOfFolder(seen) && now.kind === "folder") {
    const folder = folderView(sight, now, mayWrite(loop))
    return String(
      <Replace target={targets.folder}>
        <FolderEntries folder={folder} reader={reader} />
      </Replace>,
    )
  }
  const url = addressOf({ loop: loop.record.id, checkout: sight.checkout }, sight.path, sight.edit ? { edit: 1 } : {})
  return String(<Replace target={targets.fileNews}>{newsOf({ sight, seen, now }, url, reader)}</Replace>)
}

interface Difference {
  sight: Visit["sight"]
  seen: string
  now: Looked
}

function newsOf({ sight, seen, now }: Difference, url: string, reader: Reader) {
  if (seen === seenMark(now)) return <NoFileNews />
  const isText = now.kind === "file" && now.content.kind === "text"
  if (sight.edit && isText) return <EditNews version={seenMark(now)} url={url} reader={reader} />
  return <FileNews gone={now.kind === "nothing"} url={url} reader={reader} />
}
