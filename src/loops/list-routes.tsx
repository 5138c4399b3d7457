import { Elysia } from "elysia"
import { NewLoopDialog } from "../../views/components/new-loop-form.tsx"
import { LoopsBody, LoopsPage } from "../../views/pages/loops.tsx"
import { NewLoopPage } from "../../views/pages/new-loop.tsx"
import { Fill } from "../../views/partials.tsx"
import type { LoopsListView, NewLoopView } from "../../views/props/loops.ts"
import { targets } from "../../views/targets.ts"
import { loopWords } from "../lib/i18n/loops.ts"
import { parseRepoName } from "../lib/ids.ts"
import { topicsOf } from "../lib/topics.ts"
import { type LoopFilter, type LoopGrouping, paths, urls } from "../lib/urls.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlFragment, htmlPage, isFragment, redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { sight } from "./access.ts"
import { listPage, type ListQuery } from "./list.ts"
import { groupViews, newLoopErrors } from "./present.ts"
import { NewLoopForm, type RouteNeeds } from "./route-needs.ts"

const filters: readonly LoopFilter[] = ["mine", "driving", "all", "archived"]
const groupings: readonly LoopGrouping[] = ["time", "repo", "topic"]
const longestSearch = 200
/** The longest message in UTF-8, percent-encoded by a form, and the fields around it. */
const largestForm = 13 << 20

/** The list of loops, its stream, and the way to a new one. */
export function listRoutes(needs: RouteNeeds) {
  const { loops, live } = needs
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
    .get(paths.newLoop, async ({ request, query }) => {
      const form = await blankForm(needs, request)
      return showForm(needs, request, query["first"] === undefined ? form : firstForm(form))
    })
    .post(
      paths.loops,
      async ({ request }) => {
        const form = await readForm(request, NewLoopForm, { maxBytes: largestForm })
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const created = await loops.create(form.value, userOf(request))
        if (created.kind === "created") return redirectTo(urls.loop(created.loop), request)
        const errors = newLoopErrors(created.fields, visitorOf(request).locale)
        return showForm(needs, request, { ...(await blankForm(needs, request)), ...typed(form.value), errors })
      },
      raw,
    )
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

async function blankForm({ repos, clock, ids, ...needs }: RouteNeeds, request: Request): Promise<NewLoopView> {
  const { locale, formToken } = visitorOf(request)
  const user = userOf(request)
  const [roster, defaults, model] = await Promise.all([
    repos.roster(),
    needs.defaults(user.name),
    needs.nextModel(user.name),
  ])
  return {
    reader: { locale, now: clock.now() },
    values: { message: "", title: "", repo: "", ref: "", visibility: defaults.visibility },
    clientId: ids.uuid(),
    repos: roster.map(({ name }) => ({ name })),
    errors: {},
    model,
    formToken,
  }
}

/** The last step of the first run: a message to begin with, which may be sent as it is. */
const firstForm = (form: NewLoopView): NewLoopView => ({
  ...form,
  first: true,
  values: { ...form.values, message: loopWords(form.reader.locale).firstMessage },
})

/** What was typed, so that a refusal loses nothing; the same client id, so that sending again is the same request. */
const typed = ({ clientId, message, title, repo, ref, visibility }: NewLoopForm): Partial<NewLoopView> => ({
  clientId,
  values: { message, title, repo, ref, visibility },
})

function showForm({ frame }: RouteNeeds, request: Request, form: NewLoopView): Response {
  const status = Object.keys(form.errors).length > 0 ? 422 : 200
  if (isFragment(request)) return htmlFragment(<NewLoopDialog form={form} />, { status })
  const title = loopWords(form.reader.locale).newLoop
  return htmlPage(<NewLoopPage page={{ ...frame(request, { title, section: "loops" }), form }} />, { status })
}
