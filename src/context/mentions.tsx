import { Mentions } from "../../views/components/mentions.tsx"
import { Replace } from "../../views/partials.tsx"
import type { MentionView } from "../../views/props/context.ts"
import { targets } from "../../views/targets.ts"
import { contextUrls, type ShelfName } from "../lib/context-urls.ts"
import { shownPath } from "../lib/file-path.ts"
import { urls } from "../lib/urls.ts"
import { htmlFragment, isFragment, redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { RouteNeeds } from "./needs.ts"
import { snippetOf } from "./search.ts"
import type { Visit } from "./visit-routes.ts"

/** Loops on one document's page, and answers of the search that are looked through for them. */
const mostLoops = 10
const mostAnswers = 4

interface Document {
  shelf: ShelfName
  path: string
}

/** As it is looked for: what lies in no folder is named with its context, or every README would be meant. */
const phraseOf = ({ shelf, path }: Document): string => (path.includes("/") ? path : `${shelf}/${path}`)

export const mentionSearchUrl = (document: Document): string =>
  contextUrls.search({ q: `"${phraseOf(document).replaceAll('"', " ")}"` })

/** Whether a text names this document, and not one whose path only has this one's in it. */
export function namesDocument(text: string, { shelf, path }: Document): boolean {
  const [low, wanted] = [text.toLowerCase(), path.toLowerCase()]
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + 1)) {
    const [before, after] = [low.slice(Math.max(0, at - 100), at), low.slice(at + wanted.length)]
    const begins = path.includes("/") ? !/[\p{L}\p{N}_./-]$/u.test(before) : false
    if ((begins || isInContext(before, shelf)) && !/^(\.?[\p{L}\p{N}_-]|\/)/u.test(after)) return true
  }
  return false
}

const isInContext = (before: string, shelf: ShelfName): boolean =>
  before.endsWith(`${shelf}/`) && !/[\p{L}\p{N}_-]$/u.test(before.slice(0, -shelf.length - 1))

/** Asked for when the document is there; the way without script is the search. */
export async function showMentions(needs: RouteNeeds, { request, book, path }: Visit): Promise<Response> {
  const document = { shelf: book.shelf, path }
  const moreUrl = mentionSearchUrl(document)
  if (!isFragment(request)) return redirectTo(moreUrl, request)
  const { loops, more } = await mentionsOf(needs, request, document)
  const reader = { locale: visitorOf(request).locale, now: needs.clock.now() }
  return htmlFragment(
    <Replace target={targets.mentions}>
      <Mentions loops={loops} moreUrl={more ? moreUrl : undefined} reader={reader} />
    </Replace>,
  )
}

/** Each loop once, with the newest message; those that were made from the document stand on its page anyway. */
async function mentionsOf(
  { loops }: RouteNeeds,
  request: Request,
  document: Document,
): Promise<{ loops: MentionView[]; more: boolean }> {
  const user = userOf(request)
  const words = [phraseOf(document).toLowerCase()]
  const seen = new Set<string>(loops.from(document, user).map(({ id }) => id))
  const found: MentionView[] = []
  let from: string | undefined
  for (let asked = 0; asked < mostAnswers; asked++) {
    const answer = await loops.searchTalk({ words, user, signal: request.signal, ...(from !== undefined && { from }) })
    for (const { loop, title, seq, at, text } of answer.hits) {
      if (seen.has(loop) || !namesDocument(text, document)) continue
      seen.add(loop)
      if (document.shelf === "personal" && (await driverOf(loops, loop, user)) !== user.name) continue
      found.push({ title: shownPath(title), at, text: snippetOf(text, words), url: urls.loopMessages(loop, seq + 1) })
      if (found.length === mostLoops) return { loops: found, more: true }
    }
    from = answer.next
    if (from === undefined) break
  }
  return { loops: found, more: from !== undefined }
}

/** What is called personal in another's loop is another's. */
async function driverOf(
  loops: RouteNeeds["loops"],
  ...asked: Parameters<RouteNeeds["loops"]["forViewer"]>
): Promise<string | undefined> {
  const found = await loops.forViewer(...asked)
  return found.kind === "viewed" ? found.loop.record.driver : undefined
}
