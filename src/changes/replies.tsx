import type {
  ChangesPageView,
  ChangesView,
  FileDiffView,
  KeptTextView,
  NoticeView,
  TurnView,
} from "../../views/props/changes.ts"
import { ChangesPage } from "../../views/pages/changes.tsx"
import { PiecesHere } from "../../views/components/pieces-here.tsx"
import type { LoopId } from "../lib/ids.ts"
import { byteSize } from "../lib/bytes.ts"
import { shownPath } from "../lib/file-path.ts"
import { changesWords } from "../lib/i18n/changes.ts"
import { workbenchWords } from "../lib/i18n/workbench.ts"
import { type GitInside, mayWrite, type NotPlaced, unplacedView } from "../loops/index.ts"
import { htmlPage, htmlStream } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { Box } from "../sandbox/index.ts"
import { checkoutViews, countCheckouts, type Counted, gitIn, isAsleep, type NoCheckout, startOf } from "./checkouts.ts"
import { placeOf, type ReviewComment } from "./comments.ts"
import { lookAt, type Looked } from "./look.ts"
import type { Doing, NotSent, Visit } from "./needs.ts"
import { diffPieces } from "./pieces.tsx"
import { groupViews, isStaged } from "./present.ts"
import { addressOf, newestTurn, plainSight, type Said, type Sight, sightText, streamOf } from "./sight.ts"
import type { Status } from "./status.ts"
import { seenOfNothing } from "./seen.ts"
import { findTurn, type NoTurn } from "./turn-view.ts"
import { type Waiting, waitingIn } from "./under-way.ts"
import { type UndoEntry, undoList } from "./undo.ts"

const statuses = { conflict: 409, invalid: 422 } as const

/** What else a page says after something was tried. */
export interface Extra {
  /** What the answer is, when it is not simply the page. */
  as?: keyof typeof statuses
  notice?: NoticeView
  commit?: { message: string; error?: string }
  comment?: FileDiffView["commentForm"]
}

/** Everything that was to be sent, of this many characters, still waits. */
export function showNotSent(doing: Doing, visit: Visit, { kind, most, length }: NotSent & { length: number }) {
  if (kind === "no-space") return doing.showProblem({ status: 507, code: "storage-full" }, visit.request)
  const words = changesWords(visitorOf(visit.request).locale)
  const sentence = most === undefined ? words.reviewNotSent : words.reviewTooLong(length, most)
  return showChanges(doing, visit, { as: "conflict", notice: { level: "error", sentence } })
}

/** The page of changes. Its frame and the list of files come at once, the diff as git finds it. */
export async function showChanges(doing: Doing, visit: Visit, extra: Extra = {}): Promise<Response> {
  const found = await gitOf(doing, visit, (git, box) => look(doing, { git, box }, visit))
  if (found.kind === "not-placed") return showUnplaced(doing, visit, found)
  if (found.kind === "no-checkout") return showNoCheckout(doing, visit)
  const { id } = visit.loop.record
  const around = await pageAround(doing, visit, streamOf(id, visit.sight, seenOfNothing))
  const status = extra.as === undefined ? 200 : statuses[extra.as]
  if (found.kind === "no-repository") {
    const lastTurnUrl = addressOf(id, { ...visit.sight, scope: { kind: "turn", turn: newestTurn } })
    const turns = visit.sight.checkout === undefined && { lastTurnUrl }
    const checkouts = checkoutViews(found.checkouts, visit)
    const about = { mayBegin: visit.loop.drives, sight: sightText(visit.sight), checkouts, ...turns }
    const body = { kind: "no-repository" as const, ...about }
    return htmlPage(<ChangesPage page={{ ...around, body }} />, { status })
  }
  if (found.kind === "no-turn") {
    const body = { kind: "no-turn" as const, ...noTurnView(doing, visit, found), notice: extra.notice }
    return htmlPage(<ChangesPage page={{ ...around, body }} />, { status })
  }
  const { turn } = found
  const shown = turn
    ? { ...visit, sight: { ...visit.sight, scope: { kind: "turn" as const, turn: turn.turn } } }
    : visit
  const changes = changesView(doing, { visit: shown, found, extra })
  const document = (
    <ChangesPage page={{ ...around, streamFollows: true, body: { kind: "changes", changes } }}>
      <PiecesHere />
    </ChangesPage>
  )
  const { status: standing, start } = found
  const about = { visit: shown, changes, status: standing, start, reader: around.reader, formToken: around.formToken }
  return htmlStream(document, diffPieces(found.git, about, extra.comment), { status })
}

/** Does something that only reads with the git of the checkout that is looked at. */
export const gitOf = <T,>(
  doing: Doing,
  visit: Visit,
  look: (git: GitInside, box: Box) => Promise<T>,
): Promise<T | NotPlaced | NoCheckout> =>
  doing.workbench.read(visit.loop, async (box): Promise<T | NoCheckout> => {
    const git = await gitIn(doing, box, visit)
    return git ? look(git, box) : { kind: "no-checkout" }
  })

/** What is nobody's to see is not there. */
export async function showNoCheckout(doing: Doing, visit: Visit): Promise<Response> {
  const { request, sight } = visit
  if (!isAsleep(doing.workbench.running, visit)) return doing.showProblem({ status: 404, code: "not-found" }, request)
  const around = await pageAround(doing, visit)
  const body = {
    kind: "asleep" as const,
    sight: sightText(sight),
    workdirUrl: addressOf(visit.loop.record.id, plainSight()),
  }
  return htmlPage(<ChangesPage page={{ ...around, body }} />)
}

/** `kept`: what was typed, so that it is not lost with it. */
export async function showUnplaced(
  doing: Doing,
  visit: Visit,
  { kept, ...why }: NotPlaced & { kept?: KeptTextView | undefined },
): Promise<Response> {
  const around = await pageAround(doing, visit)
  const unplaced = unplacedView(visit.request, why, addressOf(visit.loop.record.id, visit.sight))
  return htmlPage(<ChangesPage page={{ ...around, body: { kind: "unplaced", unplaced, kept } }} />, { status: 503 })
}

export async function pageAround(
  { workbench }: Doing,
  { request, loop }: Visit,
  streamUrl?: string,
): Promise<Omit<ChangesPageView, "body">> {
  const title = workbenchWords(visitorOf(request).locale).changes
  return workbench.page(request, loop, { panel: "changes", title, streamUrl })
}

interface Found {
  kind: "found"
  git: GitInside
  status: Status
  start?: string | undefined
  checkouts: Counted[]
  undo: UndoEntry[]
  comments: ReviewComment[]
  turn?: TurnView
  waiting?: Waiting
}

type NoRepository = Extract<Looked, { kind: "no-repository" }> & { checkouts: Counted[] }
type Sought = Found | NoTurn | NotPlaced | NoRepository

/** What is looked at, and the sandbox with everything that could be. */
export interface Inside {
  git: GitInside
  box: Box
}

export async function look(doing: Doing, { git, box }: Inside, visit: Visit): Promise<Sought> {
  // Asked at once, also what may turn out not to matter: each is a program of its own inside.
  const looking = lookAt(git)
  const [looked, own, start, checkouts] = await Promise.all([
    looking,
    driversOwn(doing, git, visit),
    startOf(git, visit.loop),
    countCheckouts(doing, { box, git, looking }, visit.loop),
  ])
  if (looked.kind === "refused") return { kind: "not-placed", why: "refused", detail: looked.said }
  const turn = await turnIn(git, visit.sight, visit.loop.record.id)
  if (turn?.kind === "no-turn") return turn
  if (looked.kind === "no-repository" && !turn) return { ...looked, checkouts }
  const status = looked.kind === "status" ? looked.status : { entries: [] }
  const seen = {
    ...{ kind: "found" as const, git: turn?.git ?? git, status, start, checkouts },
    ...(turn && { turn: turn.view }),
  }
  if (!own) return { ...seen, undo: [], comments: [] }
  return { ...seen, ...own, undo: own.undo ?? (await undoList(seen.git)) }
}

/** What only the driver sees. What can be brought back of a turn lies where the turn is kept, which is not known yet. */
async function driversOwn({ review }: Doing, git: GitInside, { loop, sight }: Visit) {
  if (!loop.drives) return undefined
  const undoHere = sight.scope.kind === "turn" ? undefined : undoList(git)
  const [comments, waiting, undo] = await Promise.all([review.all(loop.record.id), waitingIn(git), undoHere])
  return { comments, waiting, undo }
}

const turnIn = async (git: GitInside, { scope }: Sight, loop: LoopId) =>
  scope.kind === "turn" ? findTurn(git, scope.turn, loop) : undefined

/** In a folder without a repository turns are kept where only the loop's own sandbox finds them. */
function noTurnView({ workbench }: Doing, { loop, sight }: Visit, { apart }: NoTurn) {
  const asleep = apart && mayWrite(loop) && !workbench.running(loop.record.id)
  return { asleep, sight: sightText(sight), allUrl: addressOf(loop.record.id, { ...sight, scope: { kind: "start" } }) }
}

interface Parts {
  visit: Visit
  found: Found
  extra: Extra
}

/** Turns, which come last, are of the working folder. */
const scopes = ["start", "work", "index", "turn"] as const

export function changesView(doing: Doing, { visit, found, extra }: Parts): ChangesView {
  const { loop, sight, request } = visit
  const { locale } = visitorOf(request)
  const { id } = loop.record
  const { status } = found
  const to = (change: Partial<Sight>) =>
    addressOf(id, { ...sight, comment: undefined, pick: undefined, said: undefined, ...change })
  return {
    ...{ loop: id, sight: sightText(sight), split: sight.split, ignoresSpace: sight.ignoreSpace },
    checkouts: checkoutViews(found.checkouts, visit),
    checkout: sight.checkout,
    compare: (sight.checkout === undefined ? scopes : scopes.slice(0, 3)).map((name) => ({
      name,
      url: to({ scope: name === "turn" ? { kind: name, turn: newestTurn } : { kind: name } }),
      current: sight.scope.kind === name,
    })),
    turn: found.turn,
    underWay: found.waiting?.operation,
    lock: found.waiting?.lock,
    splitUrl: to({ split: !sight.split }),
    spaceUrl: to({ ignoreSpace: !sight.ignoreSpace }),
    commitShown: sight.scope.kind === "commit" ? sight.scope.id.slice(0, 10) : undefined,
    allUrl: sight.file === undefined ? undefined : to({ file: undefined, was: undefined, whole: false }),
    branch: branchView(found),
    groups: groupViews(status.entries),
    mayWrite: mayWrite(loop),
    commit: { message: "", everything: !status.entries.some(isStaged), ...extra.commit },
    undo: found.undo.map(({ id: undo, at, files, bytes }) => ({ id: undo, at, files, size: byteSize(bytes, locale) })),
    comments: found.comments.map((comment) => ({ ...comment, path: placeOf(comment) })),
    clientId: doing.ids.uuid(),
    notice: extra.notice ?? saidNotice(sight.said, visit),
  }
}

/** None in a folder without a repository, of which only turns are known. */
function branchView({ status: { branch, commit, ahead, behind }, turn }: Found): ChangesView["branch"] {
  if (turn && branch === undefined && commit === undefined) return undefined
  return { name: branch && shownPath(branch), ahead, behind }
}

function saidNotice(said: Said | undefined, { request }: Visit): NoticeView | undefined {
  return said && { level: "done", sentence: changesWords(visitorOf(request).locale)[said] }
}
