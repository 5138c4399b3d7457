import type { ShelfName } from "../lib/context-urls.ts"
import { fromForm, toForm } from "../lib/file-text.ts"
import { mergeTexts } from "../lib/merge-texts.ts"
import type { Book } from "./books.ts"
import { land, type Landed, type LandNeeds, type Plan } from "./land.ts"
import type { Person } from "./person.ts"

export interface SavedText {
  shelf: ShelfName
  person: Person
  path: string
  /** Id of the content that the text was opened from, or `absent`. */
  base: string
  /** As the form sent it. */
  text: string
  message?: string
  proposal?: string | undefined
  /** Nothing is joined: whoever is behind is told so. */
  strict?: boolean
}

export const absent = "absent"

export type Saved =
  /** `blob`: what is in the file from now on. `joined`: whose change the text was joined with. */
  | { kind: "saved"; blob: string; commit?: string; proposal?: string; joined?: string }
  | Conflict
  /** Somebody else's version is there, and nothing was done. */
  | { kind: "behind" }
  | Exclude<Landed, { kind: "landed" | "unchanged" }>

interface Conflict {
  kind: "conflict"
  /** Undefined: the document is gone, or no text any more. */
  theirs: { text: string; blob: string } | undefined
}

/** What a plan found, for words about it afterwards. */
interface Found {
  joined?: string
}

/** One commit with the text; on top of somebody else's change both are joined, and where they collide nothing is done. */
export async function saveText(needs: LandNeeds, wanted: SavedText): Promise<Saved> {
  const found: Found = {}
  const { shelf, person, path, proposal } = wanted
  const landed = await land(needs, { shelf, person, paths: [path], proposal }, (book) => planSave(book, wanted, found))
  switch (landed.kind) {
    case "landed": {
      const after = await needs.books.openAt(shelf, person, landed.commit)
      return { ...landed, ...found, kind: "saved", blob: after?.at(path)?.blob ?? absent }
    }
    case "unchanged": {
      const now = await needs.books.open(shelf, person)
      return { kind: "saved", blob: now.at(path)?.blob ?? absent }
    }
    default:
      return landed
  }
}

async function planSave(book: Book, wanted: SavedText, found: Found): Promise<Plan | Conflict | { kind: "behind" }> {
  delete found.joined
  const { path, base, text, strict } = wanted
  const file = book.at(path)
  const now = file && (await book.text(file))
  if ((file?.blob ?? absent) === base) return planned(wanted, fromForm(text, now ?? ""))
  if (strict) return { kind: "behind" }
  if (file === undefined || now === undefined) return { kind: "conflict", theirs: undefined }
  const joined = await joinTexts(book, wanted, now)
  if (joined === undefined) return { kind: "conflict", theirs: { text: toForm(now), blob: file.blob } }
  if (joined !== now) found.joined = await lastAuthor(book, path)
  return planned(wanted, joined)
}

/** Undefined: they collide, or nobody knows any more what the text was opened from. */
async function joinTexts(book: Book, { base, text }: SavedText, now: string): Promise<string | undefined> {
  const was = base === absent ? undefined : await textOf(book, base)
  const mine = fromForm(text, was ?? now)
  if (mine === now) return now
  if (was === undefined) return undefined
  const merged = mergeTexts({ base: was, mine, theirs: now })
  return merged.kind === "clean" ? merged.text : undefined
}

const planned = ({ path, message }: SavedText, text: string): Plan => ({
  kind: "plan",
  changes: [{ path, text }],
  message: message?.trim() || path,
})

async function textOf(book: Book, blob: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40,64}$/.test(blob)) return undefined
  return book.text({ path: "", blob, mode: "file" })
}

async function lastAuthor(book: Book, path: string): Promise<string> {
  const [last] = await book.repository.history({ from: book.commit, path, limit: 1 })
  return last?.author.name ?? ""
}
