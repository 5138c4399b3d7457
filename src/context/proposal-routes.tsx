import { Elysia } from "elysia"
import { z } from "zod"
import { ProposalPage, ProposalsPage } from "../../views/pages/context-proposals.tsx"
import type { ContextFrameView } from "../../views/props/context.ts"
import { contextPaths, contextUrls, parseShelfName, type ShelfName, shelfNames } from "../lib/context-urls.ts"
import { shownPath } from "../lib/file-path.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { proposalWords } from "../lib/i18n/proposals.ts"
import { suggestionWords } from "../lib/i18n/suggestions.ts"
import { urls } from "../lib/urls.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { confirmationOf, type DiscardOutcome, type MergeOutcome, type Proposal } from "../repos/index.ts"
import { contextFrame } from "./frames.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { shelfOf } from "./person.ts"
import { outsideReviewView, proposalRow, proposedFiles } from "./proposal-present.ts"
import { errorNotice, infoNotice, refusalSentence } from "./says.ts"

const branch = z.string().min(1).max(200)
const seen = z.string().regex(/^[0-9a-f]{40,64}$/)
const DecideForm = z.object({ branch, seen, confirmed: z.string().max(64).optional() })
const RemarkForm = z.object({ branch, seen, text: z.string().max(4_000) })

/** What waits for a review: looked at, discussed, merged or discarded. */
export const proposalRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-proposals" })
    .get(contextPaths.contextProposals, ({ request, query }) => showAll(needs, request, query))
    .get(contextPaths.contextProposal, ({ request, params, query }) =>
      showOne(needs, {
        ...{ request, shelf: parseShelfName(params.shelf), branch: query["branch"] },
        notice: saidNotice(request, query["said"]),
      }),
    )
    .post(contextPaths.contextProposalMerge, ({ request, params }) => decide(needs, { request, params }, merge), raw)
    .post(contextPaths.contextProposalDiscard, (asked) => decide(needs, asked, discard), raw)
    .post(contextPaths.contextProposalRestore, (asked) => decide(needs, asked, restore), raw)
    .post(contextPaths.contextProposalOutside, (asked) => decide(needs, asked, proposeOutside), raw)
    .post(contextPaths.contextProposalComment, ({ request, params }) => remark(needs, request, params.shelf), raw)
    .post(contextPaths.contextProposalUpdate, ({ request, params }) => askForUpdate(needs, request, params.shelf), raw)

function saidNotice(request: Request, said: unknown): ContextFrameView["notice"] {
  const { locale } = visitorOf(request)
  const { toldLoop, loopFull, loopRests, toldOutside } = proposalWords(locale)
  const sentences: Record<string, string> = {
    ...{ proposed: contextWords(locale).proposed, outside: toldOutside },
    ...{ kept: toldLoop, full: loopFull, resting: loopRests },
  }
  return typeof said === "string" && Object.hasOwn(sentences, said) ? infoNotice(sentences[said] ?? "") : undefined
}

const crumbsOf = (request: Request) => [
  { name: proposalWords(visitorOf(request).locale).proposals, url: contextUrls.proposals() },
]

async function showAll(needs: RouteNeeds, request: Request, query: Record<string, unknown>): Promise<Response> {
  const person = personOf(request)
  const { locale } = visitorOf(request)
  const words = proposalWords(locale)
  const lists = await Promise.all(shelfNames.map((shelf) => needs.proposals.list(shelfOf(shelf, person))))
  const rows = lists.flat().sort((a, b) => b.at - a.at)
  const sentBack = await Promise.all(rows.map((row) => isSentBack(needs, row, person.name)))
  const page = {
    ...contextFrame(needs, request, {
      ...{ title: words.proposals, notice: noticeOf(query["said"], words), crumbs: crumbsOf(request) },
    }),
    proposals: rows.map((row, index) => proposalRow(row, sentBack[index] ?? false, locale)),
    undo: undoOf(query),
  }
  return htmlPage(<ProposalsPage page={page} />)
}

async function isSentBack(
  { remarks }: RouteNeeds,
  { shelf, branch, tip }: Pick<Proposal, "shelf" | "branch" | "tip">,
  owner: ReturnType<typeof personOf>["name"],
) {
  const all = await remarks.all({ shelf: shelf.context, owner, branch })
  return all.at(-1)?.tip === tip
}

function noticeOf(said: unknown, words: ReturnType<typeof proposalWords>): ContextFrameView["notice"] {
  const sentences: Record<string, string> = {
    merged: words.merged,
    discarded: words.discarded,
    restored: words.restored,
  }
  const sentence = typeof said === "string" && Object.hasOwn(sentences, said) ? sentences[said] : undefined
  return sentence === undefined ? undefined : infoNotice(sentence)
}

function undoOf(query: Record<string, unknown>) {
  const shelf = parseShelfName(query["shelf"])
  const { undo, at } = query
  if (shelf === undefined || typeof undo !== "string" || typeof at !== "string") return undefined
  return { shelf, branch: undo, seen: at, url: contextUrls.proposalRestore(shelf) }
}

interface Wanted {
  request: Request
  shelf: ShelfName | undefined
  branch: unknown
  notice?: ContextFrameView["notice"]
  status?: number
}

async function showOne(needs: RouteNeeds, { request, shelf, branch, notice, status }: Wanted): Promise<Response> {
  const person = personOf(request)
  const { locale } = visitorOf(request)
  const known = shelf !== undefined && typeof branch === "string" && branch.length <= 200
  const proposal = known ? await needs.proposals.find(shelfOf(shelf, person), branch) : undefined
  if (!proposal || shelf === undefined) return needs.showProblem({ status: 404, code: "no-such-proposal" }, request)
  const book = await needs.books.openAt(shelf, person, proposal.tip)
  const said = await needs.remarks.all({ shelf, owner: person.name, branch: proposal.branch })
  const page = {
    ...contextFrame(needs, request, { title: proposal.subject, shelf, notice, crumbs: crumbsOf(request) }),
    proposal: {
      ...proposalRow(proposal, said.at(-1)?.tip === proposal.tip, locale),
      ...{ branch: proposal.branch, tip: proposal.tip, conflicts: proposal.conflicts.map(shownPath) },
    },
    commits: proposal.newest.map(({ subject, author, at }) => ({ subject, author: author.name, at })),
    files: book ? await proposedFiles(proposal, { book, person, locale }) : [],
    findings: proposal.findings.map(({ path, line, what }) => ({ path: shownPath(path), line, what })),
    confirmation: confirmationOf(proposal.findings),
    comments: said.map(({ by, at, text }) => ({ by, at, text })),
    ...(await decisionOf(needs, proposal, request)),
    actions: { ...actionsOf(shelf, proposal.branch), ...updateAction(shelf, proposal) },
  }
  return htmlPage(<ProposalPage page={page} />, { diagrams: true, ...(status !== undefined && { status }) })
}

/** What this person may do about it, and where else it is decided. */
async function decisionOf({ proposals }: RouteNeeds, proposal: Proposal, request: Request) {
  const { name, admin } = personOf(request)
  const { locale } = visitorOf(request)
  const right = await proposals.mayMerge(proposal, { user: name, admin })
  const own = proposal.from.kind === "person" && proposal.from.user === name
  return {
    ...(right.kind === "may-not" && { refusal: proposalWords(locale).refusals(right.why) }),
    mayDiscard: own || right.kind === "may" || right.why === "outside",
    review: outsideReviewView(await proposals.reviewedOutside(proposal), locale),
  }
}

const actionsOf = (shelf: ShelfName, branch: string) => ({
  mergeLoop: urls.newLoopFrom({ kind: "merge", shelf, branch }),
  merge: contextUrls.proposalMerge(shelf),
  discard: contextUrls.proposalDiscard(shelf),
  outside: contextUrls.proposalOutside(shelf),
  comment: contextUrls.proposalComment(shelf),
})

const updateAction = (shelf: ShelfName, { state, from }: Proposal) =>
  state === "conflict" && from.kind === "loop" ? { update: contextUrls.proposalUpdate(shelf) } : {}

interface Decided {
  request: Request
  shelf: ShelfName
  form: z.infer<typeof DecideForm>
}

async function decide(
  needs: RouteNeeds,
  { request, params }: { request: Request; params: { shelf: string } },
  answer: (needs: RouteNeeds, decided: Decided) => Promise<Response>,
): Promise<Response> {
  const form = await readForm(request, DecideForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const shelf = parseShelfName(params.shelf)
  if (shelf === undefined) return needs.showProblem({ status: 404, code: "not-found" }, request)
  return answer(needs, { request, shelf, form: form.value })
}

const about = ({ request, shelf, form }: Decided) => {
  const person = personOf(request)
  const reviewer = { user: person.name, admin: person.admin }
  return { shelf: shelfOf(shelf, person), branch: form.branch, seen: form.seen, reviewer }
}

async function merge(needs: RouteNeeds, decided: Decided): Promise<Response> {
  const { request, shelf, form } = decided
  const wanted = about(decided)
  const proposal = await needs.proposals.find(wanted.shelf, form.branch)
  const outcome = await needs.proposals.merge({
    ...wanted,
    author: await needs.author(personOf(request)),
    ...(proposal?.from.kind === "loop" && { link: urls.loop(proposal.from.loop) }),
    ...(form.confirmed !== undefined && { confirmed: form.confirmed }),
  })
  if (outcome.kind === "merged" || outcome.kind === "contained")
    return redirectTo(contextUrls.proposals({ said: "merged" }), request)
  return showRefused(needs, { request, shelf, branch: form.branch }, outcome)
}

async function discard(needs: RouteNeeds, decided: Decided): Promise<Response> {
  const { request, shelf, form } = decided
  const outcome = await needs.proposals.discard(about(decided))
  if (outcome.kind !== "done") return showRefused(needs, { request, shelf, branch: form.branch }, outcome)
  const undo = { said: "discarded", undo: form.branch, at: form.seen, shelf } as const
  return redirectTo(contextUrls.proposals(undo), request)
}

async function proposeOutside(needs: RouteNeeds, decided: Decided): Promise<Response> {
  const { request, shelf, form } = decided
  const { confirmed } = form
  const wanted = { ...about(decided), ...(confirmed !== undefined && { confirmed }) }
  const outcome = await needs.proposals.proposeOutside(wanted)
  if (outcome.kind === "done") return redirectTo(contextUrls.proposal(shelf, form.branch, { said: "outside" }), request)
  return showRefused(needs, { request, shelf, branch: form.branch }, outcome)
}

async function restore(needs: RouteNeeds, decided: Decided): Promise<Response> {
  const { request, shelf, form } = decided
  const outcome = await needs.proposals.restore(about(decided))
  if (outcome.kind === "done") return redirectTo(contextUrls.proposals({ said: "restored" }), request)
  if (outcome.kind === "may-not") return showRefused(needs, { request, shelf, branch: form.branch }, outcome)
  const words = proposalWords(visitorOf(request).locale)
  const frame = contextFrame(needs, request, { title: words.proposals, notice: errorNotice(words.notRestored) })
  return htmlPage(<ProposalsPage page={{ ...frame, proposals: [] }} />, { status: 409 })
}

type Refusal = Exclude<MergeOutcome, { kind: "merged" | "contained" }> | Exclude<DiscardOutcome, { kind: "done" }>

/** The proposal as it is now, with word of why nothing was done. */
async function showRefused(
  needs: RouteNeeds,
  place: Pick<Wanted, "request" | "shelf" | "branch">,
  refusal: Refusal,
): Promise<Response> {
  const { locale } = visitorOf(place.request)
  const words = proposalWords(locale)
  switch (refusal.kind) {
    case "may-not":
      return showOne(needs, { ...place, notice: errorNotice(words.refusals(refusal.why)), status: 403 })
    case "secrets":
      return showOne(needs, { ...place, notice: errorNotice(words.secretsLead), status: 422 })
    case "conflict":
      return showOne(needs, { ...place, notice: errorNotice(words.conflictLead), status: 409 })
    case "moved":
      return showOne(needs, { ...place, notice: errorNotice(words.moved), status: 409 })
    case "refused":
      return showOne(needs, { ...place, notice: errorNotice(refusalSentence(refusal, locale)), status: 422 })
  }
}

async function remark(needs: RouteNeeds, request: Request, given: string): Promise<Response> {
  const form = await readForm(request, RemarkForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const shelf = parseShelfName(given)
  const person = personOf(request)
  const { branch, seen, text } = form.value
  const words = proposalWords(visitorOf(request).locale)
  const proposal = shelf && (await needs.proposals.find(shelfOf(shelf, person), branch))
  if (shelf === undefined || !proposal) return needs.showProblem({ status: 404, code: "no-such-proposal" }, request)
  if (text.trim() === "")
    return showOne(needs, { request, shelf, branch, notice: errorNotice(words.emptyComment), status: 422 })
  const place = { shelf, owner: person.name, branch }
  const added = await needs.remarks.add(place, { by: person.name, text: text.trim(), tip: seen })
  if (!added) return showOne(needs, { request, shelf, branch, notice: errorNotice(words.tooManyComments), status: 409 })
  const told = suggestionWords(visitorOf(request).locale).sentBack(shelf, text.trim())
  return tellLoop(needs, request, { proposal, shelf, text: told })
}

/** The loop of a proposal that conflicts is asked to bring it up to date. */
async function askForUpdate(needs: RouteNeeds, request: Request, given: string): Promise<Response> {
  const form = await readForm(request, DecideForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const shelf = parseShelfName(given)
  const proposal = shelf && (await needs.proposals.find(shelfOf(shelf, personOf(request)), form.value.branch))
  if (!proposal || shelf === undefined || proposal.from.kind !== "loop")
    return needs.showProblem({ status: 404, code: "no-such-proposal" }, request)
  const text = suggestionWords(visitorOf(request).locale).update(shelf, "main")
  return tellLoop(needs, request, { proposal, shelf, text })
}

interface Told {
  proposal: Proposal
  shelf: ShelfName
  text: string
}

/** Its driver sees the words and decides; a person's own proposal has nobody else to be told. */
async function tellLoop(needs: RouteNeeds, request: Request, { proposal, shelf, text }: Told): Promise<Response> {
  const { branch, from } = proposal
  const about = contextUrls.proposal(shelf, branch)
  if (from.kind !== "loop") return redirectTo(about, request)
  const said = await needs.sendBack(from.loop, { shelf, branch, by: personOf(request).name, text, about })
  return redirectTo(contextUrls.proposal(shelf, branch, { said }), request)
}
