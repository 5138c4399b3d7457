import type { Disk } from "../platform/disk/disk.ts"
import type { Clock } from "../platform/clock.ts"
import type { Git, GitCall } from "../platform/git/git.ts"
import { createObjects, type Objects } from "../platform/git/objects.ts"
import { type Ref, readHeadBranch, readRef, readRefs } from "../platform/git/refs.ts"
import { CommandFailed, type Finished } from "../platform/process/command.ts"
import type { CodeShelf, Moved, Shelf } from "./contract.ts"
import { createTrees, type Trees } from "./trees.ts"
import type { UserName } from "../lib/ids.ts"

/** One repository of the server, as its parts see it. */
export interface Place extends AsyncDisposable {
  readonly shelf: Shelf | CodeShelf
  readonly folder: string
  readonly git: Git
  readonly disk: Disk
  readonly clock: Clock
  readonly objects: Objects
  readonly trees: Trees
  isAdmin(user: UserName): boolean
  /** Git to its end. A disk that takes no more is told apart as everywhere. */
  run(call: GitCall): Promise<Finished>
  trunk(): Promise<string>
  tip(branch: string): Promise<string | undefined>
  resolve(ref?: string): Promise<string | undefined>
  refs(below: string): Promise<Ref[]>
  /** What moves branches runs one at a time. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  announce(news: Omit<Moved, "shelf">): void
}

export interface PlaceNeeds {
  shelf: Shelf | CodeShelf
  folder: string
  git: Git
  disk: Disk
  clock: Clock
  isAdmin(user: UserName): boolean
  inTurn: Place["inTurn"]
  announce(news: Omit<Moved, "shelf">): void
}

export function createPlace(needs: PlaceNeeds): Place {
  const { shelf, folder, git, disk, clock } = needs
  const objects = createObjects({ git, clock, place: { repository: folder } })
  const commitOf = async (name: string) => (await objects.head(`${name}^{commit}`))?.id
  const trunk = async () => (await readHeadBranch(disk, folder)) ?? "main"
  return {
    ...{
      shelf,
      folder,
      git,
      disk,
      clock,
      objects,
      trunk,
      isAdmin: needs.isAdmin,
      inTurn: needs.inTurn,
      announce: needs.announce,
    },
    trees: createTrees(objects),
    run: (call) => runTold(git, call),
    tip: (branch) => commitOf(`refs/heads/${branch}`),
    async resolve(ref) {
      // The newest of all is asked for all the time, and no program is started for it.
      if (ref === undefined) return readRef(disk, folder, `refs/heads/${await trunk()}`)
      const names = [`refs/heads/${ref}`, `refs/tags/${ref}`, ...(/^[0-9a-f]{7,64}$/.test(ref) ? [ref] : [])]
      const found = await Promise.all(names.map(commitOf))
      return found.find((commit) => commit !== undefined)
    },
    refs: (below) => readRefs(disk, folder, below),
    [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose](),
  }
}

async function runTold(git: Git, call: GitCall): Promise<Finished> {
  try {
    return await git.run(call)
  } catch (error) {
    if (
      error instanceof CommandFailed &&
      /No space left on device|Disk quota exceeded|Read-only file system/.test(error.stderr)
    )
      throw new NoRoom(error)
    throw error
  }
}

/** Git found no room on the disk: the same outcome as where the program itself writes. */
class NoRoom extends Error {
  override readonly name = "NoRoom"
  readonly code = "ENOSPC"

  constructor(cause: CommandFailed) {
    super(cause.message, { cause })
  }
}
