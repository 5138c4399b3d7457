import type { LiveRights } from "../platform/http/live-rights.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Viewer } from "../platform/sse/stream.ts"
import type { Loops, ViewedLoop } from "./contract.ts"
import type { LiveLists } from "./live.tsx"

export interface LoopStreamNeeds {
  loops: Pick<Loops, "forViewer">
  rights: Pick<LiveRights, "stream">
  /** News of loops for the sidebar. */
  lists?: Pick<LiveLists, "follow"> | undefined
}

/**
 * What the page has that asks for its stream, by a mark that its feature makes: as it came, in the stream's address, and
 * since the newest of its news, whose id is such a mark. Undefined: the page does not say.
 */
export interface Shown {
  first: string | undefined
  last: string | undefined
}

export function shownOn(request: Request): Shown {
  const first = new URL(request.url).searchParams.get("seen") ?? undefined
  return { first, last: request.headers.get("last-event-id") ?? first }
}

interface Opening {
  request: Request
  server: Parameters<LiveRights["stream"]>[0]["server"]
  loop: ViewedLoop
}

/**
 * The stream of a loop's page, which has the news of the sidebar besides. What somebody sees depends on whether he drives:
 * when that changes, it ends and comes back as another. `open` returns what to call at its end.
 */
export function streamLoop(
  { loops, rights, lists }: LoopStreamNeeds,
  { request, server, loop }: Opening,
  open: (viewer: Viewer, stillAllowed: () => Promise<boolean>) => () => void,
): Response {
  const { id } = loop.record
  const user = userOf(request)
  const { locale, formToken } = visitorOf(request)
  const stillAllowed = async () => {
    const now = await loops.forViewer(id, user)
    return now.kind === "viewed" && now.loop.drives === loop.drives
  }
  return rights.stream({ request, server, about: id, stillAllowed }, (viewer) => {
    const end = open(viewer, stillAllowed)
    const leave = lists?.follow(user, { locale, formToken, loop: id }, ({ frame }) => viewer.pass(frame))
    viewer.ended.addEventListener("abort", () => {
      leave?.()
      end()
    })
  })
}
