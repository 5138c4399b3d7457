import {
  addMemory,
  anyChange,
  changedMemory,
  commitAt,
  commitMemory,
  commitOf,
  commonBase,
  differsElsewhere,
  fetchOrigin,
  followTo,
  givenMemory,
  isAncestor,
  memoryAt,
  mergedTree,
  noteGiven,
  pushTo,
  treeWithMemory,
  trunkRef,
} from "../../platform/git/inside-memory.ts"
import type { GitAt } from "./git-at.ts"

export type MemoryKept =
  | { kind: "nothing" }
  | { kind: "kept" }
  /** Somebody else changed the same lines; both sides are still there. */
  | { kind: "conflict"; paths: string[] }
  | { kind: "refused"; said: string }

export interface MemoryWish {
  trunk: string
  message: string
  /** A path inside that nothing else uses. */
  scratch: string
}

const tries = 4

/**
 * Commits what changed below `memory/` and gives it to the trunk. Whatever else the checkout holds stays where it is: a
 * commit that holds more than memory is not given, only its memory is.
 */
export async function keepMemory(git: GitAt, wish: MemoryWish): Promise<MemoryKept> {
  if ((await git(changedMemory)).out !== "") {
    await sure(git, addMemory)
    await sure(git, commitMemory(wish.message))
  }
  const mine = await git(memoryAt("HEAD"))
  if (!mine.ok || mine.out === (await git(memoryAt(trunkRef(wish.trunk)))).out) return { kind: "nothing" }
  for (let left = tries; left > 0; left--) {
    const outcome = await give(git, wish, mine.out)
    if (outcome.kind !== "moved") return outcome
  }
  return { kind: "refused", said: "The trunk moved again and again." }
}

async function give(git: GitAt, wish: MemoryWish, memory: string): Promise<MemoryKept | { kind: "moved" }> {
  await sure(git, fetchOrigin)
  const [head, trunk] = [await sure(git, commitAt("HEAD")), await sure(git, commitAt(trunkRef(wish.trunk)))]
  if ((await git(memoryAt(trunk))).out === memory) return { kind: "nothing" }
  const base = await baseOf(git, head, trunk)
  const mine = (await differsOnlyInMemory(git, base, head)) ? head : await memoryAlone(git, base, { ...wish, memory })
  const joined = await joinedWith(git, { trunk, mine, message: wish.message })
  if (joined.kind !== "joined") return joined
  const pushed = await git(pushTo(joined.commit, wish.trunk))
  if (!pushed.ok) return /fetch|non-fast-forward|moved/i.test(pushed.said) ? { kind: "moved" } : refused(pushed.said)
  if (mine === head) await git(followTo(joined.commit))
  else await sure(git, noteGiven(mine))
  return { kind: "kept" }
}

/** Where this loop's memory and everybody's were last the same. */
async function baseOf(git: GitAt, head: string, trunk: string): Promise<string> {
  const common = await sure(git, commonBase(head, trunk))
  const before = await git(givenMemory)
  if (!before.ok || (await git(isAncestor(before.out, common))).ok) return common
  return (await git(isAncestor(before.out, trunk))).ok ? before.out : common
}

const differsOnlyInMemory = async (git: GitAt, base: string, head: string): Promise<boolean> =>
  (await git(isAncestor(base, head))).ok && (await git(differsElsewhere(base, head))).ok

async function memoryAlone(git: GitAt, base: string, wish: MemoryWish & { memory: string }): Promise<string> {
  let tree = ""
  for (const step of treeWithMemory(base, wish.memory)) tree = await sure(git, step, { GIT_INDEX_FILE: wish.scratch })
  return sure(git, commitOf(tree, [base], wish.message))
}

async function joinedWith(
  git: GitAt,
  { trunk, mine, message }: { trunk: string; mine: string; message: string },
): Promise<{ kind: "joined"; commit: string } | Extract<MemoryKept, { kind: "conflict" }>> {
  if ((await git(isAncestor(trunk, mine))).ok) return { kind: "joined", commit: mine }
  const merged = await git(mergedTree(trunk, mine))
  const [tree = "", ...paths] = merged.out.split("\0").filter(Boolean)
  if (merged.code === 1) return { kind: "conflict", paths }
  if (!merged.ok) throw new GitInsideFailed(merged.said)
  return { kind: "joined", commit: await sure(git, commitOf(tree, [trunk, mine], message)) }
}

const refused = (said: string): MemoryKept => ({ kind: "refused", said })

/** Takes over what others gave meanwhile, where nothing of this loop's own is in the way. */
export async function freshenMemory(git: GitAt, trunk: string, newest: string): Promise<void> {
  const ours = await git(commitAt(trunkRef(trunk)))
  if (ours.out === newest || (await git(anyChange)).out !== "") return
  await sure(git, fetchOrigin)
  await git(followTo(trunkRef(trunk)))
}

/** Something inside answered as no git would that is left alone. */
export class GitInsideFailed extends Error {
  override readonly name = "GitInsideFailed"
}

async function sure(git: GitAt, argv: Parameters<GitAt>[0], env?: Parameters<GitAt>[1]): Promise<string> {
  const answer = await git(argv, env)
  if (!answer.ok) throw new GitInsideFailed(answer.said)
  return answer.out
}
