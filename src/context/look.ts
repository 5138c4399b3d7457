import { folderOf } from "../lib/file-path.ts"
import { imageType } from "../lib/file-text.ts"
import { plainPath } from "../lib/document-links.ts"
import type { FileAt } from "../repos/index.ts"
import { type Book, longestText } from "./books.ts"
import { type Entry, entriesIn, isFolder } from "./entries.ts"
import { isInVault } from "./person.ts"

/** What there is at a path. */
export type Looked =
  | { kind: "nothing" }
  | { kind: "folder"; entries: Entry[] }
  | LookedFile
  | { kind: "link"; file: FileAt; target: string; leadsTo: string | undefined }
  /** Only its name is shown. */
  | { kind: "vault" | "module"; file: FileAt }

export type LookedFile = { file: FileAt } & (
  { kind: "document" | "text"; text: string } | { kind: "image" | "binary"; bytes: number } | { kind: "long" }
)

export const isDocument = (path: string): boolean => /\.(md|markdown)$/i.test(path)

/** Bytes of a picture that is shown in a page, and of a file that is sent whole. */
export const mostShown = 20 << 20
const longestTarget = 4_096

export async function lookAt(book: Book, path: string): Promise<Looked> {
  const file = book.at(path)
  if (!file)
    return isFolder(book.files, path) ? { kind: "folder", entries: entriesIn(book.files, path) } : { kind: "nothing" }
  if (isInVault(book.shelf, path)) return { kind: "vault", file }
  if (file.mode === "module") return { kind: "module", file }
  return file.mode === "link" ? lookAtLink(book, file) : lookAtFile(book, file)
}

async function lookAtFile(book: Book, file: FileAt): Promise<LookedFile> {
  const text = await book.text(file)
  if (text !== undefined) return { kind: isDocument(file.path) ? "document" : "text", file, text }
  const read = await book.repository.read(file.blob, mostShown)
  if (read?.kind !== "content") return { kind: "long", file }
  const bytes = read.content.length
  if (imageType(read.content) !== undefined) return { kind: "image", file, bytes }
  return bytes > longestText ? { kind: "long", file } : { kind: "binary", file, bytes }
}

/** A link is never followed: its words are shown, with a way to what they name in the same context. */
async function lookAtLink(book: Book, file: FileAt): Promise<Looked> {
  const read = await book.repository.read(file.blob, longestTarget)
  const target = read?.kind === "content" ? Buffer.from(read.content).toString("utf8") : ""
  const to = target.startsWith("/") ? undefined : plainPath(folderOf(file.path), target)
  const leads = to !== undefined && to !== "" && (book.at(to) !== undefined || isFolder(book.files, to))
  return { kind: "link", file, target, leadsTo: leads ? to : undefined }
}
