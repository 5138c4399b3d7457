import { Elysia } from "elysia"
import { parsePath } from "../lib/file-path.ts"
import { paths } from "../lib/urls.ts"
import { asViewer, mayBeCheckout } from "../loops/index.ts"
import { raw } from "../platform/http/form.ts"
import { parseCommitId } from "../platform/git/inside-history.ts"
import { parseUndoId } from "../platform/git/inside-undo.ts"
import { act, asVisitor, goBack, type Outcome } from "./acting.tsx"
import { beginRepository, commit } from "./commit.ts"
import { bringBackKept, discardFiles, discardHunk } from "./discard.ts"
import { CommentForm, CommitForm, type Doing, FilesForm, ReviewForm, SightForm, UndoForm } from "./needs.ts"
import { showPicture } from "./picture-replies.ts"
import { showChanges } from "./replies.tsx"
import { addComment, sendReview } from "./reviewing.ts"
import { followChanges } from "./follow.tsx"
import { historyRoutes } from "./history-routes.tsx"
import { turnRoutes } from "./turn-routes.ts"
import { parseSight } from "./sight.ts"
import { applyHunk, type Done, type HunkChoice, stageFiles, unstageFiles } from "./stage.ts"
import { unsavedRoutes } from "./unsaved-routes.ts"

/** What changed in a loop, and what its driver does about it. Every page works as a page of its own. */
export const changesRoutes = (doing: Doing) =>
  new Elysia({ name: "changes" })
    .get(paths.loopChanges, ({ request, params: { id }, query }) =>
      asViewer(doing, { request, id }, (loop) => {
        const sight = parseSight(query)
        if (!sight) return doing.showProblem({ status: 422, code: "invalid" }, request)
        return showChanges(doing, { request, loop, sight })
      }),
    )
    .get(paths.loopChangesEvents, ({ request, params: { id }, query, server }) =>
      asViewer(doing, { request, id }, (loop) => {
        const sight = parseSight(query)
        if (!sight) return doing.showProblem({ status: 422, code: "invalid" }, request)
        if (!mayBeCheckout(loop, sight.checkout)) return doing.showProblem({ status: 404, code: "not-found" }, request)
        return followChanges(doing, { request, loop, sight }, server)
      }),
    )
    .get(paths.loopChangesImage, ({ request, params: { id }, query }) =>
      asViewer(doing, { request, id }, (loop) => {
        const [sight, blob] = [parseSight(query), parseCommitId(query["blob"])]
        if (!sight || blob === undefined) return doing.showProblem({ status: 422, code: "invalid" }, request)
        return showPicture(doing, { request, loop, sight }, blob)
      }),
    )
    .use(fileRoutes(doing))
    .use(commitRoutes(doing))
    .use(turnRoutes(doing))
    .use(reviewRoutes(doing))
    .use(historyRoutes(doing))
    .use(unsavedRoutes(doing))

function fileRoutes(doing: Doing) {
  return new Elysia({ name: "changes-files" })
    .post(
      paths.loopStage,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: FilesForm }, (form, { git }) =>
          forFiles(form, "done", {
            hunk: (choice) => applyHunk(git, choice, "stage"),
            files: (chosen) => stageFiles(git, chosen),
          }),
        ),
      raw,
    )
    .post(
      paths.loopUnstage,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: FilesForm }, (form, { git }) =>
          forFiles(form, "done", {
            hunk: (choice) => applyHunk(git, choice, "unstage"),
            files: (chosen) => unstageFiles(git, chosen),
          }),
        ),
      raw,
    )
    .post(
      paths.loopDiscard,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: FilesForm }, (form, acting) =>
          forFiles(form, "discarded", {
            hunk: (choice) => discardHunk(acting.git, choice, acting),
            files: (chosen) => discardFiles(acting.git, form.all === undefined ? chosen : "all", acting),
          }),
        ),
      raw,
    )
    .post(
      paths.loopUndo,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: UndoForm }, async (form, acting) => {
          const undo = parseUndoId(form.undo)
          const outcome: Done = undo ? await bringBackKept(acting.git, undo, acting) : { kind: "changed" }
          return { outcome, say: "broughtBack" }
        }),
      raw,
    )
}

interface Deeds {
  hunk(choice: HunkChoice): Promise<Done>
  files(paths: string[]): Promise<Done>
}

/** A hunk of one file, or whole files. */
async function forFiles(form: FilesForm, say: "done" | "discarded", deeds: Deeds): Promise<Outcome> {
  const { path, hunk, all } = form
  const chosen = [path ?? []].flat().flatMap((one) => parsePath(one) || [])
  const [first] = chosen
  if (hunk !== undefined && first !== undefined) {
    const lines = form.picking !== hunk ? undefined : [form.line ?? []].flat().map(Number)
    if (lines?.length === 0) return { outcome: { kind: "no-lines" }, say }
    return { outcome: await deeds.hunk({ path: first, hunk, ...(lines && { lines }) }), say, path: first }
  }
  if (first === undefined && all === undefined) return { outcome: { kind: "changed" }, say }
  return { outcome: await deeds.files(chosen), say, path: first }
}

function commitRoutes(doing: Doing) {
  return new Elysia({ name: "changes-commits" })
    .post(
      paths.loopCommit,
      ({ request, params: { id } }) =>
        act(
          doing,
          { request, id, form: CommitForm },
          async ({ message, everything, amend }, { git, loop, identity }) => {
            const about = { loop: loop.record.id, identity }
            const wish = { message, everything: everything !== undefined, amend: amend !== undefined }
            const outcome = await commit(git, wish, about)
            return { outcome, say: "committed", kept: { commit: { message } } }
          },
        ),
      raw,
    )
    .post(
      paths.loopRepository,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: SightForm }, async (_, { git }) => ({
          outcome: await beginRepository(git),
          say: "repositoryMade",
        })),
      raw,
    )
}

function reviewRoutes(doing: Doing) {
  return new Elysia({ name: "changes-review" })
    .post(
      paths.loopComments,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: CommentForm }, (form, acting) => addComment(doing, form, acting)),
      raw,
    )
    .post(
      paths.loopCommentRemove,
      ({ request, params: { id, comment } }) =>
        asVisitor(doing, { request, id, form: SightForm }, async (_, visit) => {
          await doing.review.remove(visit.loop.record.id, [comment])
          return goBack(visit, "done")
        }),
      raw,
    )
    .post(
      paths.loopReview,
      ({ request, params: { id } }) =>
        asVisitor(doing, { request, id, form: ReviewForm }, ({ clientId }, visit) =>
          sendReview(doing, visit, clientId),
        ),
      raw,
    )
}
