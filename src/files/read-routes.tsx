import { Elysia } from "elysia"
import { PiecesHere } from "../../views/components/pieces-here.tsx"
import { FilesPage } from "../../views/pages/files.tsx"
import type { FilesPageView } from "../../views/props/files.ts"
import { attachment } from "../lib/attachment.ts"
import { parsePath } from "../lib/file-path.ts"
import { imageType } from "../lib/file-text.ts"
import { paths } from "../lib/urls.ts"
import {
  asViewer,
  mayBeCheckout,
  mayWrite,
  type NotPlaced,
  unplacedSentence,
  unplacedView,
  type ViewedLoop,
} from "../loops/index.ts"
import { alone } from "../platform/http/alone.ts"
import { htmlPage, htmlStream } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { checkoutIn, readIn, unplacedStatus } from "./checkout.ts"
import { imageBytes, plainBytes } from "./content.ts"
import { type Download, fileDownload, folderDownload } from "./download.ts"
import { followPlace } from "./follow.tsx"
import { foundPieces } from "./found-pieces.tsx"
import type { FilesNeeds } from "./index.ts"
import { textPieces } from "./long-text.tsx"
import type { LookedFile, Sight } from "./look.ts"
import { bodyOf, filesPage, look, type Seen, sightAt, type Visit, whereOf } from "./pages.ts"
import { addressOf, fileView } from "./present.ts"

/** What everybody may do who sees the loop. */
export const readRoutes = (needs: FilesNeeds) =>
  new Elysia({ name: "files-reading" })
    .get(paths.loopFiles, ({ request, params, query }) => seen(needs, { request, params, query }, showFiles))
    .get(paths.loopFilesFind, ({ request, params, query }) =>
      seen(needs, { request, params, query }, (_, visit) => showFound(needs, visit, query)),
    )
    .get(paths.loopFileImage, ({ request, params, query }) => seen(needs, { request, params, query }, showImage))
    .get(paths.loopFileDownload, ({ request, params, query }) => seen(needs, { request, params, query }, sendDown))
    .get(paths.loopFilesEvents, ({ request, params, query, server }) =>
      seen(needs, { request, params, query }, (_, visit) =>
        mayBeCheckout(visit.loop, visit.sight.checkout)
          ? followPlace(needs, visit, server)
          : needs.showProblem({ status: 404, code: "not-found" }, request),
      ),
    )

interface Asked {
  request: Request
  params: { id: string }
  query: Record<string, unknown>
}

type Answering = (needs: FilesNeeds, visit: Visit) => Response | Promise<Response>

/** Parse and permit, the same for everything that is read. */
function seen(needs: FilesNeeds, { request, params, query }: Asked, answer: Answering): Promise<Response> {
  return asViewer(needs, { request, id: params.id }, (loop) => {
    const sight = sightOf(loop, query)
    return sight
      ? answer(needs, { request, loop, sight })
      : needs.showProblem({ status: 422, code: "invalid" }, request)
  })
}

function sightOf(loop: ViewedLoop, query: Record<string, unknown>): Sight | undefined {
  const path = parsePath(query["path"])
  const from = Number(query["from"] ?? 0)
  if (path === undefined || !Number.isSafeInteger(from) || from < 0) return undefined
  return {
    ...sightAt({ loop, checkout: checkoutIn(query) }, path),
    from,
    hidden: query["hidden"] !== undefined,
    edit: query["edit"] !== undefined,
  }
}

async function showFiles(needs: FilesNeeds, visit: Visit): Promise<Response> {
  const looked = await look(needs, visit)
  if (looked.kind === "file" && looked.content.kind === "ends" && looked.content.whole)
    return showLong(needs, visit, looked)
  const page = await filesPage(needs, visit, { body: bodyOf(visit, looked), follows: looked })
  return htmlPage(<FilesPage page={page} />, { status: statusOf(looked) })
}

/** Whole and without colours, at the pace at which it is read. */
async function showLong(needs: FilesNeeds, visit: Visit, looked: LookedFile): Promise<Response> {
  const { loop, sight } = visit
  const file = { ...fileView(sight, looked, mayWrite(loop)), content: { kind: "long" as const } }
  const page = await filesPage(needs, visit, { body: { kind: "file", file }, follows: looked })
  const open = () =>
    readIn(needs, whereOf(visit), (box) => box.files.open("workdir", sight.path, { maxBytes: plainBytes }))
  const { locale } = visitorOf(visit.request)
  return htmlStream(
    piecewise(page),
    textPieces(open, ({ why }) => unplacedSentence(why, locale)),
  )
}

function statusOf(looked: Seen): number {
  if (looked.kind === "not-placed") return unplacedStatus(looked)
  return looked.kind === "nothing" ? 404 : 200
}

async function showFound(needs: FilesNeeds, visit: Visit, query: Record<string, unknown>): Promise<Response> {
  const words = typeof query["q"] === "string" ? query["q"].trim().slice(0, 200) : ""
  const within = query["in"] === "text" ? "text" : "name"
  const question = { words, within } as const
  const page = await filesPage(needs, visit, { body: { kind: "found" }, search: question })
  if (words === "") return htmlPage(<FilesPage page={page} />)
  return htmlStream(piecewise(page), foundPieces(needs, visit, question))
}

const piecewise = (page: FilesPageView) => (
  <FilesPage page={page}>
    <PiecesHere />
  </FilesPage>
)

async function showImage(needs: FilesNeeds, visit: Visit): Promise<Response> {
  const { path } = visit.sight
  const image = await readIn(needs, whereOf(visit), async (box) => {
    const entry = await box.files.stat("workdir", path)
    if (entry?.kind !== "file" || entry.size > imageBytes) return undefined
    const type = imageType(await box.files.read("workdir", path, { maxBytes: 16 }))
    if (type === undefined) return undefined
    return { type, body: await box.files.open("workdir", path, { maxBytes: imageBytes }) }
  })
  if (image === undefined) return needs.showProblem({ status: 404, code: "no-such-file" }, visit.request)
  if ("kind" in image) return notThere(needs, visit, image)
  return new Response(image.body, { headers: { ...alone, "content-type": image.type } })
}

async function sendDown(needs: FilesNeeds, visit: Visit): Promise<Response> {
  const { path, checkout } = visit.sight
  const download = await readIn(needs, whereOf(visit), async (box): Promise<Download | undefined> => {
    const entry = await box.files.stat("workdir", path)
    if (entry?.kind === "folder") return folderDownload(box, { path, checkout })
    return entry?.kind === "file" ? fileDownload(box, path) : undefined
  })
  if (download === undefined) return needs.showProblem({ status: 404, code: "no-such-file" }, visit.request)
  if ("kind" in download) return notThere(needs, visit, download)
  const headers = { ...alone, "content-type": "application/octet-stream" }
  return new Response(download.body, { headers: { ...headers, "content-disposition": attachment(download.name) } })
}

/** A path through a link or a file leads to nothing; everything else is a reason to try again. */
async function notThere(needs: FilesNeeds, visit: Visit, why: NotPlaced): Promise<Response> {
  if (why.why === "refused") return needs.showProblem({ status: 404, code: "no-such-file" }, visit.request)
  const retryUrl = addressOf(visit.sight, visit.sight.path)
  const unplaced = unplacedView(visit.request, why, retryUrl)
  const page = await filesPage(needs, visit, { body: { kind: "unplaced", unplaced } })
  return htmlPage(<FilesPage page={page} />, { status: unplacedStatus(why) })
}
