import { contextUrls } from "../lib/context-urls.ts"
import { joined, parsePath } from "../lib/file-path.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { isMultipart, multipartOf, NotMultipart, type Part } from "../lib/multipart.ts"
import { redirectTo } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { storeFiles, type UploadedFile } from "./changes.ts"
import type { RouteNeeds } from "./needs.ts"
import { placeUrl } from "./places.ts"
import { errorNotice, refusalSentence, refusalStatus } from "./says.ts"
import { showPlace } from "./shows.tsx"
import type { Visit } from "./visit-routes.ts"

/** Bytes of one file, and of all files of one upload. */
const mostOfFile = 10 << 20
const mostOfAll = 50 << 20

interface Taken {
  files: UploadedFile[]
  replace: boolean
}

/** Files of a form in one commit. */
export async function takeUpload(needs: RouteNeeds, visit: Visit): Promise<Response> {
  const { request, person, book, path: folder } = visit
  const words = contextWords(visitorOf(request).locale)
  const tell = (sentence: string, status: number) => showPlace(needs, visit, { notice: errorNotice(sentence), status })
  const taken = await readParts(request)
  if (taken === "too-large") return tell(words.uploadTooLarge, 413)
  if (taken === undefined || taken.files.length === 0) return tell(words.uploadNothing, 422)
  const stored = await storeFiles(needs, { shelf: book.shelf, person, folder, ...taken })
  switch (stored.kind) {
    case "landed": {
      const { proposal } = stored
      const done = placeUrl(book.shelf, folder, { said: "saved" })
      const waits = proposal && contextUrls.proposal(book.shelf, proposal, { said: "proposed" })
      return redirectTo(waits ?? done, request)
    }
    case "unchanged":
      return redirectTo(placeUrl(book.shelf, folder), request)
    case "taken":
      return tell(words.uploadTaken(stored.names.join(", ")), 409)
    default:
      return tell(refusalSentence(stored, visitorOf(request).locale), refusalStatus(stored))
  }
}

/** Undefined for what is no form with files. */
async function readParts(request: Request): Promise<Taken | "too-large" | undefined> {
  const type = request.headers.get("content-type") ?? ""
  if (!isMultipart(type) || !request.body) return undefined
  const taken: Taken = { files: [], replace: false }
  let bytes = 0
  try {
    for await (const part of multipartOf(type, request.body)) {
      const read = await readPart(part, Math.min(mostOfFile, mostOfAll - bytes))
      if (read === "too-large") return read
      bytes += read.length
      const name = part.filename === undefined ? undefined : parsePath(part.filename)
      if (name !== undefined && name !== "") taken.files.push({ name: joined("", name), bytes: read })
      else if (part.name === "replace") taken.replace = Buffer.from(read).toString() === "1"
    }
  } catch (error) {
    if (error instanceof NotMultipart) return undefined
    throw error
  }
  return taken
}

async function readPart({ body }: Part, most: number): Promise<Uint8Array | "too-large"> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > most) return "too-large"
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
