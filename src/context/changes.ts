import type { ShelfName } from "../lib/context-urls.ts"
import { followMove } from "../lib/document-move.ts"
import { keyOf } from "../lib/document-links.ts"
import { joined, nameOf } from "../lib/file-path.ts"
import type { Change, FileAt } from "../repos/index.ts"
import type { Book } from "./books.ts"
import { isFolder } from "./entries.ts"
import { land, type Landed, type LandNeeds, type Plan } from "./land.ts"
import { isDocument } from "./look.ts"
import type { Person } from "./person.ts"

export type Changed = Landed | { kind: "missing" } | { kind: "exists" }

interface Place {
  shelf: ShelfName
  person: Person
  path: string
}

/** Removes a file, or a folder with all that is in it. */
export const removeAt = (needs: LandNeeds, { path, ...where }: Place): Promise<Changed> =>
  land(needs, { ...where, paths: [path] }, async (book): Promise<Plan | { kind: "missing" }> =>
    isThere(book, path)
      ? { kind: "plan", changes: [{ path, gone: true }], message: `Remove ${path}` }
      : { kind: "missing" },
  )

export interface Move extends Place {
  to: string
  /** Links of other documents are led to the new place in the same commit. */
  links: boolean
}

/** Gives a file or a folder another path. */
export const moveTo = (needs: LandNeeds, { path, to, links, ...where }: Move): Promise<Changed> =>
  land(needs, { ...where, paths: [path, to] }, async (book): Promise<Plan | { kind: "missing" | "exists" }> => {
    if (!isThere(book, path)) return { kind: "missing" }
    if (isThere(book, to) || to.startsWith(`${path}/`)) return { kind: "exists" }
    const followed = links ? await linksFollowing(book, { path, to }) : []
    return { kind: "plan", changes: [{ path: to, movedFrom: path }, ...followed], message: `Move ${path} to ${to}` }
  })

const isThere = (book: Book, path: string) => path !== "" && (book.at(path) !== undefined || isFolder(book.files, path))

/** Every document whose links would not lead there any more, with the links that do. */
async function linksFollowing(book: Book, { path, to }: { path: string; to: string }): Promise<Change[]> {
  const moved = (one: string) => {
    if (one === path) return to
    return one.startsWith(`${path}/`) ? joined(to, one.slice(path.length + 1)) : undefined
  }
  const before = namesOf(book.files.map((file) => file.path))
  const after = namesOf(book.files.map((file) => moved(file.path) ?? file.path))
  const changes: Change[] = []
  for (const file of book.files) {
    if (!isDocument(file.path)) continue
    const text = await book.text(file)
    if (text === undefined) continue
    const place = { from: file.path, to: moved(file.path) ?? file.path }
    const led = followMove(text, { ...place, moved, before, after })
    if (led !== text) changes.push({ path: place.to, text: led })
  }
  return changes
}

function namesOf(paths: readonly string[]) {
  const byKey = Map.groupBy([...paths].sort(), keyOf)
  return { named: (key: string): readonly string[] => byKey.get(key) ?? [] }
}

export interface UploadedFile {
  /** Below the folder, with folders of its own perhaps. */
  name: string
  bytes: Uint8Array
}

export interface Uploading {
  shelf: ShelfName
  person: Person
  folder: string
  files: readonly UploadedFile[]
  /** Files of the same names are written over. */
  replace: boolean
}

/** All files of one upload in one commit; where one of them is there already, none of them. */
export const storeFiles = (
  needs: LandNeeds,
  { folder, files, replace, ...where }: Uploading,
): Promise<Landed | { kind: "taken"; names: string[] }> =>
  land(
    needs,
    { ...where, paths: files.map(({ name }) => joined(folder, name)) },
    async (book): Promise<Plan | { kind: "taken"; names: string[] }> => {
      const taken = replace ? [] : files.filter(({ name }) => isThere(book, joined(folder, name)))
      if (taken.length > 0) return { kind: "taken", names: taken.map(({ name }) => name) }
      const changes = files.map(({ name, bytes }) => ({ path: joined(folder, name), bytes }))
      const [first] = files
      const message = files.length === 1 && first ? `Add ${nameOf(first.name)}` : `Add ${files.length} files`
      return { kind: "plan", changes, message }
    },
  )

/** A line for the inbox: whatever is written becomes one bullet at its end, and no other line is touched. */
export const noteLine = (
  needs: LandNeeds,
  { person, text }: { person: Person; text: string },
): Promise<Landed | { kind: "unreadable" }> =>
  land(needs, { shelf: "notes", person, paths: [inboxPath] }, async (book): Promise<Plan | { kind: "unreadable" }> => {
    const file = book.at(inboxPath)
    const before = file ? await book.text(file) : ""
    if (before === undefined) return { kind: "unreadable" }
    const end = before.includes("\r\n") ? "\r\n" : "\n"
    const ended = before === "" || before.endsWith("\n") ? before : `${before}${end}`
    const line = text.trim().replace(/\s*\n\s*/g, " ")
    return { kind: "plan", changes: [{ path: inboxPath, text: `${ended}- ${line}${end}` }], message: "Note to inbox" }
  })

export const inboxPath = "inbox.md"

/** How many other documents link to a file, or to one in a folder. */
export const linksTo = (
  { files, index }: { files: readonly FileAt[]; index: { backlinks(path: string): { path: string }[] } },
  path: string,
): number => {
  const inside = files.filter((file) => file.path === path || file.path.startsWith(`${path}/`))
  const from = inside.flatMap((file) => index.backlinks(file.path).map((link) => link.path))
  return new Set(from.filter((one) => one !== path && !one.startsWith(`${path}/`))).size
}
