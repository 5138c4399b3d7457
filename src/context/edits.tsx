import type { ContextEditView } from "../../views/props/context.ts"
import { contextUrls } from "../lib/context-urls.ts"
import { nameOf, pathText, shownPath } from "../lib/file-path.ts"
import { isEditable, toForm } from "../lib/file-text.ts"
import { lookAt } from "./look.ts"
import { mustPropose } from "./land.ts"
import type { RouteNeeds } from "./needs.ts"
import { placeUrl } from "./places.ts"
import { absent } from "./save.ts"
import { showPage, showPlace, type Told, titleOf } from "./shows.tsx"
import type { Visit } from "./visit-routes.ts"

/** A text as it stands in the form, and what it was opened from. */
export interface Opened {
  text: string
  base: string
  draftAt?: number
  /** What came of an attempt to save it. */
  told?: Told
}

/** The form for a document: as it is, as an older version was, or as its author left it as a draft. */
export async function showEdit(needs: RouteNeeds, visit: Visit): Promise<Response> {
  const opened = await openText(needs, visit)
  return opened ? showForm(needs, visit, opened) : showPlace(needs, { ...visit, view: "page" })
}

/** Undefined: there is something at this place that is no text to be changed. */
async function openText({ kept }: RouteNeeds, visit: Visit): Promise<Opened | undefined> {
  const { person, book, shown, path, at } = visit
  if (path === "" || !path.isWellFormed()) return undefined
  const text = await textAt(visit)
  if (text === undefined) return undefined
  const draft = at === undefined ? await kept.draft(person.name, { shelf: book.shelf, path }) : undefined
  if (draft) return { text: draft.text, base: draft.base, draftAt: draft.at }
  // An older version is saved on top of what is there now.
  const base = (at === undefined ? shown : book).at(path)?.blob ?? absent
  return { text, base }
}

async function textAt({ shown, path }: Visit): Promise<string | undefined> {
  const looked = await lookAt(shown, path)
  if (looked.kind === "nothing") return firstText(path)
  const isText = looked.kind === "document" || looked.kind === "text"
  return isText && isEditable(looked.text) ? toForm(looked.text) : undefined
}

/** What a new document begins with. */
function firstText(path: string): string {
  if (path === "focus.md") return "## pinned\n\n## listed\n"
  return /\.md$/i.test(path) ? `# ${nameOf(path).replace(/\.md$/i, "")}\n\n` : ""
}

export function showForm(needs: RouteNeeds, visit: Visit, opened: Opened): Response {
  const edit = editView(needs, visit, opened)
  return showPage(
    needs,
    { ...visit, view: "edit" },
    {
      ...{ heading: titleOf(visit), body: { kind: "edit" as const, edit }, ...opened.told },
      looked: { kind: "nothing" },
    },
  )
}

function editView(needs: RouteNeeds, visit: Visit, { text, base, draftAt }: Opened): ContextEditView {
  const { person, book, path, proposal } = visit
  const { shelf } = book
  return {
    ...{ shelf, path: pathText(path), name: shownPath(nameOf(path)), version: base, text },
    saveUrl: contextUrls.save(shelf),
    cancelUrl: placeUrl(shelf, path),
    draftUrl: contextUrls.draft,
    ...(draftAt !== undefined && { draft: { at: draftAt, discardUrl: contextUrls.draftDiscard } }),
    proposes: mustPropose(needs, { shelf, person, paths: [path] }),
    ...(proposal !== undefined && { proposal }),
    isNew: base === absent,
    goesOn: base === absent,
  }
}
