import type { UserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { createSerial } from "../platform/disk/serial.ts"
import { initBare } from "../platform/git/commands.ts"
import type { Git } from "../platform/git/git.ts"
import { importCommit } from "../platform/git/shelf-commands.ts"
import type { Log } from "../platform/log.ts"
import type { Moved, Repository, Shelf, Shelves } from "./contract.ts"
import { firstFiles } from "./first-files.ts"
import { clearLeftovers } from "./leftovers.ts"
import { createOutside, type Outside, type Remote } from "./outside.ts"
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
}

export interface OwnShelves extends Shelves, AsyncDisposable {
  /** For the parts of this feature. */
  place(shelf: Shelf): Promise<Place>
  outsideOf(shelf: Shelf): Promise<Outside>
}

const shelfName = (shelf: Shelf): string => (shelf.context === "personal" ? `personal-${shelf.user}` : shelf.context)

export function createShelves(needs: ShelvesNeeds): OwnShelves {
  const { disk, folder } = needs
  const log = needs.log.area("repos")
  const opened = new Map<string, Promise<Opened>>()
  const listeners = new Set<(news: Moved) => void>()
  const serial = createSerial()
  const tidy = createTidy(needs.background)

  function announce(news: Moved): void {
    for (const listener of listeners) {
      try {
        listener(news)
      } catch (error) {
        log.error("a listener failed", { branch: news.branch, error })
      }
    }
  }

  async function openNew(shelf: Shelf): Promise<Opened> {
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
        announce(news)
      },
    })
    const outside: Outside = createOutside({ ...needs, place, remote: () => needs.remoteOf(shelf) })
    if ((await place.resolve()) === undefined) await firstCommit(needs, shelf, { path, trunk: await place.trunk() })
    await disk.write(`${path}/info/attributes`, unions, 0o644)
    outside.follow()
    return { place, outside, repository: createRepository(place, outside) }
  }

  function open(shelf: Shelf) {
    const name = shelfName(shelf)
    const known = opened.get(name)
    if (known) return known
    const opening = openNew(shelf)
    opened.set(name, opening)
    opening.catch(() => opened.delete(name))
    return opening
  }

  return {
    open: async (shelf) => (await open(shelf)).repository,
    place: async (shelf) => (await open(shelf)).place,
    outsideOf: async (shelf) => (await open(shelf)).outside,
    onMoved(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async [Symbol.asyncDispose]() {
      const all = await Promise.allSettled(opened.values())
      for (const one of all) if (one.status === "fulfilled") await close(one.value)
    },
  }
}

interface Opened {
  place: Place
  outside: Outside
  repository: Repository
}

async function close({ place, outside }: Opened): Promise<void> {
  outside[Symbol.dispose]()
  await place[Symbol.asyncDispose]()
}

/** Lines of these files are facts of their own, in any order: two sides that added some are joined. */
const unions = "memory/MEMORY.md merge=union\ninbox.md merge=union\n"

/** Made beside its place and moved there whole, so that nobody ever finds half of it. */
async function make(needs: ShelvesNeeds, shelf: Shelf, path: string): Promise<void> {
  const { git, disk, folder } = needs
  const half = `${path}.new`
  await disk.makeFolder(folder)
  await disk.remove(half)
  await git.run(initBare(half))
  await disk.makeFolder(`${half}/info`)
  await firstCommit(needs, shelf, { path: half, trunk: "main" })
  await disk.move(half, path)
}

async function firstCommit(
  { git, clock, template }: ShelvesNeeds,
  shelf: Shelf,
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
