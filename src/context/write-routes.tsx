import { Elysia } from "elysia"
import { z } from "zod"
import { RefusedState, SavedState } from "../../views/components/editor-field.tsx"
import { contextPaths, contextUrls } from "../lib/context-urls.ts"
import { folderOf, nameOf, parsePath, pathText, shownPath } from "../lib/file-path.ts"
import { toForm } from "../lib/file-text.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlFragment, isFragment, redirectTo } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { type Changed, linksTo, moveTo, removeAt } from "./changes.ts"
import { showForm } from "./edits.tsx"
import { isFolder } from "./entries.ts"
import type { RouteNeeds } from "./needs.ts"
import { pathField, placeUrl } from "./places.ts"
import { type Saved, saveText } from "./save.ts"
import { errorNotice, refusalSentence, refusalStatus } from "./says.ts"
import { showPage, showPlace } from "./shows.tsx"
import { takeUpload } from "./upload.tsx"
import { atPlace, type Visit } from "./visit-routes.ts"

const SaveForm = z.object({
  path: pathField,
  version: z.string().max(64),
  text: z.string(),
  message: z.string().max(200).optional(),
  proposal: z.string().max(100).optional(),
  held: z.string().max(32).optional(),
})
type SaveForm = z.infer<typeof SaveForm>
const MoveForm = z.object({ path: pathField, to: z.string().max(4_096), links: z.literal("1").optional() })
const RemoveForm = z.object({ path: pathField })
/** A text of a megabyte, percent-encoded by a form. */
const largestText = 5 << 20

/** Changing documents: each of these is one commit. */
export const writeRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-writing" })
    .post(
      contextPaths.contextSave,
      ({ request, params }) => withForm(needs, { request, params, form: SaveForm, maxBytes: largestText }, save),
      raw,
    )
    .post(
      contextPaths.contextMove,
      ({ request, params }) => withForm(needs, { request, params, form: MoveForm }, move),
      raw,
    )
    .get(contextPaths.contextDelete, ({ request, params, query }) =>
      atPlace(needs, { request, params, query }, askRemove),
    )
    .post(
      contextPaths.contextDelete,
      ({ request, params }) => withForm(needs, { request, params, form: RemoveForm }, remove),
      raw,
    )
    .post(
      contextPaths.contextUpload,
      ({ request, params, query }) => atPlace(needs, { request, params, query }, takeUpload),
      raw,
    )

interface Sent<F> {
  request: Request
  params: { shelf: string }
  form: z.ZodType<F>
  maxBytes?: number
}

async function withForm<F>(
  needs: RouteNeeds,
  { request, params, form: schema, maxBytes }: Sent<F>,
  answer: (needs: RouteNeeds, visit: Visit, form: F) => Promise<Response>,
): Promise<Response> {
  const form = await readForm(request, schema, maxBytes === undefined ? {} : { maxBytes })
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  return atPlace(needs, { request, params, query: {} }, (_, visit) => answer(needs, visit, form.value))
}

async function save(needs: RouteNeeds, visit: Visit, form: SaveForm): Promise<Response> {
  const { request, person, book } = visit
  const { path, version: base, text, message = "", proposal } = form
  const wanted = { shelf: book.shelf, person, path, base, text, message, proposal, strict: isFragment(request) }
  const saved = await saveText(needs, wanted)
  if (saved.kind === "saved") {
    await needs.kept.dropDraft(person.name, { shelf: book.shelf, path })
    if (form.held !== undefined) await needs.kept.release(person.name, form.held)
  }
  if (isFragment(request)) return saveState(request, saved, text)
  return showSaved(needs, { ...visit, path, proposal }, { form, saved })
}

/** For the script, which leaves nobody's text for a page. */
function saveState(request: Request, saved: Saved, text: string): Response {
  const { locale } = visitorOf(request)
  switch (saved.kind) {
    case "saved":
      return htmlFragment(<SavedState version={saved.blob} reader={{ locale, now: 0 }} />)
    case "conflict":
    case "behind":
      return htmlFragment(null, { status: 409 })
    case "refused":
    case "busy":
      return htmlFragment(<RefusedState sentence={refusalSentence(saved, locale, text)} />, {
        status: refusalStatus(saved),
      })
  }
}

interface Attempt {
  form: SaveForm
  saved: Saved
}

async function showSaved(needs: RouteNeeds, visit: Visit, { form, saved }: Attempt): Promise<Response> {
  const { request } = visit
  const { locale } = visitorOf(request)
  switch (saved.kind) {
    case "saved":
      return redirectTo(urlOf(visit, saved), request)
    case "behind":
      throw new Error("only a save without a page can be behind")
    case "conflict":
      return hold(needs, visit, form)
    case "refused":
    case "busy": {
      const sentence = refusalSentence(saved, locale, toForm(form.text))
      const told = { notice: errorNotice(sentence), status: refusalStatus(saved) }
      // What somebody typed is never lost: it stands in the form again.
      return showForm(needs, visit, { text: toForm(form.text), base: form.version, told })
    }
  }
}

/** Where the text is now, with what became of it. */
function urlOf({ book, path }: Visit, { proposal, joined }: Extract<Saved, { kind: "saved" }>): string {
  if (proposal !== undefined) return contextUrls.proposal(book.shelf, proposal, { said: "proposed" })
  return placeUrl(book.shelf, path, joined === undefined ? { said: "saved" } : { said: "joined", with: joined })
}

/** The text is kept beside the document until its author has decided. */
async function hold(needs: RouteNeeds, visit: Visit, form: SaveForm): Promise<Response> {
  const { request, person, book, path } = visit
  const text = { shelf: book.shelf, path, base: form.version, text: toForm(form.text), proposal: form.proposal }
  const held = await needs.kept.hold(person.name, text)
  if (!held) {
    const notice = errorNotice(contextWords(visitorOf(request).locale).tooManyHeld)
    return showForm(needs, visit, { text: text.text, base: form.version, told: { notice, status: 409 } })
  }
  await needs.kept.dropDraft(person.name, text)
  if (form.held !== undefined) await needs.kept.release(person.name, form.held)
  return redirectTo(contextUrls.held(held.id), request)
}

async function move(needs: RouteNeeds, visit: Visit, form: z.infer<typeof MoveForm>): Promise<Response> {
  const { person, book } = visit
  const to = parsePath(form.to.trim()) ?? ""
  const refused = { kind: "refused", code: "name", path: to } as const
  const wanted = { shelf: book.shelf, person, path: form.path, to, links: form.links === "1" }
  const changed = to === "" ? refused : await moveTo(needs, wanted)
  return showChanged(needs, visit, { changed, from: form.path, to })
}

async function remove(needs: RouteNeeds, visit: Visit, { path }: z.infer<typeof RemoveForm>): Promise<Response> {
  const { person, book } = visit
  const changed = await removeAt(needs, { shelf: book.shelf, person, path })
  return showChanged(needs, visit, { changed, from: path, to: folderOf(path) })
}

/** Leads to where the thing is now, or shows where one stood and why nothing was done. */
async function showChanged(
  needs: RouteNeeds,
  visit: Visit,
  { changed, from, to }: { changed: Changed; from: string; to: string },
): Promise<Response> {
  const { request, book } = visit
  if (changed.kind === "unchanged") return redirectTo(placeUrl(book.shelf, to), request)
  if (changed.kind === "landed") {
    const { proposal } = changed
    if (proposal === undefined) return redirectTo(placeUrl(book.shelf, to, { said: "saved" }), request)
    return redirectTo(contextUrls.proposal(book.shelf, proposal, { said: "proposed" }), request)
  }
  const notice = errorNotice(refusalSentence(changed, visitorOf(request).locale))
  return showPlace(needs, { ...visit, path: from }, { notice, status: refusalStatus(changed) })
}

function askRemove(needs: RouteNeeds, visit: Visit): Response | Promise<Response> {
  const { book, path } = visit
  if (path === "" || !(book.at(path) || isFolder(book.files, path))) return showPlace(needs, visit)
  const inside = book.files.filter((file) => file.path.startsWith(`${path}/`)).length
  return showPage(needs, visit, {
    body: {
      kind: "remove",
      remove: {
        name: shownPath(nameOf(path)),
        path: pathText(path),
        ...(inside > 0 && { files: inside }),
        links: linksTo(book, path),
        deleteUrl: contextUrls.delete(book.shelf),
        cancelUrl: placeUrl(book.shelf, path),
      },
    },
  })
}
