import { anyChange, commitAt, fetchOrigin, followTo, isAncestor, trunkRef } from "../../platform/git/inside-memory.ts"
import { branchNow, countBetween } from "../../platform/git/inside-pull.ts"
import type { Shelves } from "../../repos/index.ts"
import type { Box } from "../../sandbox/index.ts"
import type { DrivenLoop } from "../contract.ts"
import type { LoopRecord } from "../record.ts"
import type { Records } from "../records.ts"
import { type GitAt, gitAt } from "./git-at.ts"
import { contextIn } from "./inside.ts"
import { contextBranch, shelfOf } from "./places.ts"

/** Contexts that a driver brings to what is newest; `personal` is renewed by itself. */
export const pulledContexts = ["knowledge", "notes"] as const
export type PulledContext = (typeof pulledContexts)[number]

export type Pulled =
  | { kind: "pulled"; commit: string; commits: number }
  | { kind: "newest"; commit: string }
  /** Somebody works in it: what is in no commit, commits of its own, or another branch. Nothing was touched. */
  | { kind: "dirty" }
  | { kind: "diverged" }
  | { kind: "elsewhere" }
  | { kind: "refused"; said: string }

export interface Pulling {
  /** Fast-forwards a clean checkout inside; anything else is left to the agent or the driver. May throw LinkFailed. */
  pull(loop: DrivenLoop, context: PulledContext, box: Box): Promise<Pulled>
}

interface PullingNeeds {
  contexts?: { shelves: Pick<Shelves, "open"> }
  records: Pick<Records, "change">
}

export function createPulling({ contexts, records }: PullingNeeds): Pulling {
  return {
    async pull({ record }, context, box) {
      if (!contexts) throw new Error("a loop without contexts has nothing to pull")
      const repository = await contexts.shelves.open(shelfOf(context, record.driver))
      await repository.refresh()
      const git = gitAt(box, contextIn(context))
      const outcome = await pullInto(git, { trunk: await repository.trunk(), branch: contextBranch(record.id) })
      if (outcome.kind === "pulled" || outcome.kind === "newest")
        await records.change(record.id, (now) => notePulled(now, context, outcome.commit))
      return outcome
    },
  }
}

export async function pullInto(git: GitAt, { trunk, branch }: { trunk: string; branch: string }): Promise<Pulled> {
  if ((await git(branchNow)).out !== `refs/heads/${branch}`) return { kind: "elsewhere" }
  const fetched = await git(fetchOrigin)
  if (!fetched.ok) return { kind: "refused", said: fetched.said }
  const [here, newest] = [(await git(commitAt("HEAD"))).out, (await git(commitAt(trunkRef(trunk)))).out]
  if (newest === "") return { kind: "refused", said: `there is no ${trunk}` }
  if ((await git(isAncestor(newest, "HEAD"))).ok) return { kind: "newest", commit: newest }
  if ((await git(anyChange)).out !== "") return { kind: "dirty" }
  if (!(await git(isAncestor("HEAD", newest))).ok) return { kind: "diverged" }
  const commits = Number((await git(countBetween(here, newest))).out)
  const followed = await git(followTo(newest))
  return followed.ok ? { kind: "pulled", commit: newest, commits } : { kind: "refused", said: followed.said }
}

function notePulled(record: LoopRecord, context: PulledContext, commit: string): LoopRecord {
  const warnings = record.warnings.filter(({ about, code }) => about !== context || code !== "stale")
  return { ...record, warnings, pulled: { ...record.pulled, [context]: commit } }
}
