import type { CommitObject } from "../platform/git/parsed-objects.ts"
import type { Trees } from "./trees.ts"

export interface Ahead {
  /** Commits of `tip` that `trunk` does not have, newest first. */
  commits: { id: string; commit: CommitObject }[]
  /** The newest commit that both have; absent where they have nothing in common. */
  base?: string
}

/** More than that nobody reviews; the walk stops there. */
const mostWalked = 50_000

interface Seen {
  commit: CommitObject
  tip: boolean
  trunk: boolean
}

/** Walks back from both sides, the newest first, until everything that is left belongs to both. */
export async function commitsAhead(trees: Trees, trunk: string, tip: string): Promise<Ahead> {
  const seen = new Map<string, Seen>()
  const waiting = new Set<string>()
  async function mark(id: string, from: Pick<Seen, "tip" | "trunk">): Promise<void> {
    const commit = await trees.commit(id)
    if (!commit) return
    const known = seen.get(id) ?? { tip: false, trunk: false }
    if (known.tip >= from.tip && known.trunk >= from.trunk) return
    seen.set(id, { commit, tip: known.tip || from.tip, trunk: known.trunk || from.trunk })
    waiting.add(id)
  }
  await mark(trunk, { tip: false, trunk: true })
  await mark(tip, { tip: true, trunk: false })
  for (let walked = 0; walked < mostWalked; walked++) {
    const next = newest(waiting, seen)
    if (!next || !onlyOneSide(waiting, seen)) break
    waiting.delete(next)
    const one = seen.get(next)
    for (const parent of one?.commit.parents ?? []) if (one) await mark(parent, one)
  }
  const all = [...seen].map(([id, one]) => ({ id, ...one })).sort((a, b) => b.commit.committedAt - a.commit.committedAt)
  const base = all.find((one) => one.tip && one.trunk)?.id
  return {
    commits: all.filter((one) => one.tip && !one.trunk).map(({ id, commit }) => ({ id, commit })),
    ...(base !== undefined && { base }),
  }
}

function newest(waiting: ReadonlySet<string>, seen: ReadonlyMap<string, Seen>): string | undefined {
  let best: string | undefined
  const at = (id: string | undefined) => (id === undefined ? -1 : (seen.get(id)?.commit.committedAt ?? 0))
  for (const id of waiting) if (at(id) > at(best)) best = id
  return best
}

const onlyOneSide = (waiting: ReadonlySet<string>, seen: ReadonlyMap<string, Seen>): boolean =>
  [...waiting].some((id) => {
    const one = seen.get(id)
    return one !== undefined && one.tip !== one.trunk
  })
