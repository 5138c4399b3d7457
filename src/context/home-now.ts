import type { ContextCardView, ContextHomeView } from "../../views/props/context.ts"
import { type ShelfName, shelfNames } from "../lib/context-urls.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { shelfOf } from "./person.ts"
import { placeUrl } from "./places.ts"

/** What changes on the first page while it is open. */
export type HomeNow = Pick<ContextHomeView, "cards" | "proposals">

export type HomeNeeds = Pick<RouteNeeds, "books" | "outsideOf" | "proposals">

/** Commits of one context on the first page. */
const mostRecent = 5

export async function homeNow(needs: HomeNeeds, request: Request): Promise<HomeNow> {
  const person = personOf(request)
  const [cards, waiting] = await Promise.all([
    Promise.all(shelfNames.map((shelf) => cardOf(needs, shelf, request))),
    Promise.all(shelfNames.map((shelf) => needs.proposals.list(shelfOf(shelf, person)))),
  ])
  return { cards, proposals: waiting.flat().filter(({ state }) => state !== "contained").length }
}

async function cardOf({ books, outsideOf }: HomeNeeds, name: ShelfName, request: Request): Promise<ContextCardView> {
  const person = personOf(request)
  const book = await books.open(name, person)
  const commits = await book.repository.history({ from: book.commit, limit: mostRecent })
  return {
    name,
    url: placeUrl(name, ""),
    files: book.files.length,
    recent: commits.map(({ id, subject, author, at }) => ({ id, subject, author: author.name, at })),
    outside: outsideOf(name, { user: person.name, locale: visitorOf(request).locale }),
  }
}

/** Tells by one mark what a page shows, so that its stream knows what the page has missed before it began. */
export const markOfHome = (now: HomeNow): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify(now)).digest("base64url").slice(0, 22)
