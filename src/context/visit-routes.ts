import { type ContextPlace, parseShelfName, type ShelfName } from "../lib/context-urls.ts"
import { parsePath } from "../lib/file-path.ts"
import type { Book, OpenBook } from "./books.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { isOwnProposal } from "./land.ts"
import type { Person } from "./person.ts"

/** Somebody at a place of a context that he may read. */
export interface Visit {
  request: Request
  person: Person
  /** The consensus as it is now. */
  book: OpenBook
  /** What is shown: the consensus, an older commit, or a proposal. */
  shown: Book
  path: string
  view: NonNullable<ContextPlace["view"]> | "page"
  /** The commit of an older version. */
  at?: string | undefined
  from: number
  proposal?: string | undefined
}

export interface Asked {
  request: Request
  params: { shelf: string }
  query: Record<string, unknown>
}

type Answering = (needs: RouteNeeds, visit: Visit, query: Record<string, unknown>) => Response | Promise<Response>

/** Parse and permit, the same for everything that is read. Nobody has an address for another person's repository. */
export async function atPlace(
  needs: RouteNeeds,
  { request, params, query }: Asked,
  answer: Answering,
): Promise<Response> {
  const shelf = parseShelfName(params.shelf)
  if (shelf === undefined) return needs.showProblem({ status: 404, code: "not-found" }, request)
  const path = parsePath(query["path"])
  const from = Number(query["from"] ?? 0)
  if (path === undefined || !Number.isSafeInteger(from) || from < 0)
    return needs.showProblem({ status: 422, code: "invalid" }, request)
  const person = personOf(request)
  const visit = { request, person, path, from, view: viewIn(query), book: await needs.books.open(shelf, person) }
  const other = await otherBook(needs, { shelf, person }, query)
  if (other === "nothing") return needs.showProblem({ status: 404, code: "not-found" }, request)
  return answer(needs, { ...visit, shown: visit.book, ...other }, query)
}

const views = ["source", "history", "blame", "change", "edit"] as const
const viewIn = (query: Record<string, unknown>): Visit["view"] => views.find((view) => view === query["view"]) ?? "page"

/** An older commit by its id, or an own proposal by its branch. */
async function otherBook(
  { books }: RouteNeeds,
  { shelf, person }: { shelf: ShelfName; person: Person },
  query: Record<string, unknown>,
): Promise<{ shown: Book; at?: string | undefined; proposal?: string } | undefined | "nothing"> {
  const { at, proposal } = query
  if (at === undefined && proposal === undefined) return undefined
  if (typeof proposal === "string" && isOwnProposal(proposal, person)) {
    const shown = await books.openAt(shelf, person, proposal)
    return shown ? { shown, proposal } : "nothing"
  }
  const commit = parseCommitId(at)
  const shown = commit === undefined ? undefined : await books.openAt(shelf, person, commit)
  return shown ? { shown, at: commit } : "nothing"
}

/** Of an address: a whole id and nothing else that git would take for a commit. */
export const parseCommitId = (value: unknown): string | undefined =>
  typeof value === "string" && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(value) ? value : undefined
