import { FilesPage } from "../../views/pages/files.tsx"
import type { FilesBodyView, NoticeView } from "../../views/props/files.ts"
import { type DrivenLoop, type NotPlaced, unplacedView } from "../loops/index.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { unplacedStatus, type Where } from "./checkout.ts"
import type { Changed, Refused } from "./change.ts"
import type { FilesNeeds } from "./index.ts"
import { addressIn, bodyOf, filesPage, look, sightAt } from "./pages.ts"
import { refusedSentence } from "./present.ts"

export const invalid = ({ showProblem }: FilesNeeds, request: Request): Response =>
  showProblem({ status: 422, code: "invalid" }, request)

export interface Drive extends Where<DrivenLoop> {
  request: Request
}

interface Done {
  /** Where somebody stood. */
  from: string
  changed: Changed | NotPlaced
}

/** Leads to what was made, or shows where one stood and why it was not. */
export async function answer(needs: FilesNeeds, drive: Drive, { from, changed }: Done): Promise<Response> {
  if (changed.kind === "changed") return redirectTo(addressIn(drive, changed.path), drive.request)
  if (changed.kind === "not-placed") return showUnplaced(needs, drive, { path: from, why: changed })
  return showRefused(needs, drive, { path: from, why: changed.why })
}

export const statuses: Record<Refused["why"], number> = {
  exists: 409,
  missing: 404,
  denied: 403,
  "bad-name": 422,
  kind: 409,
  limit: 507,
}

export function showRefused(
  needs: FilesNeeds,
  drive: Drive,
  { path: at, why }: { path: string; why: Refused["why"] },
): Promise<Response> {
  return showPlace(needs, drive, { path: at, notice: refusal(drive, why), status: statuses[why] })
}

export const refusal = ({ request }: Drive, why: Refused["why"]): NoticeView => ({
  level: "error",
  sentences: [refusedSentence(why, visitorOf(request).locale)],
})

interface Told {
  path: string
  notice: NoticeView
  status: number
  streams?: boolean
}

/** The place as it is, with word of what came of an attempt. */
export async function showPlace(
  needs: FilesNeeds,
  drive: Drive,
  { path: at, status, notice, streams }: Told,
): Promise<Response> {
  const visit = { ...drive, sight: sightAt(drive, at) }
  const looked = await look(needs, visit)
  const page = await filesPage(needs, visit, {
    body: bodyOf(visit, looked),
    notice,
    ...(streams && { follows: looked }),
  })
  return htmlPage(<FilesPage page={page} />, { status })
}

export async function showUnplaced(
  needs: FilesNeeds,
  drive: Drive,
  { path: at, why, body }: { path: string; why: NotPlaced; body?: FilesBodyView },
): Promise<Response> {
  const visit = { ...drive, sight: sightAt(drive, at) }
  const unplaced = unplacedView(drive.request, why, addressIn(drive, at))
  const notice = body && { level: "error" as const, sentences: [unplaced.sentence] }
  const page = await filesPage(needs, visit, { body: body ?? { kind: "unplaced", unplaced }, notice })
  return htmlPage(<FilesPage page={page} />, { status: unplacedStatus(why) })
}
