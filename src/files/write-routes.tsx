import { Elysia } from "elysia"
import { z } from "zod"
import { RefusedState, SavedState } from "../../views/components/editor-field.tsx"
import { FilesPage } from "../../views/pages/files.tsx"
import type { FilesBodyView } from "../../views/props/files.ts"
import { diffLines } from "../lib/diff.ts"
import { folderOf, parsePath } from "../lib/file-path.ts"
import { toForm } from "../lib/file-text.ts"
import { fileWords } from "../lib/i18n/files.ts"
import { isMultipart, multipartOf, NotMultipart } from "../lib/multipart.ts"
import { paths } from "../lib/urls.ts"
import { asDriver, asDriverWith, type NotPlaced, unplacedView } from "../loops/index.ts"
import { raw } from "../platform/http/form.ts"
import { htmlFragment, htmlPage, isFragment, redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { conflictAt, makeNew, moveTo, type Saved, saveText } from "./change.ts"
import { checkoutIn, unplacedStatus, writeIn } from "./checkout.ts"
import { bothTexts } from "./content.ts"
import { pathField } from "./forms.ts"
import type { FilesNeeds } from "./index.ts"
import { addressIn, filesPage, sightAt } from "./pages.ts"
import { editView, refusedSentence, uploadNotice } from "./present.ts"
import { askRemove, remove, RemoveForm } from "./remove.tsx"
import { answer, type Drive, invalid, refusal, showPlace, showUnplaced, statuses } from "./replies.tsx"
import { storeParts, type Uploaded } from "./upload.ts"

/** `look`: shows both texts. `both`: puts them into one. */
const merge = z.enum(["look", "both"]).optional()
const SaveForm = z.object({ path: pathField, version: z.string().max(64), text: z.string(), merge })
const NewForm = z.object({ folder: pathField, name: z.string().max(255), kind: z.enum(["file", "folder"]) })
const MoveForm = z.object({ path: pathField, to: z.string().max(4_096) })
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
      ({ request, params: { id }, query }) =>
        asDriverWith(needs, { request, id, form: SaveForm, maxBytes: largestText }, (form, loop) =>
          save(needs, { request, loop, checkout: checkoutIn(query) }, form),
        ),
      raw,
    )
    .post(
      paths.loopFileNew,
      ({ request, params: { id }, query }) =>
        asDriverWith(needs, { request, id, form: NewForm }, async (form, loop) => {
          const drive = { request, loop, checkout: checkoutIn(query) }
          const changed = await writeIn(needs, drive, (box) => makeNew(box, form))
          return answer(needs, drive, { from: form.folder, changed })
        }),
      raw,
    )
    .post(
      paths.loopFileMove,
      ({ request, params: { id }, query }) =>
        asDriverWith(needs, { request, id, form: MoveForm }, async ({ path: from, to }, loop) => {
          const way = { path: from, to: parsePath(to) ?? "" }
          const drive = { request, loop, checkout: checkoutIn(query) }
          const changed = await writeIn(needs, drive, (box) => moveTo(box, way))
          return answer(needs, drive, { from, changed })
        }),
      raw,
    )

const wayRoutes = (needs: FilesNeeds) =>
  new Elysia({ name: "files-ways" })
    .get(paths.loopFileDelete, ({ request, params: { id }, query }) =>
      asDriver(needs, { request, id }, (loop) => {
        const wanted = parsePath(query["path"])
        return wanted
          ? askRemove(needs, { request, loop, checkout: checkoutIn(query) }, wanted)
          : invalid(needs, request)
      }),
    )
    .post(
      paths.loopFileDelete,
      ({ request, params: { id }, query }) =>
        asDriverWith(needs, { request, id, form: RemoveForm }, (form, loop) =>
          remove(needs, { request, loop, checkout: checkoutIn(query) }, form),
        ),
      raw,
    )
    .post(
      paths.loopFileUpload,
      ({ request, params: { id }, query }) =>
        asDriver(needs, { request, id }, (loop) => {
          const folder = parsePath(query["path"])
          if (folder === undefined) return invalid(needs, request)
          const drive = { request, loop, checkout: checkoutIn(query) }
          return upload(needs, drive, { folder, replace: query["replace"] === "1" })
        }),
      raw,
    )

async function save(needs: FilesNeeds, drive: Drive, form: SaveForm): Promise<Response> {
  const { request } = drive
  const { path: at, version, text } = form
  const saved = await writeIn(needs, drive, (box): Promise<Saved> =>
    form.merge === undefined ? saveText(box, form) : conflictAt(box, at),
  )
  if (isFragment(request)) return saveState(drive, at, saved)
  if (saved.kind === "saved") return redirectTo(addressIn(drive, at), request)
  // What somebody typed is never lost: it stands in the form again.
  if (saved.kind === "conflict") return showConflict(needs, drive, { ...form, theirs: saved.theirs })
  const body: FilesBodyView = { kind: "edit", edit: editView(sightAt(drive, at), { path: at, version, text }) }
  if (saved.kind === "not-placed") return showUnplaced(needs, drive, { path: at, why: saved, body })
  const visit = { ...drive, sight: sightAt(drive, at) }
  const page = await filesPage(needs, visit, { body, notice: refusal(drive, saved.why) })
  return htmlPage(<FilesPage page={page} />, { status: statuses[saved.why] })
}

/** For the script, which leaves nobody's text for a page. */
function saveState(drive: Drive, at: string, saved: Saved | NotPlaced): Response {
  const { request } = drive
  const { locale } = visitorOf(request)
  switch (saved.kind) {
    case "saved":
      return htmlFragment(<SavedState version={saved.version} reader={{ locale, now: 0 }} />)
    case "conflict":
      return htmlFragment(null, { status: 409 })
    case "refused":
      return htmlFragment(<RefusedState sentence={refusedSentence(saved.why, locale)} />, {
        status: statuses[saved.why],
      })
    case "not-placed": {
      const { sentence } = unplacedView(request, saved, addressIn(drive, at))
      return htmlFragment(<RefusedState sentence={sentence} />, { status: unplacedStatus(saved) })
    }
  }
}

type Conflict = SaveForm & { theirs: Extract<Saved, { kind: "conflict" }>["theirs"] }

async function showConflict(
  needs: FilesNeeds,
  drive: Drive,
  { path: at, text, merge, theirs }: Conflict,
): Promise<Response> {
  const { request } = drive
  const words = fileWords(visitorOf(request).locale)
  const mine = toForm(text)
  const names = { mine: words.yours, theirs: words.theirs }
  const edited = {
    path: at,
    version: theirs?.version ?? "absent",
    text: merge === "both" && theirs ? bothTexts(mine, theirs.text, names) : mine,
  }
  const conflict = {
    ...editView(sightAt(drive, at), edited),
    // There is nothing to go back to but its folder.
    ...(!theirs && { cancelUrl: addressIn(drive, folderOf(at)) }),
    ...(theirs && { theirs: { text: theirs.text, difference: diffLines(theirs.text, mine).lines } }),
  }
  const visit = { ...drive, sight: sightAt(drive, at) }
  const page = await filesPage(needs, visit, { body: { kind: "conflict", conflict } })
  return htmlPage(<FilesPage page={page} />, { status: merge === undefined ? 409 : 200 })
}

async function upload(
  needs: FilesNeeds,
  drive: Drive,
  { folder, replace }: { folder: string; replace: boolean },
): Promise<Response> {
  const { request } = drive
  const { body, headers } = request
  const type = headers.get("content-type") ?? ""
  if (!body || !isMultipart(type)) return invalid(needs, request)
  const { name } = userOf(request)
  if (!needs.uploads.enter(name)) return refuseUpload(needs, drive, folder)
  try {
    const parts = multipartOf(type, body)
    const stored = await writeIn(needs, drive, (box) => storeParts(box, folder, { parts, replace }))
    if ("kind" in stored) return await showUnplaced(needs, drive, { path: folder, why: stored })
    return await showStored(needs, drive, { folder, stored })
  } catch (error) {
    if (error instanceof NotMultipart) return invalid(needs, request)
    throw error
  } finally {
    needs.uploads.leave(name)
  }
}

function refuseUpload(needs: FilesNeeds, drive: Drive, folder: string): Promise<Response> {
  const sentences = [fileWords(visitorOf(drive.request).locale).tooManyUploads]
  return showPlace(needs, drive, { path: folder, notice: { level: "error", sentences }, status: 429 })
}

/** The script asks about each file by itself and is told in a status; a person sees a page. */
function showStored(
  needs: FilesNeeds,
  drive: Drive,
  { folder, stored }: { folder: string; stored: Uploaded },
): Promise<Response> {
  const [first] = stored.refused
  const notice = uploadNotice(stored, visitorOf(drive.request).locale)
  return showPlace(needs, drive, { path: folder, notice, status: first ? statuses[first.why] : 200, streams: true })
}
