import { Elysia } from "elysia"
import { SwitchDialog, SwitchHits } from "../../views/components/context-dialogs.tsx"
import { ContextSearchPage, SwitchPage, TopicPage, TopicsPage } from "../../views/pages/context-found.tsx"
import type { CodeView } from "../../views/props/code.ts"
import type { ContextSearchView, HitLinkView, SwitchView, TalkView } from "../../views/props/context.ts"
import { bestMatches } from "../lib/best-matches.ts"
import { contextPaths, contextUrls, parseShelfName, type ShelfName, shelfNames } from "../lib/context-urls.ts"
import { lineUrl } from "./code-routes.tsx"
import { shownPath } from "../lib/file-path.ts"
import { parseRepoName, type RepoName } from "../lib/ids.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { topicsOf } from "../lib/topics.ts"
import { urls } from "../lib/urls.ts"
import { htmlFragment, htmlPage, isFragment } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { OpenBook } from "./books.ts"
import { contextFrame } from "./frames.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { isInVault } from "./person.ts"
import { placeUrl } from "./places.ts"
import { type Hit, searchBooks, snippetOf, wordsIn } from "./search.ts"

const longestQuery = 200
const mostSwitched = 20

/** Finding documents: by some letters of a name, by words of a text, by topic. */
export const findRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-finding" })
    .get(contextPaths.contextSearch, ({ request, query }) => search(needs, request, query))
    .get(contextPaths.contextSwitch, ({ request, query }) => switchTo(needs, request, query))
    .get(contextPaths.contextTopics, ({ request }) => showTopics(needs, request))
    .get(contextPaths.contextTopic, ({ request, params }) => showTopic(needs, request, params.topic))

const openAll = ({ books }: RouteNeeds, request: Request): Promise<OpenBook[]> =>
  Promise.all(shelfNames.map((shelf) => books.open(shelf, personOf(request))))

const textIn = (query: Record<string, unknown>, name: string): string => {
  const value = query[name]
  return typeof value === "string" ? value.trim().slice(0, longestQuery) : ""
}

/** What is looked for, where, and from where on. */
interface Sought {
  q: string
  only: ShelfName | undefined
  repository: RepoName | undefined
  from: string | undefined
  talk: string | undefined
}

async function search(needs: RouteNeeds, request: Request, query: Record<string, unknown>): Promise<Response> {
  const q = textIn(query, "q")
  const [only, repository] = [parseShelfName(query["in"]), parseRepoName(query["code"])]
  const sought = { q, only, repository, from: cursorIn(query, "from"), talk: cursorIn(query, "talk") }
  const page = {
    ...contextFrame(needs, request, { title: contextWords(visitorOf(request).locale).search, words: q, shelf: only }),
    words: q,
    ...(await searchDocuments(needs, request, sought)),
    talk: await searchTalk(needs, request, sought),
    code: await searchCode(needs, sought),
  }
  return htmlPage(<ContextSearchPage page={page} />)
}

/** None where only what was said, or only code, is looked through. */
async function searchDocuments(
  needs: RouteNeeds,
  request: Request,
  { q, only, repository, from, talk }: Sought,
): Promise<Pick<ContextSearchView, "names" | "lines" | "moreUrl">> {
  const books = talk === undefined && repository === undefined ? await openAll(needs, request) : []
  const wanted = books.filter(({ shelf }) => only === undefined || shelf === only)
  const found = await searchBooks(wanted, { words: wordsIn(q), from, clock: needs.clock })
  return {
    names: found.names.map(hitView),
    lines: found.lines.flatMap((hit) => (hit.line ? [{ ...hitView(hit), line: hit.line }] : [])),
    ...(found.next !== undefined && { moreUrl: contextUrls.search({ q, in: only, from: found.next }) }),
  }
}

const cursorIn = (query: Record<string, unknown>, name: string): string | undefined => {
  const value = query[name]
  return typeof value === "string" ? value : undefined
}

/** What was said in loops, as far as this person may read them. */
async function searchTalk(
  { loops }: RouteNeeds,
  request: Request,
  { q, only, repository, from, talk }: Sought,
): Promise<TalkView | undefined> {
  const words = wordsIn(q)
  if (words.length === 0 || (only ?? repository ?? from) !== undefined) return undefined
  const asked = { words, user: userOf(request), signal: request.signal, ...(talk !== undefined && { from: talk }) }
  const { hits, next, pending } = await loops.searchTalk(asked)
  return {
    hits: hits.map(({ loop, title, seq, at, by, text }) => ({
      ...{ title, at, by, text: snippetOf(text, words), url: urls.loopMessages(loop, seq + 1) },
    })),
    pending,
    ...(next !== undefined && { moreUrl: contextUrls.search({ q, talk: next }) }),
  }
}

/** Only when somebody asks for it: this is a program over a whole repository. */
async function searchCode({ code }: RouteNeeds, { q, repository: name }: Sought): Promise<CodeView> {
  const words = wordsIn(q)
  if (words.length === 0) return { places: [] }
  const places = (await code.names()).map((one) => ({ name: one, url: contextUrls.search({ q, code: one }) }))
  if (name === undefined) return { places }
  const found = await code.search(name, words)
  if (found.kind !== "found") return { places, found: { name, state: found.kind, lines: [] } }
  const lines = found.lines.map((line) => ({ ...line, path: shownPath(line.path), url: lineUrl(name, line) }))
  return { places, found: { name, state: found.all ? "all" : "more", lines } }
}

const hitView = ({ shelf, path }: Pick<Hit, "shelf" | "path">): HitLinkView => ({
  ...{ shelf, path: shownPath(path), url: placeUrl(shelf, path) },
})

/** A dialog when it is opened, its list while something is typed, a page without script. */
async function switchTo(needs: RouteNeeds, request: Request, query: Record<string, unknown>): Promise<Response> {
  const words = textIn(query, "q")
  const found: SwitchView = { words, hits: matching(await openAll(needs, request), words) }
  const { locale } = visitorOf(request)
  const reader = { locale, now: needs.clock.now() }
  if (!isFragment(request)) {
    const page = contextFrame(needs, request, { title: contextWords(locale).goTo })
    return htmlPage(<SwitchPage page={page} found={found} />)
  }
  const Shown = query["q"] === undefined ? SwitchDialog : SwitchHits
  return htmlFragment(<Shown found={found} reader={reader} />)
}

function matching(books: readonly OpenBook[], words: string): HitLinkView[] {
  const places = new Map<string, Pick<Hit, "shelf" | "path">>(
    books.flatMap(({ shelf, files }) =>
      files
        .filter(({ path }) => !isInVault(shelf, path))
        .map(({ path }) => [`${shelf}/${path}`, { shelf, path }] as const),
    ),
  )
  return bestMatches([...places.keys()], words)
    .slice(0, mostSwitched)
    .flatMap((key) => {
      const place = places.get(key)
      return place ? [hitView(place)] : []
    })
}

async function showTopics(needs: RouteNeeds, request: Request): Promise<Response> {
  const counts = new Map<string, number>()
  for (const { index } of await openAll(needs, request))
    for (const [topic, paths] of index.topics()) counts.set(topic, (counts.get(topic) ?? 0) + paths.length)
  const topics = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  const page = {
    ...contextFrame(needs, request, { title: contextWords(visitorOf(request).locale).topics }),
    topics: topics.map(([topic, count]) => ({ topic, url: contextUrls.topic(topic), count })),
  }
  return htmlPage(<TopicsPage page={page} />)
}

/** An address that cannot be decoded names no topic, and neither does one that holds more than one word. */
function topicIn(given: unknown): string | undefined {
  if (typeof given !== "string") return undefined
  const [topic] = topicsOf(`#${given}`)
  return topic === given.toLowerCase() ? topic : undefined
}

async function showTopic(needs: RouteNeeds, request: Request, given: unknown): Promise<Response> {
  const topic = topicIn(given)
  if (topic === undefined) return needs.showProblem({ status: 404, code: "not-found" }, request)
  const books = await openAll(needs, request)
  const page = {
    ...contextFrame(needs, request, { title: `#${topic}` }),
    topic,
    documents: books.flatMap(({ shelf, index }) => index.withTopic(topic).map((path) => hitView({ shelf, path }))),
    loopsUrl: urls.loops({ show: "all", topic }),
  }
  return htmlPage(<TopicPage page={page} />, { status: page.documents.length === 0 ? 404 : 200 })
}
