import type { BecameView } from "../../views/props/context.ts"
import { contextUrls } from "../lib/context-urls.ts"
import { shownPath } from "../lib/file-path.ts"
import { toForm } from "../lib/file-text.ts"
import { heldWords } from "../lib/i18n/held.ts"
import { mergeTexts } from "../lib/merge-texts.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Book } from "./books.ts"
import type { KeptText } from "./kept-texts.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { shelfOf } from "./person.ts"
import { placeUrl } from "./places.ts"

/** Commits of the document that are looked at for those of a loop that was made to join a text. */
const mostCommits = 100

/**
 * What became of a text that is held: it is in the document as it stands, or a loop that was made from it has changed the
 * document or proposes to. It stays held whatever became of it: throwing it away takes its author's yes.
 */
export async function whatBecame(needs: RouteNeeds, request: Request, held: KeptText): Promise<BecameView | undefined> {
  const words = heldWords(visitorOf(request).locale)
  const book = await needs.books.open(held.shelf, personOf(request))
  if (await isInside(book, held)) return { sentence: words.there, url: placeUrl(held.shelf, held.path) }
  const loops = new Map(needs.loops.from({ held: held.id }, userOf(request)).map(({ id, title }) => [id, title]))
  if (loops.size === 0) return undefined
  const titleOf = (id: Parameters<typeof loops.get>[0]) => shownPath(loops.get(id) ?? "")
  const commits = await book.repository.history({ from: book.commit, path: held.path, limit: mostCommits })
  const brought = await needs.loopCommits.origins(book.repository.shelf, new Set(commits.map(({ id }) => id)))
  for (const { id } of commits) {
    const loop = brought.get(id)
    if (loop !== undefined && loops.has(loop))
      return { sentence: words.joined(titleOf(loop)), url: placeUrl(held.shelf, held.path, { at: id, view: "change" }) }
  }
  for (const { branch, from } of await needs.proposals.touching(shelfOf(held.shelf, personOf(request)), held.path))
    if (from.kind === "loop" && loops.has(from.loop))
      return { sentence: words.proposed(titleOf(from.loop)), url: contextUrls.proposal(held.shelf, branch) }
  return undefined
}

/** Whether everything that was changed in the held text is so in the document, too. */
async function isInside(book: Book, { path, base, text }: KeptText): Promise<boolean> {
  const file = book.at(path)
  const now = file && (await book.text(file))
  if (now === undefined) return false
  if (toForm(now) === text) return true
  const was = /^[0-9a-f]{40,64}$/.test(base) ? await book.text({ path, blob: base, mode: "file" }) : undefined
  if (was === undefined || toForm(was) === text) return false
  const joined = mergeTexts({ base: toForm(was), mine: text, theirs: toForm(now) })
  return joined.kind === "clean" && joined.text === toForm(now)
}
