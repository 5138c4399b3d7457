import { Elysia } from "elysia"
import { ContextNews } from "../../views/components/context-news.tsx"
import { Replace } from "../../views/partials.tsx"
import { targets } from "../../views/targets.ts"
import { contextPaths, parseShelfName, type ShelfName } from "../lib/context-urls.ts"
import { parsePath } from "../lib/file-path.ts"
import { oneAtATime } from "../lib/one-at-a-time.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { Viewer } from "../platform/sse/stream.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { nameOfShelf } from "./person.ts"
import { placeUrl } from "./places.ts"

/** What an open page shows. */
interface Watched {
  request: Request
  shelf: ShelfName
  path: string
  /** Id of the content that the page has; empty: there was nothing. */
  seen: string
  edits: boolean
}

/** News for open pages: who changed the document that is shown, whoever it was and wherever from. */
export const followRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-news" }).get(contextPaths.contextEvents, ({ request, query, server }) => {
    const shelf = parseShelfName(query["shelf"])
    const path = parsePath(query["path"])
    if (shelf === undefined || path === undefined) return needs.showProblem({ status: 422, code: "invalid" }, request)
    const seen = typeof query["seen"] === "string" ? query["seen"] : ""
    const watched = { request, shelf, path, seen, edits: query["view"] === "edit" }
    return needs.rights.stream({ request, server, stillAllowed: () => true }, (viewer) =>
      follow(needs, watched, viewer),
    )
  })

function follow(needs: RouteNeeds, watched: Watched, viewer: Viewer): void {
  const person = personOf(watched.request)
  let shown = watched.seen
  const show = oneAtATime(async () => {
    const book = await needs.books.open(watched.shelf, person)
    const now = book.at(watched.path)?.blob ?? ""
    if (now === shown || viewer.ended.aborted) return
    shown = now
    const [last] = await book.repository.history({ from: book.commit, path: watched.path, limit: 1 })
    viewer.send(newsMarkup(needs, watched, { now, by: last?.author.name ?? "" }))
  })
  const look = () => needs.background.run("show a change in a document", show)
  const leave = needs.shelves.onMoved((news) => {
    if (nameOfShelf(news.shelf, person) === watched.shelf) look()
  })
  viewer.ended.addEventListener("abort", leave)
  // What happened since the page was made was told to nobody.
  look()
}

function newsMarkup(
  { clock }: RouteNeeds,
  { request, shelf, path, seen, edits }: Watched,
  { now, by }: { now: string; by: string },
): string {
  const reader = { locale: visitorOf(request).locale, now: clock.now() }
  const changed = now === seen ? undefined : { by, gone: now === "" }
  const url = placeUrl(shelf, path, edits ? { view: "edit" } : {})
  return String(
    <Replace target={targets.contextNews}>
      <ContextNews changed={changed} url={url} edits={edits} version={now} reader={reader} />
    </Replace>,
  )
}
