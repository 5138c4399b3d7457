import { Elysia } from "elysia"
import { ContextNews } from "../../views/components/context-news.tsx"
import { Apart } from "../../views/layouts/context-frame.tsx"
import { Replace } from "../../views/partials.tsx"
import { targets } from "../../views/targets.ts"
import { contextPaths, parseShelfName, type ShelfName } from "../lib/context-urls.ts"
import { parsePath } from "../lib/file-path.ts"
import { oneAtATime } from "../lib/one-at-a-time.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { Viewer } from "../platform/sse/stream.ts"
import type { Shelf } from "../repos/index.ts"
import type { Book } from "./books.ts"
import { countChanged } from "./entries.ts"
import { apartFrom } from "./frames.ts"
import { followHome } from "./home-news.tsx"
import { personOf, type RouteNeeds } from "./needs.ts"
import { nameOfShelf } from "./person.ts"
import { placeUrl } from "./places.ts"
import { parseCommitId } from "./visit-routes.ts"

/** What an open page shows. */
interface Watched {
  request: Request
  shelf: ShelfName
  path: string
  /** Id of the content that the page has; empty: there was nothing. */
  seen: string
  /** The commit that the page was made of. */
  since: string | undefined
  edits: boolean
}

/** News for open pages: of the first one, and who changed the document that is shown, whoever it was and wherever from. */
export const followRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-news" }).get(contextPaths.contextEvents, ({ request, query, server }) => {
    const live = { request, server, stillAllowed: () => true }
    if (query["shelf"] === undefined) return needs.rights.stream(live, (viewer) => followHome(needs, request, viewer))
    const shelf = parseShelfName(query["shelf"])
    const path = parsePath(query["path"])
    if (shelf === undefined || path === undefined) return needs.showProblem({ status: 422, code: "invalid" }, request)
    const seen = typeof query["seen"] === "string" ? query["seen"] : ""
    const since = parseCommitId(query["since"])
    const watched = { request, shelf, path, seen, since, edits: query["view"] === "edit" }
    return needs.rights.stream(live, (viewer) => follow(needs, watched, viewer))
  })

function follow(needs: RouteNeeds, watched: Watched, viewer: Viewer): void {
  const person = personOf(watched.request)
  let shown: Pick<News, "now" | "others"> = { now: watched.seen, others: 0 }
  const show = oneAtATime(async () => {
    const book = await needs.books.open(watched.shelf, person)
    const now = book.at(watched.path)?.blob ?? ""
    const others = await countOthers(needs, book, watched)
    if ((now === shown.now && others === shown.others) || viewer.ended.aborted) return
    shown = { now, others }
    const [last] = await book.repository.history({ from: book.commit, path: watched.path, limit: 1 })
    viewer.send(newsMarkup(needs, watched, { now, others, by: last?.author.name ?? "" }))
  })
  const look = () => needs.background.run("show a change in a document", show)
  const isHere = ({ shelf }: { shelf: Shelf }) => nameOfShelf(shelf, person) === watched.shelf
  const leaves = [
    needs.shelves.onMoved((news) => isHere(news) && look()),
    needs.shelves.onOutside((news) => isHere(news) && viewer.send(apartMarkup(needs, watched))),
  ]
  for (const leave of leaves) viewer.ended.addEventListener("abort", leave)
  // What happened since the page was made was told to nobody.
  look()
  viewer.send(apartMarkup(needs, watched))
}

/** Files that are not as they were when the page was made, without the one that it shows. Nobody who writes is told. */
async function countOthers(
  { books }: RouteNeeds,
  book: Book,
  { request, shelf, path, since, edits }: Watched,
): Promise<number> {
  if (since === undefined || since === book.commit || edits) return 0
  const before = await books.openAt(shelf, personOf(request), since)
  return before ? countChanged(before.files, book.files, path) : 0
}

/** How the context stands with its home outside, as `outsideOf` learnt it from the same news. */
function apartMarkup(needs: RouteNeeds, { request, shelf }: Watched): string {
  const { locale, formToken } = visitorOf(request)
  const reader = { locale, now: needs.clock.now() }
  return String(
    <Replace target={targets.contextOutside}>
      <Apart outside={apartFrom(needs, shelf, request)} reader={reader} formToken={formToken} />
    </Replace>,
  )
}

interface News {
  now: string
  others: number
  by: string
}

function newsMarkup(
  { clock }: RouteNeeds,
  { request, shelf, path, seen, edits }: Watched,
  { now, others, by }: News,
): string {
  const reader = { locale: visitorOf(request).locale, now: clock.now() }
  const changed = now === seen ? undefined : { by, gone: now === "" }
  const url = placeUrl(shelf, path, edits ? { view: "edit" } : {})
  return String(
    <Replace target={targets.contextNews}>
      <ContextNews changed={changed} others={others} url={url} edits={edits} version={now} reader={reader} />
    </Replace>,
  )
}
