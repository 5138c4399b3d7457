import type { ShelfName } from "../lib/context-urls.ts"
import { textIn } from "../lib/file-text.ts"
import { createLinkIndex, type LinkIndex } from "../lib/link-index.ts"
import { createRecent } from "../lib/recent.ts"
import { createSerial } from "../platform/disk/serial.ts"
import type { FileAt, Repository, Shelves } from "../repos/index.ts"
import { isInVault, type Person, shelfOf } from "./person.ts"

/** What a context holds at one commit. */
export interface Book {
  shelf: ShelfName
  repository: Repository
  /** The branch that is the consensus. */
  trunk: string
  commit: string
  /** Sorted by path. */
  files: readonly FileAt[]
  at(path: string): FileAt | undefined
  /** Undefined for what is no text, is too long for a page, or lies in a vault. */
  text(file: FileAt): Promise<string | undefined>
}

/** The newest one, which also knows what its documents say of each other. */
export interface OpenBook extends Book {
  index: LinkIndex
}

export interface Books {
  /** As the consensus is now. Whoever asks at the same time shares the reading of what changed. */
  open(shelf: ShelfName, person: Person): Promise<OpenBook>
  /** As it was at a commit, or is on another branch; undefined: there is no such. */
  openAt(shelf: ShelfName, person: Person, ref: string): Promise<Book | undefined>
}

/** Bytes of a text that is shown and searched. */
export const longestText = 1 << 20
/** Letters of all texts that are kept in memory. */
const mostLetters = 24 << 20
/** The shared shelves and the personal ones of those who were here last. */
const mostBooks = 12

export function createBooks(shelves: Pick<Shelves, "open">): Books {
  const texts = createRecent<string, string>(mostLetters, ({ length }) => length)
  const kept = createRecent<string, OpenBook>(mostBooks)
  const serial = createSerial()

  async function bind(shelf: ShelfName, repository: Repository, commit: string): Promise<Book> {
    const files = await repository.files(commit)
    const byPath = new Map(files.map((file) => [file.path, file]))
    return {
      ...{ shelf, repository, commit, files },
      trunk: await repository.trunk(),
      at: (path) => byPath.get(path),
      text: (file) => readText(repository, shelf, file),
    }
  }

  async function readText(repository: Repository, shelf: ShelfName, file: FileAt): Promise<string | undefined> {
    if (isInVault(shelf, file.path) || file.mode === "link" || file.mode === "module") return undefined
    const known = texts.get(file.blob)
    if (known !== undefined) return known
    const read = await repository.read(file.blob, longestText)
    const text = read?.kind === "content" ? textIn(read.content) : undefined
    if (text !== undefined) texts.set(file.blob, text)
    return text
  }

  return {
    async open(shelf, person) {
      const key = shelf === "personal" ? `personal ${person.name}` : shelf
      return serial(key, async () => {
        const repository = await shelves.open(shelfOf(shelf, person))
        const commit = await repository.resolve()
        if (commit === undefined) throw new Error(`${repository.folder} has no first commit`)
        const before = kept.get(key)
        if (before?.commit === commit) return before
        const book = await bind(shelf, repository, commit)
        const index = before?.index ?? createLinkIndex()
        await index.update(book.files, (file) => {
          const found = book.at(file.path)
          return found ? book.text(found) : Promise.resolve(undefined)
        })
        const open = { ...book, index }
        kept.set(key, open)
        return open
      })
    },
    async openAt(shelf, person, ref) {
      const repository = await shelves.open(shelfOf(shelf, person))
      const commit = await repository.resolve(ref)
      return commit === undefined ? undefined : bind(shelf, repository, commit)
    },
  }
}
