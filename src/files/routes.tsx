import { Elysia } from "elysia"
import { FilesPage } from "../../views/pages/files.tsx"
import { parsePath } from "../lib/file-path.ts"
import { paths } from "../lib/urls.ts"
import { linkLost, type NotPlaced, unplacedView, type ViewedLoop } from "../loops/index.ts"
import { htmlPage } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { folderPage } from "./folder.ts"
import type { FilesNeeds } from "./index.ts"
import { crumbViews, type FilesBody, folderView, here, type Sight, titleOf } from "./present.ts"

/** A loop's files as pages. */
export const filesRoutes = (needs: FilesNeeds) =>
  new Elysia({ name: "files" }).get(paths.loopFiles, async ({ request, params, query }) => {
    const viewed = await needs.loops.forViewer(params.id, userOf(request))
    if (viewed.kind !== "viewed") return needs.showProblem({ status: 404, code: "not-found" }, request)
    const sight = sightOf(viewed.loop.record.id, query)
    if (!sight) return needs.showProblem({ status: 422, code: "invalid" }, request)
    return showFiles(needs, { request, loop: viewed.loop, sight })
  })

interface Visit {
  request: Request
  loop: ViewedLoop
  sight: Sight
}

function sightOf(loop: string, query: Record<string, unknown>): Sight | undefined {
  const path = parsePath(query["path"])
  const from = Number(query["from"] ?? 0)
  if (path === undefined || !Number.isSafeInteger(from) || from < 0) return undefined
  return { loop, path, from, hidden: query["hidden"] !== undefined }
}

async function showFiles(needs: FilesNeeds, visit: Visit): Promise<Response> {
  const { request, loop, sight } = visit
  const { locale } = visitorOf(request)
  const [around, looked] = await Promise.all([
    needs.workbench.page(request, loop, { panel: "files", title: titleOf(sight, locale) }),
    look(needs, visit),
  ])
  const page = { ...around, crumbs: crumbViews(sight, locale), body: bodyOf(visit, looked) }
  return htmlPage(<FilesPage page={page} />, { status: looked.kind === "not-placed" ? 503 : 200 })
}

type Looked = NotPlaced | ({ kind: "folder" } & ReturnType<typeof folderPage>)

async function look({ workbench }: FilesNeeds, { loop, sight }: Visit): Promise<Looked> {
  const placed = await workbench.toRead(loop)
  if (placed.kind !== "placed") return placed
  try {
    const listed = await placed.box.files.list("workdir", sight.path, { maxEntries: 10_000 })
    return { kind: "folder", ...folderPage(listed.entries, sight) }
  } catch (error) {
    return linkLost(error)
  }
}

function bodyOf({ request, sight }: Visit, looked: Looked): FilesBody {
  if (looked.kind === "folder") return { kind: "folder", folder: folderView(sight, looked) }
  return { kind: "unplaced", unplaced: unplacedView(request, looked, here(sight)) }
}
