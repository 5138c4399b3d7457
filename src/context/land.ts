import type { ShelfName } from "../lib/context-urls.ts"
import type { Serial } from "../platform/disk/serial.ts"
import type { Author, Change, RefusedChange } from "../repos/index.ts"
import type { Book, Books } from "./books.ts"
import type { Person } from "./person.ts"

export interface LandNeeds {
  /** One change of a context after the other: whoever saves in a crowd waits, instead of trying again and again. */
  inTurn: Serial
  books: Books
  /** Whether what a person saves waits for a review before it is the consensus. */
  isGated(shelf: "knowledge" | "notes"): boolean
  /** As commits name this person. */
  author(person: Person): Promise<Author>
}

/** One commit as it is to be made on top of a book. */
export interface Plan {
  kind: "plan"
  changes: readonly Change[]
  message: string
}

export type Landed =
  /** `proposal`: the branch on which it waits for a review. */
  | { kind: "landed"; commit: string; proposal?: string }
  /** There was nothing to change. */
  | { kind: "unchanged" }
  | RefusedChange
  /** Others were quicker, again and again. */
  | { kind: "busy" }

export interface Landing {
  shelf: ShelfName
  person: Person
  /** Where the changes are: settings of the knowledge repository are stricter than its documents. */
  paths: readonly string[]
  /** An own proposal that this goes on with. */
  proposal?: string | undefined
}

/** Somebody else's commit in between is no reason to bother a person. */
const mostTries = 8

/**
 * Makes one commit of what `plan` says, on the consensus or, where that is gated, as a proposal. The plan is asked anew
 * whenever the branch moved meanwhile; another outcome of it ends the attempt.
 */
export async function land<Other extends { kind: string }>(
  needs: LandNeeds,
  landing: Landing,
  plan: (book: Book) => Promise<Plan | Other>,
): Promise<Landed | Other> {
  const { shelf, person } = landing
  return needs.inTurn(shelf === "personal" ? `personal ${person.name}` : shelf, async () => {
    for (let tries = 0; tries < mostTries; tries++) {
      const done = await tryLanding(needs, landing, plan)
      if (done !== undefined) return done
    }
    return { kind: "busy" }
  })
}

/** Undefined: the branch moved meanwhile. */
async function tryLanding<Other extends { kind: string }>(
  needs: LandNeeds,
  landing: Landing,
  plan: (book: Book) => Promise<Plan | Other>,
): Promise<Landed | Other | undefined> {
  const { person } = landing
  const book = await bookFor(needs, landing)
  const planned = await plan(book)
  if (!isPlan(planned)) return planned
  const branch = await branchFor(needs, landing, book)
  const done = await book.repository.commit({
    ...{ branch, base: book.commit, changes: planned.changes, message: planned.message },
    author: await needs.author(person),
    by: { user: person.name },
  })
  if (done.kind === "moved") return undefined
  if (done.kind !== "committed") return done
  return { kind: "landed", commit: done.commit, ...(branch !== book.trunk && { proposal: branch }) }
}

const isPlan = (planned: { kind: string }): planned is Plan => planned.kind === "plan"

/** What a proposal that goes on has, or the consensus. */
async function bookFor({ books }: LandNeeds, { shelf, person, proposal }: Landing): Promise<Book> {
  const own = proposal !== undefined && isOwnProposal(proposal, person)
  const there = own ? await books.openAt(shelf, person, proposal) : undefined
  return there ?? books.open(shelf, person)
}

export const isOwnProposal = (branch: string, { name }: Person): boolean =>
  branch.startsWith(`ui/${name}/`) && /^ui\/[^/]+\/\d{1,6}$/.test(branch)

async function branchFor(needs: LandNeeds, landing: Landing, book: Book): Promise<string> {
  if (!mustPropose(needs, landing)) return book.trunk
  const { person, proposal } = landing
  const own = await book.repository.branches(`ui/${person.name}/`)
  if (proposal !== undefined && own.some(({ name }) => name === proposal)) return proposal
  const numbers = own.map(({ name }) => Number(name.split("/").at(-1))).filter(Number.isSafeInteger)
  return `ui/${person.name}/${Math.max(0, ...numbers) + 1}`
}

/** Whether what this person saves there waits for somebody's review. */
export function mustPropose(
  { isGated }: Pick<LandNeeds, "isGated">,
  { shelf, person, paths }: Pick<Landing, "shelf" | "person" | "paths">,
): boolean {
  if (shelf === "personal" || person.admin) return false
  return isGated(shelf) || (shelf === "knowledge" && paths.some((path) => path.toLowerCase().startsWith(".loopat/")))
}
