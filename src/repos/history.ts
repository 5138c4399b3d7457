import type { CommitObject } from "../platform/git/parsed-objects.ts"
import type { Commit } from "./contract.ts"
import type { Trees } from "./trees.ts"

/** Commits that are looked at for one page of a file's history. */
const mostLooked = 50_000

/** Newest first. With a path only commits that changed it; where a merge took one side's version, the other side is left out. */
export async function readHistory(
  trees: Trees,
  { from, path, limit }: { from: string; path?: string; limit: number },
): Promise<Commit[]> {
  const found: Commit[] = []
  const waiting = createQueue()
  const add = async (id: string) => {
    const commit = await trees.commit(id)
    if (commit) waiting.put(id, commit)
  }
  await add(from)
  for (let looked = 0; looked < mostLooked && found.length < limit; looked++) {
    const next = waiting.take()
    if (!next) break
    const { shown, follow } = path === undefined ? all(next.commit) : await touching(trees, next.commit, path)
    if (shown) found.push(asCommit(next.id, next.commit))
    await Promise.all(follow.map(add))
  }
  return found
}

const all = ({ parents }: CommitObject) => ({ shown: true, follow: parents })

/** As git's own history simplification does: a parent with the same file is the only one that can tell more. */
async function touching(trees: Trees, { tree, parents }: CommitObject, path: string) {
  const mine = (await trees.at(tree, path))?.id
  const theirs = await Promise.all(
    parents.map(async (parent) => {
      const commit = await trees.commit(parent)
      return commit && (await trees.at(commit.tree, path))?.id
    }),
  )
  const same = theirs.indexOf(mine)
  if (parents.length === 0) return { shown: mine !== undefined, follow: [] }
  return same >= 0 ? { shown: false, follow: parents.slice(same, same + 1) } : { shown: true, follow: parents }
}

export const asCommit = (id: string, { parents, author, at, subject, body }: CommitObject): Commit => ({
  id,
  parents,
  author,
  at,
  subject,
  body,
})

/** Each commit once, the newest first. */
function createQueue() {
  const seen = new Set<string>()
  const waiting: { id: string; commit: CommitObject }[] = []
  return {
    put(id: string, commit: CommitObject): void {
      if (seen.has(id)) return
      seen.add(id)
      const at = waiting.findIndex((other) => other.commit.committedAt < commit.committedAt)
      waiting.splice(at < 0 ? waiting.length : at, 0, { id, commit })
    },
    take: () => waiting.shift(),
  }
}
