import { Elysia } from "elysia"
import { LoopsBody, LoopsPage } from "../../views/pages/loops.tsx"
import { Fill } from "../../views/partials.tsx"
import type { LoopsListView } from "../../views/props/loops.ts"
import { targets } from "../../views/targets.ts"
import { loopWords } from "../lib/i18n/loops.ts"
import { parseRepoName } from "../lib/ids.ts"
import { topicsOf } from "../lib/topics.ts"
import { type LoopFilter, type LoopGrouping, paths, urls } from "../lib/urls.ts"
import { htmlPage } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { sight } from "./access.ts"
import { listPage, type ListQuery } from "./list.ts"
import { groupViews } from "./present.ts"
import type { RouteNeeds } from "./route-needs.ts"

const filters: readonly LoopFilter[] = ["mine", "driving", "all", "archived"]
const groupings: readonly LoopGrouping[] = ["time", "repo", "topic"]
const longestSearch = 200

/** The list of loops and its stream. */
export function listRoutes(needs: RouteNeeds) {
  const { live } = needs
  return new Elysia({ name: "loop-list" })
    .get(paths.loops, async ({ request, query }) =>
      htmlPage(<LoopsPage page={await listView(needs, request, query)} />),
    )
    .get(paths.loopsEvents, ({ request, query, server }) => {
      const user = userOf(request)
      const { locale, formToken } = visitorOf(request)
      const { show, search, repo, topic, by, after } = parseQuery(query, 0)
      return needs.rights.stream({ request, server, stillAllowed: () => true }, (viewer) => {
        // Only the first page without a search gets new loops: elsewhere they would stand in the wrong place.
        const plain = search === "" && repo === undefined && topic === undefined && by === "time"
        const fresh = plain && after === undefined ? show : undefined
        const page = { locale, formToken, show: fresh, catchUp: () => missed(needs, request, query) }
        viewer.ended.addEventListener(
          "abort",
          live.follow(user, page, ({ frame }) => viewer.pass(frame)),
        )
      })
    })
}

/** The whole list anew, unless the page shows the present state already. */
async function missed(
  needs: RouteNeeds,
  request: Request,
  query: Record<string, unknown>,
): Promise<string | undefined> {
  if (Number(query["since"]) === needs.loops.shelf.version) return undefined
  const page = await listView(needs, request, query)
  return String(
    <Fill target={targets.loops}>
      <LoopsBody page={page} />
    </Fill>,
  )
}

async function listView(
  { loops, frame, clock }: RouteNeeds,
  request: Request,
  given: Record<string, unknown>,
): Promise<LoopsListView> {
  const user = userOf(request)
  const words = loopWords(visitorOf(request).locale)
  const query = parseQuery(given, clock.now())
  // Read first: what changes while the rows are gathered is caught up with, not missed.
  const since = loops.isShelved() ? loops.shelf.version : 0
  const page = listPage(loops.shelf, user, query)
  await loops.looks.load(page.groups.flatMap((group) => group.entries))
  const { show, search, repo, topic, by, after } = query
  const shown = { show, q: search, repo, topic, ...(by !== "time" && { by }) }
  const streamUrl = urls.loopsEvents({ ...shown, after, since })
  const deleted = await loops.deletedFor(given["deleted"], user)
  return {
    ...frame(request, { title: words.loops, section: "loops", streamUrl }),
    show,
    search,
    repo,
    topic,
    by,
    groups: groupViews(page, user, { locale: visitorOf(request).locale, shown }),
    moreUrl: page.next === undefined ? undefined : urls.loops({ ...shown, after: page.next }),
    empty: !loops.shelf.ordered().some((entry) => sight(entry, user) !== "nothing"),
    indexing: !loops.isShelved(),
    notice: deleted && words.deletedNotice(deleted.title),
    undo: deleted?.id,
  }
}

function parseQuery(query: Record<string, unknown>, now: number): ListQuery {
  const text = (name: string) => (typeof query[name] === "string" ? query[name] : "")
  return {
    show: filters.find((filter) => filter === query["show"]) ?? "mine",
    search: text("q").trim().slice(0, longestSearch),
    repo: parseRepoName(text("repo")),
    topic: topicsOf(`#${text("topic")}`)[0],
    by: groupings.find((one) => one === query["by"]) ?? "time",
    after: text("after") || undefined,
    now,
  }
}
