import { dirname } from "node:path"
import type { UserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { createSerial } from "../platform/disk/serial.ts"
import { initBare } from "../platform/git/commands.ts"
import type { Git } from "../platform/git/git.ts"
import { importCommit } from "../platform/git/shelf-commands.ts"
import type { Log } from "../platform/log.ts"
import type { CodeShelf, Moved, OutsideNews, Repository, Shelf, Shelves } from "./contract.ts"
import { firstFiles } from "./first-files.ts"
import { clearLeftovers } from "./leftovers.ts"
import { createOutside, type Outside } from "./outside.ts"
import type { Remote } from "./outside-remote.ts"
import { createPlace, type Place } from "./place.ts"
import { createRepository } from "./repository.ts"
import { createTidy } from "./tidy.ts"

export interface ShelvesNeeds {
  git: Git
  disk: Disk
  clock: Clock
  log: Log
  background: Pick<Background, "run">
  /** `<home>/repos`. */
  folder: string
  /** A text that comes with the program, such as `templates/contexts/notes/README.md`. */
  template(path: string): Promise<string>
  isAdmin(user: UserName): boolean
  /** The outside repository that a context is kept in step with. */
  remoteOf(shelf: Shelf): Remote | undefined
  /** Whether anybody is signed in. */
  isWatched(): boolean
}

export interface OwnShelves extends Shelves, AsyncDisposable {
  /** For the parts of this feature. */
  place(shelf: AnyShelf): Promise<Place>
  outsideOf(shelf: AnyShelf): Promise<Outside>
  /** After every move of a branch in a repository of code. */
  onCodeMoved(listener: (news: Moved<CodeShelf>) => void): () => void
  /** Lets go of what was opened; whoever asks next opens it anew. */
  close(shelf: CodeShelf): Promise<void>
}

type AnyShelf = Shelf | CodeShelf

function shelfName(shelf: AnyShelf): string {
  if (shelf.context === "code") return `code/${shelf.name}`
  return shelf.context === "personal" ? `personal-${shelf.user}` : shelf.context
}

export function createShelves(needs: ShelvesNeeds): OwnShelves {
  const { disk, folder } = needs
  const log = needs.log.area("repos")
  const opened = new Map<string, Promise<Opened>>()
  const repositories = new Map<Opened, Repository>()
  const [moves, codeMoves] = [createListeners<Moved>(log), createListeners<Moved<CodeShelf>>(log)]
  const outsides = createListeners<OutsideNews>(log)
  const serial = createSerial()
  const tidy = createTidy(needs.background)

  async function openNew(shelf: AnyShelf): Promise<Opened> {
    const path = `${folder}/${shelfName(shelf)}.git`
    if (await disk.exists(`${path}/HEAD`)) await clearLeftovers(disk, path)
    else await make(needs, shelf, path)
    const inTurn: Place["inTurn"] = (work) => serial(path, work)
    const place: Place = createPlace({
      ...needs,
      ...{ shelf, folder: path, inTurn },
      announce(news) {
        tidy(place)
        outside.follow()
        if (shelf.context === "code") codeMoves.tell({ shelf, ...news })
        else moves.tell({ shelf, ...news })
      },
    })
    const outside: Outside = createOutside({
      ...{ ...needs, place },
      remote: () => (shelf.context === "code" ? undefined : needs.remoteOf(shelf)),
      told: (state) => shelf.context !== "code" && outsides.tell({ shelf, state }),
    })
    if ((await place.resolve()) === undefined) await firstCommit(needs, shelf, { path, trunk: await place.trunk() })
    if (shelf.context !== "code") await disk.write(`${path}/info/attributes`, unions, 0o644)
    outside.follow()
    return { place, outside }
  }

  function open(shelf: AnyShelf) {
    const name = shelfName(shelf)
    const known = opened.get(name)
    if (known) return known
    const opening = openNew(shelf)
    opened.set(name, opening)
    opening.catch(() => opened.delete(name))
    return opening
  }

  return {
    async open(shelf) {
      const one = await open(shelf)
      const repository = repositories.get(one) ?? createRepository(one.place, one.outside, shelf)
      repositories.set(one, repository)
      return repository
    },
    place: async (shelf) => (await open(shelf)).place,
    outsideOf: async (shelf) => (await open(shelf)).outside,
    onMoved: moves.add,
    onCodeMoved: codeMoves.add,
    onOutside: outsides.add,
    async close(shelf) {
      const known = opened.get(shelfName(shelf))
      opened.delete(shelfName(shelf))
      if (known) await close(await known)
    },
    async [Symbol.asyncDispose]() {
      const all = await Promise.allSettled(opened.values())
      for (const one of all) if (one.status === "fulfilled") await close(one.value)
    },
  }
}

/** Whoever listens to one kind of news; one that fails keeps none from the others. */
function createListeners<News>(log: Pick<Log, "error">) {
  const listeners = new Set<(news: News) => void>()
  return {
    add(listener: (news: News) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell(news: News): void {
      for (const listener of listeners) {
        try {
          listener(news)
        } catch (error) {
          log.error("a listener failed", { error })
        }
      }
    },
  }
}

interface Opened {
  place: Place
  outside: Outside
}

async function close({ place, outside }: Opened): Promise<void> {
  outside[Symbol.dispose]()
  await place[Symbol.asyncDispose]()
}

/** Lines of these files are facts of their own, in any order: two sides that added some are joined. */
const unions = "memory/MEMORY.md merge=union\ninbox.md merge=union\n"

/** Made beside its place and moved there whole, so that nobody ever finds half of it. */
async function make(needs: ShelvesNeeds, shelf: AnyShelf, path: string): Promise<void> {
  const { git, disk } = needs
  const half = `${path}.new`
  await disk.makeFolder(dirname(path))
  await disk.remove(half)
  await git.run(initBare(half))
  await disk.makeFolder(`${half}/info`)
  await firstCommit(needs, shelf, { path: half, trunk: "main" })
  await disk.move(half, path)
}

async function firstCommit(
  { git, clock, template }: ShelvesNeeds,
  shelf: AnyShelf,
  { path, trunk }: { path: string; trunk: string },
): Promise<void> {
  const files = await firstFiles(shelf, template)
  await git.run(
    importCommit(path, {
      branch: trunk,
      changes: files.map(({ path: name, text }) => ({
        path: name,
        content: new TextEncoder().encode(text),
        executable: false,
      })),
      author: { name: "loopat", email: "loopat@loopat.local" },
      at: Math.floor(clock.now() / 1_000),
      message: "Begin",
    }),
  )
}
