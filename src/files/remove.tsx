import { z } from "zod"
import { FilesPage } from "../../views/pages/files.tsx"
import { folderOf, nameOf, pathText, shownPath } from "../lib/file-path.ts"
import { urls } from "../lib/urls.ts"
import { htmlPage } from "../platform/http/html.ts"
import { type Changed, countInside, removeAt } from "./change.ts"
import { pathField } from "./forms.ts"
import { readIn, writeIn } from "./checkout.ts"
import type { FilesNeeds } from "./index.ts"
import { addressIn, filesPage, sightAt } from "./pages.ts"
import { answer, type Drive, showRefused, showUnplaced } from "./replies.tsx"

/** `loss`: what the question said of it; that something is lost for good is known before. */
export const RemoveForm = z.object({
  path: pathField,
  loss: z.enum(["nothing", "kept", "lost"]).default("kept"),
})

export async function askRemove(needs: FilesNeeds, drive: Drive, at: string): Promise<Response> {
  const visit = { ...drive, sight: sightAt(drive, at) }
  const asked = await readIn(needs, drive, async (box, whole) => {
    const entry = await box.files.stat("workdir", at)
    const count = entry?.kind === "folder" ? await countInside(box, at) : 0
    return { entry, count, loss: entry ? await needs.keeping.loss(whole, at) : ("nothing" as const) }
  })
  if ("kind" in asked) return showUnplaced(needs, drive, { path: at, why: asked })
  if (!asked.entry) return showRefused(needs, drive, { path: at, why: "missing" })
  const remove = {
    name: shownPath(nameOf(at)),
    path: pathText(at),
    isFolder: asked.entry.kind === "folder",
    count: asked.count,
    loss: asked.loss,
    deleteUrl: urls.loopFileDelete(drive.loop.record.id, undefined, drive.checkout),
    cancelUrl: addressIn(drive, at),
  }
  const page = await filesPage(needs, visit, { body: { kind: "remove", remove } })
  return htmlPage(<FilesPage page={page} />)
}

/** What git does not have is kept first; what cannot be kept is deleted by whoever was told so. */
export async function remove(needs: FilesNeeds, drive: Drive, { path: gone, loss }: z.infer<typeof RemoveForm>) {
  const changed = await writeIn(needs, drive, async (box, whole): Promise<Changed | "ask"> => {
    if (gone !== "" && loss !== "lost" && (await needs.keeping.keep(whole, gone)) === "lost") return "ask"
    return removeAt(box, gone)
  })
  if (changed === "ask") return askRemove(needs, drive, gone)
  const lead = changed.kind === "changed" ? { ...changed, path: folderOf(gone) } : changed
  return answer(needs, drive, { from: gone, changed: lead })
}
