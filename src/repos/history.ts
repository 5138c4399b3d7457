import type { CommitObject } from "../platform/git/parsed-objects.ts"
import type { Commit, FileCommit, FileHistory, FileHistoryWish } from "./contract.ts"
import type { NameBefore } from "./former-names.ts"
import type { Trees } from "./trees.ts"

/** Commits that are looked at for one page of a file's history. */
const mostLooked = 50_000
/** Milliseconds that it may take. */
const mostMs = 3_000

/** Newest first. With a path only commits that changed it; where a merge took one side's version, the other side is left out. */
export async function readHistory(
  trees: Trees,
  { from, path, limit }: { from: string; path?: string; limit: number },
): Promise<Commit[]> {
  const found: Commit[] = []
  if (limit < 1) return found
  for await (const { id, commit } of walk(trees, { from, path })) if (found.push(asCommit(id, commit)) >= limit) break
  return found
}

/** The same of one file, also under the names it had before, as far back as can be looked in a moment. */
export async function readFileHistory(
  { trees, nameBefore, now }: { trees: Trees; nameBefore: NameBefore; now: () => number },
  { from, path, skip, count }: FileHistoryWish,
): Promise<FileHistory> {
  const end = now() + mostMs
  let cut = false
  const mayGoOn = (looked: number) => {
    cut = looked >= mostLooked || now() > end
    return !cut
  }
  const commits: FileCommit[] = []
  let seen = 0
  for await (const one of walk(trees, { from, path: path === "" ? undefined : path, nameBefore, mayGoOn })) {
    if (seen++ < skip) continue
    if (commits.length >= count) return { commits, more: true, cut: false }
    commits.push({
      ...asCommit(one.id, one.commit),
      path: one.path ?? path,
      ...(one.was !== undefined && { was: one.was }),
    })
  }
  return { commits, more: false, cut }
}

/** A commit, and what is followed there. */
interface Walked {
  id: string
  commit: CommitObject
  path: string | undefined
}

interface Walk {
  from: string
  path?: string | undefined
  nameBefore?: NameBefore
  mayGoOn?(looked: number): boolean
}

async function* walk(
  trees: Trees,
  { from, path, nameBefore, mayGoOn = (looked) => looked < mostLooked }: Walk,
): AsyncGenerator<Walked & { was?: string }> {
  const waiting = createQueue()
  const add = async ({ id, path: name }: Omit<Walked, "commit">) => {
    const commit = await trees.commit(id)
    if (commit) waiting.put({ id, commit, path: name })
  }
  await add({ id: from, path })
  for (let looked = 0; ; looked++) {
    const next = waiting.take()
    if (!next || !mayGoOn(looked)) return
    const { shown, follow } = next.path === undefined ? all(next) : await touching(trees, next, nameBefore)
    const was = follow.find((one) => one.path !== next.path)?.path
    if (shown) yield { ...next, ...(was !== undefined && { was }) }
    await Promise.all(follow.map(add))
  }
}

interface Step {
  shown: boolean
  follow: Omit<Walked, "commit">[]
}

const all = ({ commit: { parents } }: Walked): Step => ({
  shown: true,
  follow: parents.map((id) => ({ id, path: undefined })),
})

/** As git's own history simplification does: a parent with the same file is the only one that can tell more. */
async function touching(
  trees: Trees,
  { commit: { tree, parents }, path = "" }: Walked,
  nameBefore?: NameBefore,
): Promise<Step> {
  const mine = (await trees.at(tree, path))?.id
  const theirs = await Promise.all(
    parents.map(async (id) => {
      const commit = await trees.commit(id)
      return { id, path, tree: commit?.tree, has: commit && (await trees.at(commit.tree, path))?.id }
    }),
  )
  if (parents.length === 0) return { shown: mine !== undefined, follow: [] }
  const same = theirs.find(({ has }) => has === mine)
  if (same) return { shown: false, follow: [same] }
  if (mine === undefined || !nameBefore) return { shown: true, follow: theirs }
  const named: Step["follow"] = []
  for (const one of theirs) {
    const name = one.has === undefined && one.tree !== undefined ? await nameBefore(one.tree, tree, path) : path
    if (name !== undefined) named.push({ id: one.id, path: name })
  }
  // A file that no side has under any name may have been there before it was removed.
  return { shown: true, follow: named.length > 0 ? named : theirs }
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
  const waiting: Walked[] = []
  return {
    put(one: Walked): void {
      if (seen.has(one.id)) return
      seen.add(one.id)
      const at = waiting.findIndex((other) => other.commit.committedAt < one.commit.committedAt)
      waiting.splice(at < 0 ? waiting.length : at, 0, one)
    },
    take: () => waiting.shift(),
  }
}
