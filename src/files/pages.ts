import type { CheckoutView } from "../../views/props/checkouts.ts"
import type { FilesBodyView, FilesPageView, NoticeView, OpenFilesView } from "../../views/props/files.ts"
import { folderOf, nameOf, pathText, shownPath } from "../lib/file-path.ts"
import { isEditable } from "../lib/file-text.ts"
import { urls } from "../lib/urls.ts"
import { listCheckouts, mayWrite, type NotPlaced, unplacedView, type ViewedLoop } from "../loops/index.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { readIn, type Where } from "./checkout.ts"
import type { FilesNeeds } from "./index.ts"
import { type Looked, lookAt, seenMark, type Sight } from "./look.ts"
import { addressOf, crumbViews, editView, fileView, folderView, placeOf, titleOf } from "./present.ts"

/** A request by somebody who may look at a place in a loop's files. */
export interface Visit {
  request: Request
  loop: ViewedLoop
  sight: Sight
}

export const sightAt = ({ loop, checkout }: Where, path: string): Sight => ({
  ...{ loop: loop.record.id, checkout, path, from: 0, hidden: false, edit: false },
})

export interface Shown {
  body: FilesBodyView
  notice?: NoticeView | undefined
  search?: Partial<FilesPageView["search"]>
  /** What the page shows, to follow what happens to it from then on. */
  follows?: Seen | undefined
}

/** A page of the files panel around its body. */
export async function filesPage(needs: FilesNeeds, visit: Visit, shown: Shown): Promise<FilesPageView> {
  const { request, loop, sight } = visit
  const { locale } = visitorOf(request)
  const { id } = loop.record
  const around = await needs.workbench.page(request, loop, {
    panel: "files",
    title: titleOf(sight.path, locale),
    ...(shown.follows && { streamUrl: streamOf(id, sight, shown.follows) }),
  })
  const edits = shown.body.kind === "edit" || shown.body.kind === "conflict"
  return {
    ...around,
    ...(edits && { also: needs.editor }),
    crumbs: crumbViews(sight, locale),
    checkouts: shown.body.kind === "unplaced" ? [] : await checkoutsFor(needs, visit),
    search: { url: urls.loopFilesFind(id), checkout: sight.checkout, words: "", within: "name", ...shown.search },
    notice: shown.notice,
    open: openView(sight, shown.body),
    body: shown.body,
  }
}

/** There is nothing to choose where there is one. */
async function checkoutsFor({ workbench }: FilesNeeds, { loop, sight }: Visit): Promise<CheckoutView[]> {
  const found = await workbench.read(loop, async (box) => listCheckouts(box, loop))
  if ("kind" in found || found.length < 2) return []
  return found.map(({ name }) => ({
    ...{ name, current: name === (sight.checkout ?? "workdir") },
    url: addressOf({ loop: loop.record.id, ...(name !== "workdir" && { checkout: name }) }, ""),
  }))
}

function streamOf(id: string, sight: Sight, seen: Seen): string {
  const mark = seen.kind === "not-placed" ? {} : { seen: seenMark(seen) }
  return urls.loopFilesEvents(id, { ...placeOf(sight), ...(sight.edit && { edit: 1 }), ...mark })
}

function openView(sight: Sight, { kind }: FilesBodyView): OpenFilesView {
  const { loop, checkout, path } = sight
  const place = { loop, folderUrl: addressOf({ loop, checkout }, folderOf(path)) }
  // No path of the working folder begins with a slash.
  const named = checkout === undefined ? pathText(path) : `//${checkout}/${pathText(path)}`
  if (kind === "nothing") return { ...place, gone: named }
  const edits = kind === "edit" || kind === "conflict"
  if (kind !== "file" && !edits) return place
  const url = addressOf(sight, path, edits ? { edit: 1 } : {})
  return { ...place, current: { path: named, name: shownPath(nameOf(path)), url } }
}

export type Seen = Looked | NotPlaced

/** What is there, or why it cannot be looked at. */
export const look = (needs: FilesNeeds, visit: Pick<Visit, "loop" | "sight">): Promise<Seen> =>
  readIn(needs, whereOf(visit), (box) => lookAt(box, visit.sight, needs.clock))

export const whereOf = ({ loop, sight }: Pick<Visit, "loop" | "sight">): Where => ({ loop, checkout: sight.checkout })

/** As a page's body. */
export function bodyOf({ request, loop, sight }: Visit, seen: Seen): FilesBodyView {
  switch (seen.kind) {
    case "not-placed":
      return { kind: "unplaced", unplaced: unplacedView(request, seen, urls.loopFiles(sight.loop, placeOf(sight))) }
    case "nothing":
      return { kind: "nothing" }
    case "folder":
      return { kind: "folder", folder: folderView(sight, seen, mayWrite(loop)) }
    case "file":
      return editBody(loop, sight, seen) ?? { kind: "file", file: fileView(sight, seen, mayWrite(loop)) }
  }
}

/** The text in a form, for whoever may change it and asked to. */
function editBody(
  loop: ViewedLoop,
  sight: Sight,
  { content }: Extract<Looked, { kind: "file" }>,
): FilesBodyView | undefined {
  const { edit, path } = sight
  if (!edit || !mayWrite(loop) || content.kind !== "text" || !isEditable(content.text)) return undefined
  return { kind: "edit", edit: editView(sight, { path, ...content }) }
}

export const addressIn = ({ loop, checkout }: Where, path: string): string =>
  addressOf({ loop: loop.record.id, checkout }, path)
