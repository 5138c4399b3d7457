import { join } from "node:path"
import { z } from "zod"
import { type LoopId, parseLoopId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Moved, Repository, Shelf, Shelves } from "../repos/index.ts"

const Arrived = z.looseObject({ loop: z.string(), commits: z.array(z.string()) })
type Arrived = z.infer<typeof Arrived>

/** Which commits came out of loops. A commit itself names only the person who drove. */
export interface LoopCommits {
  /** Of these commits those that a loop brought. */
  origins(shelf: Shelf, commits: ReadonlySet<string>): Promise<Map<string, LoopId>>
}

interface Needs {
  disk: Disk
  home: string
  background: Pick<Background, "run">
  shelves: Pick<Shelves, "open" | "onMoved">
}

/** Commits of one push that are remembered: nobody reads more of them line by line. */
const mostCommits = 300
/** How far the branch behind a push is looked at, to tell what is new. */
const mostBehind = 2_000
const piece = 1 << 20

/** One line for each push of a loop, in `<home>/context/from-loops/<context>.jsonl`. */
export function createLoopCommits({ disk, home, background, shelves }: Needs): LoopCommits {
  const folder = join(home, "context/from-loops")
  const fileOf = (shelf: Shelf) => {
    const name = shelf.context === "personal" ? `personal-${shelf.user}` : shelf.context
    return disk.jsonlFile(join(folder, `${name}.jsonl`), (value): Arrived => Arrived.parse(value))
  }
  shelves.onMoved(({ shelf, from, to, by }) => {
    const { loop } = by
    if (loop === undefined || to === undefined) return
    background.run("remember what a loop brought", async () => {
      const commits = await broughtBy(await shelves.open(shelf), { from, to })
      if (commits.length === 0) return
      await disk.makeFolder(folder)
      await fileOf(shelf).append({ loop, commits })
    })
  })
  return {
    async origins(shelf, commits) {
      const found = new Map<string, LoopId>()
      const file = fileOf(shelf)
      for (let at = 0, atEnd = false; !atEnd;) {
        const read = await file.readFrom(at, piece)
        for (const { value } of read.lines) {
          const loop = parseLoopId(value.loop)
          if (loop) for (const commit of value.commits) if (commits.has(commit)) found.set(commit, loop)
        }
        atEnd = read.atEnd || read.lines.length === 0
        at = read.next
      }
      return found
    },
  }
}

/** What the branch has now and neither itself before nor the consensus had. */
async function broughtBy(repository: Repository, { from, to }: Pick<Moved, "from"> & { to: string }) {
  const trunk = await repository.resolve()
  const known = new Set<string>()
  for (const start of [from, trunk === to ? undefined : trunk]) {
    if (start === undefined) continue
    for (const { id } of await repository.history({ from: start, limit: mostBehind })) known.add(id)
  }
  const now = await repository.history({ from: to, limit: mostCommits })
  return now.map(({ id }) => id).filter((id) => !known.has(id))
}
