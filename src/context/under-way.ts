import type { BesideView } from "../../views/props/context.ts"
import { shownPath } from "../lib/file-path.ts"
import { contextUrls, type ShelfName } from "../lib/context-urls.ts"
import { urls } from "../lib/urls.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { shelfOf } from "./person.ts"
import { proposerOf } from "./proposal-present.ts"

/** Loops and proposals that stand on one document's page. */
const mostShown = 20

/** What is being done to a document elsewhere: proposals that touch it, and loops that were made from it. */
export async function underWay(
  { proposals, loops }: Pick<RouteNeeds, "proposals" | "loops">,
  request: Request,
  { shelf, path }: { shelf: ShelfName; path: string },
): Promise<Pick<BesideView, "proposals" | "loops">> {
  const { locale } = visitorOf(request)
  const touching = await proposals.touching(shelfOf(shelf, personOf(request)), path)
  return {
    proposals: touching.slice(0, mostShown).map(({ subject, branch, from }) => ({
      ...{ subject, from: proposerOf({ from }, locale).words, url: contextUrls.proposal(shelf, branch) },
    })),
    loops: loops
      .from({ shelf, path }, userOf(request))
      .slice(0, mostShown)
      .map(({ id, title, driver, archived }) => ({ title: shownPath(title), driver, archived, url: urls.loop(id) })),
  }
}
