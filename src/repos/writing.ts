import {
  importCommit,
  isAncestor,
  commitTree,
  type CommitOfTree,
  mergeTrees,
  moveRefs,
  parseMerged,
  type RefMove,
} from "../platform/git/shelf-commands.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { arrivingOf, refusedAmong, storedBlobs } from "./arriving.ts"
import type { Landing } from "./content-rules.ts"
import type { Branch, By, Committed, Merged, NewCommit, NewMerge, RefusedChange } from "./contract.ts"
import { planChanges } from "./plan-changes.ts"
import type { Place } from "./place.ts"

/** One at a time per repository; whoever moves a branch by another door finds or makes this one too late. */
export function commitChanges(place: Place, wanted: NewCommit): Promise<Committed> {
  return place.inTurn(async () => {
    const { branch, base, by } = wanted
    const now = await place.tip(branch)
    const commit = await place.trees.commit(base)
    if ((now !== undefined && now !== base) || !commit) return { kind: "moved", now }
    const plan = await planChanges(await place.trees.files(commit.tree), wanted.changes, storedBlobs(place))
    if (plan.kind === "refused") return plan
    if (plan.arriving.length === 0) return { kind: "unchanged" }
    const refused = await refusedAmong(await landingOf(place, branch, by), plan.arriving, plan.paths)
    if (refused) return refused
    const made = await imported(place, { ...wanted, changes: plan.changes })
    if (made === undefined) return { kind: "moved", now: await place.tip(branch) }
    place.announce({ branch, by, to: made, ...(now !== undefined && { from: now }) })
    return { kind: "committed", commit: made }
  })
}

/** Undefined where somebody else was quicker. */
async function imported(
  place: Place,
  wanted: Pick<NewCommit, "branch" | "base" | "author" | "message"> &
    Pick<Parameters<typeof importCommit>[1], "changes">,
): Promise<string | undefined> {
  const { branch, base, changes, author, message } = wanted
  const at = seconds(place)
  try {
    const { text } = await place.run(
      importCommit(place.folder, { branch, base, changes, author, at, message: plain(message) }),
    )
    return text.trim()
  } catch (error) {
    if (error instanceof CommandFailed && error.kind === "exit" && (await place.tip(branch)) !== base) return undefined
    throw error
  }
}

export function mergeBranch(place: Place, wanted: NewMerge): Promise<Merged> {
  return place.inTurn(async () => {
    const { into, by, author, message } = wanted
    const now = await place.tip(into)
    const from = await place.resolve(wanted.from)
    if (now === undefined || from === undefined) return { kind: "moved", now }
    if (wanted.expected !== undefined && wanted.expected !== now) return { kind: "moved", now }
    const tried = await mergedTree(place, now, from)
    if (tried.kind !== "clean") return tried
    const refused = await refusedMerge(place, { into, now, tree: tried.tree, by })
    if (refused) return refused
    const commit = await mergeCommit(place, { tree: tried.tree, parents: [now, from], author, message })
    if (!(await moved(place, [{ ref: `refs/heads/${into}`, from: now, to: commit }])))
      return { kind: "moved", now: await place.tip(into) }
    place.announce({ branch: into, from: now, to: commit, by })
    return { kind: "merged", commit }
  })
}

/** As an object on its own: no branch moves. */
export async function mergeCommit(place: Place, commit: Omit<CommitOfTree, "at">): Promise<string> {
  const message = plain(commit.message)
  return (await place.run(commitTree(place.folder, { ...commit, message, at: seconds(place) }))).text.trim()
}

/** The tree that two commits would give together; no ref is touched. */
export async function mergedTree(
  place: Place,
  into: string,
  from: string,
): Promise<{ kind: "clean"; tree: string } | { kind: "contained" } | { kind: "conflict"; paths: string[] }> {
  const { code } = await place.run(isAncestor(place.folder, from, into))
  if (code === 0) return { kind: "contained" }
  const merged = parseMerged(await place.run(mergeTrees(place.folder, into, from)))
  return "tree" in merged ? { kind: "clean", tree: merged.tree } : { kind: "conflict", paths: merged.conflicts }
}

async function refusedMerge(
  place: Place,
  { into, now, tree, by }: { into: string; now: string; tree: string; by: By },
): Promise<RefusedChange | undefined> {
  const before = await place.trees.commit(now)
  const changed = await place.trees.changed(before?.tree, tree)
  const paths = (await place.trees.files(tree)).map(({ path }) => path)
  return refusedAmong(await landingOf(place, into, by), await arrivingOf(changed, storedBlobs(place)), paths)
}

async function landingOf(place: Place, branch: string, by: By): Promise<Landing> {
  return {
    shelf: place.shelf,
    onTrunk: branch === (await place.trunk()),
    byLoop: by.loop !== undefined,
    byAdmin: place.isAdmin(by.user),
  }
}

/** False where a ref was no longer where it should have been. */
export async function moved(place: Place, moves: readonly RefMove[]): Promise<boolean> {
  try {
    await place.run(moveRefs(place.folder, moves))
    return true
  } catch (error) {
    if (
      error instanceof CommandFailed &&
      error.kind === "exit" &&
      /but expected|already exists|unable to resolve reference/.test(error.stderr)
    )
      return false
    throw error
  }
}

const undoPrefix = "refs/loopat/undo/"
const undoMs = 30 * 86_400_000

/** What was discarded stays under a name of its own, so that nothing of it is ever lost to a clean-up. */
export function removeBranch(place: Place, { name, commit }: Branch, by: By): Promise<boolean> {
  return place.inTurn(async () => {
    if (name === (await place.trunk()) || (await place.tip(name)) !== commit) return false
    const kept: RefMove = { ref: `${undoPrefix}${place.clock.now()}/${name}`, to: commit }
    if (!(await moved(place, [kept, { ref: `refs/heads/${name}`, from: commit }]))) return false
    place.announce({ branch: name, from: commit, by })
    await forgetOld(place)
    return true
  })
}

export function restoreBranch(place: Place, { name, commit }: Branch, by: By): Promise<boolean> {
  return place.inTurn(async () => {
    const kept = (await place.refs(undoPrefix)).filter(
      (ref) =>
        ref.commit === commit && ref.name.endsWith(`/${name}`) && place.clock.now() - undoneAt(ref.name) <= undoMs,
    )
    if (kept.length === 0) return false
    if (!(await moved(place, [{ ref: `refs/heads/${name}`, to: commit }]))) return false
    place.announce({ branch: name, to: commit, by })
    return true
  })
}

async function forgetOld(place: Place): Promise<void> {
  const old = (await place.refs(undoPrefix)).filter(({ name }) => place.clock.now() - undoneAt(name) > undoMs)
  if (old.length > 0)
    await moved(
      place,
      old.map(({ name, commit }) => ({ ref: name, from: commit })),
    )
}

const undoneAt = (ref: string): number => Number(ref.slice(undoPrefix.length).split("/")[0])

const seconds = (place: Place): number => Math.floor(place.clock.now() / 1_000)
const plain = (message: string): string => message.replaceAll("\0", "")
