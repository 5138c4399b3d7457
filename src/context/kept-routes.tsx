import { Elysia } from "elysia"
import { z } from "zod"
import { HeldPage } from "../../views/pages/context-held.tsx"
import type { HeldPageView } from "../../views/props/context.ts"
import { contextPaths, contextUrls, shelfNames } from "../lib/context-urls.ts"
import { diffLines } from "../lib/diff.ts"
import { nameOf, pathText, shownPath } from "../lib/file-path.ts"
import { toForm } from "../lib/file-text.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { urls } from "../lib/urls.ts"
import { mergeTexts } from "../lib/merge-texts.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { whatBecame } from "./became.ts"
import type { OpenBook } from "./books.ts"
import { contextFrame } from "./frames.ts"
import type { KeptText } from "./kept-texts.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { pathField, placeUrl } from "./places.ts"
import { absent } from "./save.ts"

const PlaceForm = z.object({ shelf: z.enum(shelfNames), path: pathField })
const DraftForm = PlaceForm.extend({
  version: z.string().max(64),
  text: z.string().max(2 << 20),
  proposal: z.string().max(100).optional(),
})
const largestText = 5 << 20

/** What people typed and is in no commit: drafts while they write, and texts that collided with others. */
export const keptRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-kept" })
    .post(contextPaths.contextDraft, ({ request }) => keepDraft(needs, request), raw)
    .post(contextPaths.contextDraftDiscard, ({ request }) => discardDraft(needs, request), raw)
    .get(contextPaths.contextHeld, ({ request, params, query }) =>
      withHeld(needs, { request, id: params.held }, (held) =>
        showHeld(needs, request, { held, both: query["both"] !== undefined }),
      ),
    )
    .post(contextPaths.contextHeldDiscard, ({ request, params }) =>
      withHeld(needs, { request, id: params.held }, async (held) => {
        await needs.kept.release(personOf(request).name, held.id)
        return redirectTo(placeUrl(held.shelf, held.path), request)
      }),
    )

async function keepDraft(needs: RouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, DraftForm, { maxBytes: largestText })
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { version: base, ...draft } = form.value
  const kept = await needs.kept.keepDraft(personOf(request).name, { ...draft, base, text: toForm(draft.text) })
  if (!kept) return needs.showProblem({ status: 409, code: "too-many" }, request)
  return new Response(null, { status: 204 })
}

async function discardDraft(needs: RouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, PlaceForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { shelf, path } = form.value
  await needs.kept.dropDraft(personOf(request).name, { shelf, path })
  return redirectTo(placeUrl(shelf, path), request)
}

/** Only its author is told that there is such a text. */
async function withHeld(
  needs: RouteNeeds,
  { request, id }: { request: Request; id: string },
  answer: (held: KeptText) => Promise<Response>,
): Promise<Response> {
  const held = await needs.kept.heldOne(personOf(request).name, id)
  return held ? answer(held) : needs.showProblem({ status: 404, code: "no-such-text" }, request)
}

interface Held {
  held: KeptText
  both: boolean
}

async function showHeld(needs: RouteNeeds, request: Request, { held, both }: Held): Promise<Response> {
  const person = personOf(request)
  const book = await needs.books.open(held.shelf, person)
  const file = book.at(held.path)
  const now = file && (await book.text(file))
  const { locale } = visitorOf(request)
  const words = contextWords(locale)
  const theirs = now === undefined ? undefined : await theirsOf(book, held, now)
  const page: HeldPageView = {
    ...contextFrame(needs, request, { title: words.heldTitle, at: { book, path: held.path }, edits: true }),
    held: {
      ...{ id: held.id, shelf: held.shelf, path: pathText(held.path), name: shownPath(nameOf(held.path)) },
      ...{ version: file?.blob ?? absent, text: held.text, saveUrl: contextUrls.save(held.shelf) },
      cancelUrl: contextUrls.held(held.id, both ? {} : { both: 1 }),
      discardUrl: contextUrls.heldDiscard(held.id),
      loopUrl: urls.newLoopFrom({ kind: "resolve", held: held.id }),
      proposal: held.proposal,
    },
    theirs,
    became: await whatBecame(needs, request, held),
    both: both && now !== undefined ? await bothTexts(book, { held, theirs: toForm(now) }, words) : undefined,
  }
  return htmlPage(<HeldPage page={page} />)
}

async function theirsOf(book: OpenBook, { path, text }: KeptText, now: string): Promise<HeldPageView["theirs"]> {
  const [last] = await book.repository.history({ from: book.commit, path, limit: 1 })
  const theirs = toForm(now)
  return { text: theirs, by: last?.author.name ?? "", difference: diffLines(theirs, text).lines }
}

/** With marks only where both changed the same lines. */
async function bothTexts(
  book: OpenBook,
  { held, theirs }: { held: KeptText; theirs: string },
  words: { mine: string; theirs: string },
) {
  const base = /^[0-9a-f]{40,64}$/.test(held.base)
    ? await book.text({ path: held.path, blob: held.base, mode: "file" })
    : undefined
  return mergeTexts({ base: toForm(base ?? ""), mine: held.text, theirs }, words).text
}
