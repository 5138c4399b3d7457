import { Card, ProposalsLink } from "../../views/pages/context-home.tsx"
import { Replace } from "../../views/partials.tsx"
import { targets } from "../../views/targets.ts"
import { contextUrls } from "../lib/context-urls.ts"
import { oneAtATime } from "../lib/one-at-a-time.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { Viewer } from "../platform/sse/stream.ts"
import type { Shelf } from "../repos/index.ts"
import { type HomeNeeds, type HomeNow, homeNow, markOfHome } from "./home-now.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { nameOfShelf } from "./person.ts"

export interface HomeNewsNeeds extends HomeNeeds, Pick<RouteNeeds, "background" | "clock"> {
  shelves: Pick<RouteNeeds["shelves"], "onMoved" | "onOutside">
}

/**
 * News for an open first page: what was committed last, how each context stands with its home outside, and how many
 * changes wait for a review. A page that has all of it by the mark it sends is sent nothing.
 */
export function followHome(needs: HomeNewsNeeds, request: Request, viewer: Viewer): void {
  const person = personOf(request)
  const seen = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("seen")
  let shown: HomeNow | undefined
  const show = oneAtATime(async () => {
    if (viewer.ended.aborted) return
    const now = await homeNow(needs, request)
    const [mark, before] = [markOfHome(now), shown]
    shown = now
    if (mark === (before ? markOfHome(before) : seen)) return
    viewer.send(newsMarkup(needs, request, { now, before }), mark)
  })
  const look = () => needs.background.run("show what is new in Context", show)
  const isTheirs = ({ shelf }: { shelf: Shelf }) => nameOfShelf(shelf, person) !== undefined
  const leaves = [
    needs.shelves.onMoved((news) => isTheirs(news) && look()),
    needs.shelves.onOutside((news) => isTheirs(news) && look()),
  ]
  for (const leave of leaves) viewer.ended.addEventListener("abort", leave)
  // What happened since the page was made was told to nobody.
  look()
}

/** Only what differs, so that everything else on the page stays as it is. */
function newsMarkup(
  { clock }: HomeNewsNeeds,
  request: Request,
  { now, before }: { now: HomeNow; before: HomeNow | undefined },
): string {
  const { locale, formToken } = visitorOf(request)
  const reader = { locale, now: clock.now() }
  const cards = now.cards.filter((card, at) => JSON.stringify(card) !== JSON.stringify(before?.cards[at]))
  const news = cards.map((card) => (
    <Replace target={targets.contextCard(card.name)}>
      <Card card={card} page={{ reader, ...(formToken !== undefined && { formToken }) }} />
    </Replace>
  ))
  const count = now.proposals !== before?.proposals && (
    <Replace target={targets.contextProposals}>
      <ProposalsLink count={now.proposals} url={contextUrls.proposals()} reader={reader} />
    </Replace>
  )
  return [...news, count || ""].map(String).join("")
}
