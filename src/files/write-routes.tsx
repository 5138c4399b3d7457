import { Elysia } from "elysia"
import { z } from "zod"
import { FilesPage } from "../../views/pages/files.tsx"
import type { FilesBodyView } from "../../views/props/files.ts"
import { diffLines } from "../lib/diff.ts"
import { folderOf, nameOf, parsePath, pathText, shownPath } from "../lib/file-path.ts"
import { fileWords } from "../lib/i18n/files.ts"
import { isMultipart, multipartOf, NotMultipart } from "../lib/multipart.ts"
import { paths, urls } from "../lib/urls.ts"
import { type DrivenLoop, linkLost, type NotPlaced, refuseDriver, unplacedView } from "../loops/index.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Box } from "../sandbox/index.ts"
import { type Changed, countInside, makeNew, moveTo, type Refused, removeAt, type Saved, saveText } from "./change.ts"
import { bothTexts, toForm } from "./content.ts"
import type { FilesNeeds } from "./index.ts"
import { lookAt } from "./look.ts"
import { addressIn, bodyOf, filesPage, inside, look, sightAt } from "./pages.ts"
import { cancelUrl, folderUrl, refusedSentence, uploadNotice } from "./present.ts"
import { storeParts, type Uploaded } from "./upload.ts"

const path = z.string().transform((text, context) => parsePath(text) ?? (context.addIssue("invalid"), z.NEVER))
const SaveForm = z.object({ path, version: z.string().max(64), text: z.string(), merge: z.string().optional() })
const NewForm = z.object({ folder: path, name: z.string().max(255), kind: z.enum(["file", "folder"]) })
const MoveForm = z.object({ path, to: z.string().max(4_096) })
const PathForm = z.object({ path })
/** A text of a megabyte, percent-encoded by a form. */
const largestText = 5 << 20

type SaveForm = z.infer<typeof SaveForm>

/** What the driver does to the files. */
export const writeRoutes = (needs: FilesNeeds) =>
  new Elysia({ name: "files-writing" }).use(formRoutes(needs)).use(wayRoutes(needs))

const formRoutes = (needs: FilesNeeds) =>
  new Elysia({ name: "files-forms" })
    .post(
      paths.loopFileSave,
      async ({ request, params }) => {
        const driven = await needs.loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
        const form = await readForm(request, SaveForm, { maxBytes: largestText })
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        return save(needs, { request, loop: driven.loop }, form.value)
      },
      raw,
    )
    .post(
      paths.loopFileNew,
      async ({ request, params }) => {
        const driven = await needs.loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
        const form = await readForm(request, NewForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const made = await change(needs, driven.loop, (box) => makeNew(box, form.value))
        return answer(needs, { request, loop: driven.loop }, { from: form.value.folder, changed: made })
      },
      raw,
    )
    .post(
      paths.loopFileMove,
      async ({ request, params }) => {
        const driven = await needs.loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
        const form = await readForm(request, MoveForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const { path: from, to } = form.value
        const moved = await change(needs, driven.loop, (box) => moveTo(box, { path: from, to: parsePath(to) ?? "" }))
        return answer(needs, { request, loop: driven.loop }, { from, changed: moved })
      },
      raw,
    )

const wayRoutes = (needs: FilesNeeds) =>
  new Elysia({ name: "files-ways" })
    .get(paths.loopFileDelete, async ({ request, params, query }) => {
      const driven = await needs.loops.forDriver(params.id, userOf(request))
      if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
      const wanted = parsePath(query["path"])
      if (!wanted) return needs.showProblem({ status: 422, code: "invalid" }, request)
      return askRemove(needs, { request, loop: driven.loop }, wanted)
    })
    .post(
      paths.loopFileDelete,
      async ({ request, params }) => {
        const driven = await needs.loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
        const form = await readForm(request, PathForm)
        if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
        const { path: gone } = form.value
        const changed = await change(needs, driven.loop, (box) => removeAt(box, gone))
        const lead = changed.kind === "changed" ? { ...changed, path: folderOf(gone) } : changed
        return answer(needs, { request, loop: driven.loop }, { from: gone, changed: lead })
      },
      raw,
    )
    .post(
      paths.loopFileUpload,
      async ({ request, params, query }) => {
        const driven = await needs.loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(needs, request, driven)
        const folder = parsePath(query["path"])
        if (folder === undefined) return needs.showProblem({ status: 422, code: "invalid" }, request)
        return upload(needs, { request, loop: driven.loop }, { folder, replace: query["replace"] === "1" })
      },
      raw,
    )

interface Drive {
  request: Request
  loop: DrivenLoop
}

/** Does something in the loop's own sandbox, which is started for it. */
async function change<T>(
  { workbench }: FilesNeeds,
  loop: DrivenLoop,
  work: (box: Box) => Promise<T>,
): Promise<T | NotPlaced> {
  const placed = await workbench.toWrite(loop)
  if (placed.kind !== "placed") return placed
  try {
    return await work(placed.box)
  } catch (error) {
    return linkLost(error)
  }
}

interface Done {
  /** Where somebody stood. */
  from: string
  changed: Changed | NotPlaced
}

/** Leads to what was made, or shows where one stood and why it was not. */
async function answer(needs: FilesNeeds, { request, loop }: Drive, { from, changed }: Done): Promise<Response> {
  if (changed.kind === "changed") return redirectTo(addressIn(loop, changed.path), request)
  if (changed.kind === "not-placed") return showUnplaced(needs, { request, loop }, { path: from, why: changed })
  return showRefused(needs, { request, loop }, { path: from, why: changed.why })
}

const statuses: Record<Refused["why"], number> = {
  exists: 409,
  missing: 404,
  denied: 403,
  "bad-name": 422,
  kind: 409,
  limit: 507,
}

async function showRefused(
  needs: FilesNeeds,
  { request, loop }: Drive,
  { path: at, why }: { path: string; why: Refused["why"] },
): Promise<Response> {
  const visit = { request, loop, sight: sightAt(loop, at) }
  const sentences = [refusedSentence(why, visitorOf(request).locale)]
  const body = bodyOf(visit, await look(needs, visit))
  const page = await filesPage(needs, visit, { body, notice: { level: "error", sentences } })
  return htmlPage(<FilesPage page={page} />, { status: statuses[why] })
}

async function showUnplaced(
  needs: FilesNeeds,
  { request, loop }: Drive,
  { path: at, why, body }: { path: string; why: NotPlaced; body?: FilesBodyView },
): Promise<Response> {
  const visit = { request, loop, sight: sightAt(loop, at) }
  const unplaced = unplacedView(request, why, addressIn(loop, at))
  const notice = body && { level: "error" as const, sentences: [unplaced.sentence] }
  const page = await filesPage(needs, visit, { body: body ?? { kind: "unplaced", unplaced }, notice })
  return htmlPage(<FilesPage page={page} />, { status: 503 })
}

async function save(needs: FilesNeeds, { request, loop }: Drive, form: SaveForm): Promise<Response> {
  const { path: at, version, text } = form
  const saved = await change(needs, loop, async (box): Promise<Saved> => {
    if (form.merge !== "both") return saveText(box, form)
    const looked = await lookAt(box, { path: at, from: 0, hidden: true })
    const theirs = looked.kind === "file" && looked.content.kind === "text" ? looked.content : undefined
    return { kind: "conflict", theirs: theirs && { ...theirs, text: toForm(theirs.text) } }
  })
  if (saved.kind === "changed") return redirectTo(addressIn(loop, at), request)
  // What somebody typed is never lost: it stands in the form again.
  if (saved.kind === "conflict") return showConflict(needs, { request, loop }, { ...form, theirs: saved.theirs })
  const body = editAgain(loop, { path: at, version, text })
  if (saved.kind === "not-placed") return showUnplaced(needs, { request, loop }, { path: at, why: saved, body })
  const visit = { request, loop, sight: sightAt(loop, at) }
  const sentences = [refusedSentence(saved.why, visitorOf(request).locale)]
  const page = await filesPage(needs, visit, { body, notice: { level: "error", sentences } })
  return htmlPage(<FilesPage page={page} />, { status: statuses[saved.why] })
}

const editAgain = (loop: DrivenLoop, { path: at, version, text }: Omit<SaveForm, "merge">): FilesBodyView => ({
  kind: "edit",
  edit: {
    path: pathText(at),
    version,
    text: toForm(text),
    saveUrl: urls.loopFileSave(loop.record.id),
    cancelUrl: cancelUrl(loop.record.id, at),
  },
})

type Conflict = SaveForm & { theirs: Extract<Saved, { kind: "conflict" }>["theirs"] }

async function showConflict(
  needs: FilesNeeds,
  { request, loop }: Drive,
  { path: at, text, merge, theirs }: Conflict,
): Promise<Response> {
  const words = fileWords(visitorOf(request).locale)
  const mine = toForm(text)
  const names = { mine: words.yours, theirs: words.theirs }
  const conflict = {
    path: pathText(at),
    version: theirs?.version ?? "absent",
    text: merge === "both" && theirs ? bothTexts(mine, theirs.text, names) : mine,
    saveUrl: urls.loopFileSave(loop.record.id),
    cancelUrl: theirs ? cancelUrl(loop.record.id, at) : folderUrl(loop.record.id, at),
    ...(theirs && { theirs: { text: theirs.text, difference: diffLines(theirs.text, mine).lines } }),
  }
  const visit = { request, loop, sight: sightAt(loop, at) }
  const page = await filesPage(needs, visit, { body: { kind: "conflict", conflict } })
  return htmlPage(<FilesPage page={page} />, { status: merge === "both" ? 200 : 409 })
}

async function askRemove(needs: FilesNeeds, { request, loop }: Drive, at: string): Promise<Response> {
  const visit = { request, loop, sight: sightAt(loop, at) }
  const asked = await inside(needs, loop, async (box) => {
    const entry = await box.files.stat("workdir", at)
    return { entry, count: entry?.kind === "folder" ? await countInside(box, at) : 0 }
  })
  if ("kind" in asked) return showUnplaced(needs, { request, loop }, { path: at, why: asked })
  if (!asked.entry) return showRefused(needs, { request, loop }, { path: at, why: "missing" })
  const remove = {
    name: shownPath(nameOf(at)),
    path: pathText(at),
    isFolder: asked.entry.kind === "folder",
    count: asked.count,
    deleteUrl: urls.loopFileDelete(loop.record.id),
    cancelUrl: cancelUrl(loop.record.id, at),
  }
  const page = await filesPage(needs, visit, { body: { kind: "remove", remove } })
  return htmlPage(<FilesPage page={page} />)
}

async function upload(
  needs: FilesNeeds,
  { request, loop }: Drive,
  { folder, replace }: { folder: string; replace: boolean },
): Promise<Response> {
  const { body, headers } = request
  const type = headers.get("content-type") ?? ""
  if (!body || !isMultipart(type)) return needs.showProblem({ status: 422, code: "invalid" }, request)
  const { name } = userOf(request)
  if (!needs.uploads.enter(name)) return refuseUpload(needs, { request, loop }, folder)
  try {
    const parts = multipartOf(type, body)
    const stored = await change(needs, loop, (box) => storeParts(box, folder, { parts, replace }))
    if ("kind" in stored) return await showUnplaced(needs, { request, loop }, { path: folder, why: stored })
    return await showStored(needs, { request, loop }, { folder, stored })
  } catch (error) {
    if (error instanceof NotMultipart) return needs.showProblem({ status: 422, code: "invalid" }, request)
    throw error
  } finally {
    needs.uploads.leave(name)
  }
}

async function refuseUpload(needs: FilesNeeds, { request, loop }: Drive, folder: string): Promise<Response> {
  const visit = { request, loop, sight: sightAt(loop, folder) }
  const sentences = [fileWords(visitorOf(request).locale).tooManyUploads]
  const body = bodyOf(visit, await look(needs, visit))
  const page = await filesPage(needs, visit, { body, notice: { level: "error", sentences } })
  return htmlPage(<FilesPage page={page} />, { status: 429 })
}

/** The script asks about each file by itself and is told in a status; a person sees a page. */
async function showStored(
  needs: FilesNeeds,
  { request, loop }: Drive,
  { folder, stored }: { folder: string; stored: Uploaded },
): Promise<Response> {
  const [first] = stored.refused
  const visit = { request, loop, sight: sightAt(loop, folder) }
  const notice = uploadNotice(stored, visitorOf(request).locale)
  const page = await filesPage(needs, visit, { body: bodyOf(visit, await look(needs, visit)), notice, streams: true })
  return htmlPage(<FilesPage page={page} />, { status: first ? statuses[first.why] : 200 })
}
