import { Elysia } from "elysia"
import type { z } from "zod"
import type { NoticeView } from "../../views/props/changes.ts"
import { BranchesPage, HistoryPage } from "../../views/pages/history.tsx"
import { parsePath } from "../lib/file-path.ts"
import { changesWords } from "../lib/i18n/changes.ts"
import { checkoutWords } from "../lib/i18n/checkouts.ts"
import { historyWords } from "../lib/i18n/history.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { paths, urls } from "../lib/urls.ts"
import { asViewer, type Checkout, mayWrite, unplacedView, type ViewedLoop } from "../loops/index.ts"
import { htmlPage } from "../platform/http/html.ts"
import { raw } from "../platform/http/form.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { act, type Acting } from "./acting.tsx"
import { showFileHistory } from "./file-history-replies.tsx"
import { type Exchanged, exchange, reshape, type Reshaped, switchTo, type Switched } from "./branching.ts"
import { type Branch, commitsAtOnce, type Log, readBranches, readLog } from "./history.ts"
import { lanesOf } from "./lanes.ts"
import { BranchForm, type Doing, FileHistoryQuery, HistoryQuery, RemoteForm, type Visit } from "./needs.ts"
import { gitOf, pageAround, showNoCheckout } from "./replies.tsx"
import { addressOf, checkoutIn, plainSight, sightText } from "./sight.ts"

/** Commits of a loop, its branches, and the repository that it exchanges commits with. */
export function historyRoutes(doing: Doing) {
  return new Elysia({ name: "changes-history" })
    .get(paths.loopHistory, ({ request, params: { id }, query }) =>
      asViewer(doing, { request, id }, (loop) => historyOf(doing, visitTo({ request, loop }, query), query)),
    )
    .get(paths.loopBranches, ({ request, params: { id }, query }) =>
      asViewer(doing, { request, id }, (loop) => showBranches(doing, visitTo({ request, loop }, query))),
    )
    .post(
      paths.loopBranch,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: BranchForm }, async (form, acting) =>
          showBranches(doing, acting, await changeBranch(form, acting)),
        ),
      raw,
    )
    .post(
      paths.loopRemote,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: RemoteForm }, async ({ deed }, acting) =>
          showBranches(doing, acting, remoteNotice(await exchange(acting.git, deed), acting)),
        ),
      raw,
    )
}

/** Of a checkout, or of one file in it. */
async function historyOf(doing: Doing, visit: Visit, query: Readonly<Record<string, unknown>>): Promise<Response> {
  const file = query["file"] === undefined ? undefined : FileHistoryQuery.safeParse(query)
  if (file?.success) return showFileHistory(doing, visit, file.data)
  const wish = HistoryQuery.safeParse(query)
  if (file || !wish.success) return doing.showProblem({ status: 422, code: "invalid" }, visit.request)
  return showHistory(doing, visit, wish.data)
}

type Wish = z.infer<typeof HistoryQuery>

/** Another one is checked out, or one gets another name, or goes. */
async function changeBranch(form: z.infer<typeof BranchForm>, { git, loop, request, ...needs }: Acting) {
  if (form.to !== undefined || form.remove !== undefined) {
    const wish = { name: form.remove ?? form.name, to: form.to, force: form.force !== undefined }
    return reshapeNotice(await reshape(git, { ...wish, own: ownBranch(loop, git.checkout) }), request)
  }
  const wish = { name: form.name, create: form.create !== undefined, aside: form.aside !== undefined }
  return switchNotice(await switchTo(git, wish, needs), request)
}

function reshapeNotice(reshaped: Reshaped, request: Request): NoticeView {
  const { locale } = visitorOf(request)
  const [words, own] = [changesWords(locale), historyWords(locale)]
  if (reshaped.kind === "done") return { level: "done", sentence: words.done }
  const sentences = {
    "bad-name": words.branchBadName,
    own: own.ownBranch,
    taken: own.nameTaken,
    "only-here": own.onlyHere,
    refused: words.gitRefused,
  }
  const detail = "said" in reshaped ? reshaped.said : undefined
  return { level: "error", sentence: sentences[reshaped.kind], detail }
}

const visitTo = (visit: Omit<Visit, "sight">, query: Readonly<Record<string, unknown>>): Visit => ({
  ...visit,
  sight: plainSight(checkoutIn(query)),
})

/** What a loop's own branch is called there; of a repository that it fetched besides, none is. */
function ownBranch({ record }: ViewedLoop, { root }: Pick<Checkout, "root">): string | undefined {
  if (root === "workdir") return record.repo?.branch
  return root === "repos" ? undefined : `loop/${record.id}`
}

async function showHistory(doing: Doing, visit: Visit, { skip, checkout: _, ...typed }: Wish): Promise<Response> {
  const { request, loop } = visit
  const { checkout } = visit.sight
  const around = await pageAround(doing, visit)
  const { text, author, path } = typed
  const sought = { text: text || undefined, author: author || undefined, path: parsePath(path) || undefined }
  const log = await gitOf(doing, visit, (git) => readLog(git, { skip, ...sought }))
  if (log.kind === "no-checkout") return showNoCheckout(doing, visit)
  if (log.kind === "not-placed") {
    const unplaced = unplacedView(request, log, urls.loopHistory(loop.record.id, { checkout, ...typed }))
    return htmlPage(<HistoryPage page={{ ...around, body: { kind: "unplaced", unplaced } }} />, { status: 503 })
  }
  const moreUrl = urls.loopHistory(loop.record.id, { checkout, skip: skip + commitsAtOnce, ...typed })
  const more = log.kind === "log" && log.more ? moreUrl : undefined
  const body = {
    kind: "history" as const,
    commits: commitViews(log, visit),
    search: typed,
    moreUrl: more,
    ...placeOf(visit),
  }
  return htmlPage(<HistoryPage page={{ ...around, body }} />)
}

function commitViews(log: Log, { loop, sight }: Visit) {
  if (log.kind !== "log") return []
  const lanes = lanesOf(log.commits)
  return log.commits.map((commit, at) => ({
    ...{ lane: 0, width: 1, lines: [] },
    ...lanes[at],
    ...commit,
    url: addressOf(loop.record.id, { ...sight, scope: { kind: "commit", id: commit.id } }),
  }))
}

interface FoundBranches {
  kind: "branches"
  branches: Branch[]
  own: string | undefined
}

/** Where these pages lead back to. */
const placeOf = ({ loop, sight }: Visit) => ({
  ...{ checkout: sight.checkout, sight: sightText(sight) },
  changesUrl: addressOf(loop.record.id, plainSight(sight.checkout)),
})

async function showBranches(doing: Doing, visit: Visit, notice?: NoticeView): Promise<Response> {
  const { request, loop } = visit
  const around = await pageAround(doing, visit)
  const found = await gitOf(doing, visit, async (git): Promise<FoundBranches> => ({
    kind: "branches",
    branches: await readBranches(git),
    own: ownBranch(loop, git.checkout),
  }))
  if (found.kind === "no-checkout") return showNoCheckout(doing, visit)
  if (found.kind === "not-placed") {
    const unplaced = unplacedView(request, found, urls.loopBranches(loop.record.id, { checkout: visit.sight.checkout }))
    return htmlPage(<BranchesPage page={{ ...around, body: { kind: "unplaced", unplaced } }} />, { status: 503 })
  }
  const status = notice?.level === "error" ? 409 : 200
  const branches = found.branches.map((branch) => ({ ...branch, own: branch.name === found.own }))
  const body = { kind: found.kind, branches, mayWrite: mayWrite(loop), notice, ...placeOf(visit) }
  return htmlPage(<BranchesPage page={{ ...around, body }} />, { status })
}

function switchNotice(switched: Switched, request: Request): NoticeView {
  const words = changesWords(visitorOf(request).locale)
  const sentences = { "bad-name": words.branchBadName, "in-the-way": words.inTheWay, refused: words.gitRefused }
  if (switched.kind === "done") return { level: "done", sentence: words.done }
  const detail = "said" in switched ? switched.said : undefined
  return { level: "error", sentence: sentences[switched.kind], detail }
}

/** What a push has done where it is more than a push. */
function givenWords({ root }: Pick<Checkout, "root">, locale: Locale): { done: string; nothing: string } | undefined {
  const words = checkoutWords(locale)
  if (root === "workdir" || root === "repos") return undefined
  const done = { knowledge: words.proposed, notes: words.shared, personal: words.kept }[root]
  return { done, nothing: words.nothingToShare }
}

function remoteNotice(outcome: Exchanged, { request, git }: Pick<Acting, "request" | "git">): NoticeView {
  const { locale } = visitorOf(request)
  const words = changesWords(locale)
  const given = givenWords(git.checkout, locale)
  if (outcome.kind === "done") {
    const pushed = given?.done ?? words.pushed
    return { level: "done", sentence: { fetch: words.fetched, push: pushed, pull: words.pulled }[outcome.deed] }
  }
  if (outcome.kind === "up-to-date") return { level: "done", sentence: given?.nothing ?? words.upToDate }
  const sentences = {
    "no-branch": words.noBranchHere,
    "no-remote": words.noRemote,
    behind: words.remoteAhead,
    gate: words.remoteGate,
    "no-access": words.noAccess,
    unreachable: words.unreachable,
    conflict: words.mergeConflict,
    refused: words.gitRefused,
  }
  return { level: "error", sentence: sentences[outcome.kind], detail: "said" in outcome ? outcome.said : undefined }
}
