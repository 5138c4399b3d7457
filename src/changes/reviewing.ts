import { parsePath } from "../lib/file-path.ts"
import { changesWords } from "../lib/i18n/changes.ts"
import type { DrivenLoop } from "../loops/index.ts"
import { timestamp } from "../platform/clock.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { type Acting, goBack, type Outcome } from "./acting.tsx"
import { startOf } from "./checkouts.ts"
import { linesAt, longestComment, reviewMessage } from "./comments.ts"
import { keeperOf } from "./keeper.ts"
import { diffFiles, lookAt } from "./look.ts"
import type { CommentForm, Doing, Visit } from "./needs.ts"
import { showNotSent } from "./replies.tsx"
import { type Sight, sightFrom } from "./sight.ts"
import { fileIn } from "./status.ts"

/** Keeps a remark together with the lines it is about, as they are now. */
export async function addComment(doing: Doing, form: CommentForm, { git, loop, request }: Acting): Promise<Outcome> {
  const words = changesWords(visitorOf(request).locale)
  const sight = sightFrom(form.sight)
  const path = parsePath(form.path)
  if (!path) return { outcome: { kind: "changed" }, say: "done" }
  const [first, last] = [Math.min(form.first, form.last), Math.max(form.first, form.last)]
  const text = form.text.trim().slice(0, longestComment)
  const again = (error: string): Outcome => ({
    shown: { as: "invalid", comment: { ...{ first, last, side: form.side, text }, error } },
    visit: { sight: { ...sight, comment: { path, line: first, side: form.side } } },
  })
  if (text === "") return again(words.commentEmpty)
  const code = await codeAt({ git, loop, sight }, { path, side: form.side, first, last })
  if (code === undefined) return again(words.commentLines)
  const place = {
    ...(sight.checkout !== undefined && { checkout: sight.checkout }),
    path,
    side: form.side,
    first,
    last,
  }
  const comment = { id: doing.ids.uuid(), ...place, code, text, at: timestamp(doing.clock) }
  if (!(await doing.review.add(loop.record.id, comment))) return again(words.commentsFull)
  return { outcome: { kind: "done" }, say: "done", path }
}

type Place = Parameters<typeof linesAt>[1] & { path: string }

async function codeAt(
  { git, loop, sight }: Pick<Acting, "git" | "loop"> & { sight: Sight },
  { path, ...lines }: Place,
): Promise<string | undefined> {
  const { scope } = sight
  const looked = scope.kind === "turn" ? { kind: "status" as const, status: { entries: [] } } : await lookAt(git)
  if (looked.kind !== "status") return undefined
  const { status } = looked
  const only = fileIn(status, path)
  const question = { scope, status, start: await startOf(git, loop), only, whole: true }
  const keeper = scope.kind === "turn" ? await keeperOf(git) : { git }
  for await (const file of diffFiles(keeper.git, question)) {
    const code = linesAt(file, lines)
    if (code !== undefined) return code
  }
  return undefined
}

/** Gives the agent everything that waits as one message, and lets go of it once that is accepted. */
export async function sendReview(
  doing: Doing,
  visit: Visit & { loop: DrivenLoop },
  clientId: string,
): Promise<Response> {
  const { loop } = visit
  const { locale } = visitorOf(visit.request)
  const comments = await doing.review.all(loop.record.id)
  if (comments.length === 0) return goBack(visit, "reviewSent")
  const text = reviewMessage(comments, locale)
  const sent = await doing.send(loop, { text, clientId, via: "web" })
  if (sent.kind !== "accepted") return showNotSent(doing, visit, { ...sent, length: text.length })
  await doing.review.remove(
    loop.record.id,
    comments.map(({ id }) => id),
  )
  return goBack(visit, "reviewSent")
}
