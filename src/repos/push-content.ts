import { createObjects } from "../platform/git/objects.ts"
import { isAncestorApart, mergeBaseApart, newObjects, type Quarantine } from "../platform/git/serving.ts"
import { CommandFailed } from "../platform/process/command.ts"
import type { Asker } from "./asker.ts"
import { refusedContent } from "./content-rules.ts"
import { arrivingOf, refusedAmong, storedBlobs } from "./arriving.ts"
import type { RefusedChange } from "./contract.ts"
import type { Place } from "./place.ts"
import type { PushRefused } from "./push-words.ts"
import { type ChangedFile, createTrees, TooManyFiles, type Trees } from "./trees.ts"

/** One branch that the table lets this push move. */
export interface BranchMove {
  ref: string
  branch: string
  from?: string
  to?: string
  forward: boolean
}

/** Of one push, or of one look outside. */
export const mostCommits = 20_000

/** Looks at everything that a push brings, before any of it is part of the repository. */
export async function refusedPush(
  place: Place,
  quarantine: Quarantine,
  { moves, asker }: { moves: readonly BranchMove[]; asker: Asker },
): Promise<PushRefused | undefined> {
  const objects = createObjects({
    ...{ git: place.git, clock: place.clock },
    place: {
      repository: place.folder,
      objects: { folder: quarantine.folder, besides: `${place.folder}/objects` },
    },
  })
  const look: Look = { place, quarantine, trees: createTrees(objects), objects }
  try {
    return (await refusedHistory(look, moves)) ?? (await firstRefused(moves, (move) => refusedMove(look, move, asker)))
  } catch (error) {
    if (error instanceof TooManyFiles) return { kind: "refused", code: "too-many", path: "this push" }
    throw error
  } finally {
    await objects[Symbol.asyncDispose]()
  }
}

interface Look {
  place: Place
  quarantine: Quarantine
  trees: Trees
  objects: Place["objects"]
}

/** What may be in no commit at all, however old: histories are never taken back. */
async function refusedHistory(look: Look, moves: readonly BranchMove[]): Promise<PushRefused | undefined> {
  const tips = moves.flatMap(({ to }) => to ?? [])
  const kinds = await Promise.all(tips.map((tip) => look.objects.head(tip)))
  // A tag may be an object of its own.
  const tags = new Set(moves.flatMap(({ ref, to }) => (to !== undefined && ref.startsWith("refs/tags/") ? to : [])))
  const isTip = (kind: string | undefined, tip = "") => kind === "commit" || (kind === "tag" && tags.has(tip))
  if (kinds.some((found, at) => !isTip(found?.kind, tips[at]))) return { kind: "refused", code: "incomplete" }
  const commits = await newCommits(look, tips)
  if (commits === "incomplete") return { kind: "refused", code: "incomplete" }
  if (commits === "too-many" || commits.length > mostCommits)
    return { kind: "refused", code: "too-many", path: "this push" }
  return refusedCommits({ ...look, shelf: look.place.shelf }, commits)
}

/** What may be in no commit at all, among those that these commits bring. */
export function refusedCommits(
  look: Pick<Place, "shelf" | "trees" | "objects">,
  commits: readonly string[],
): Promise<RefusedChange | undefined> {
  const landing = { shelf: look.shelf, onTrunk: false, byLoop: false, byAdmin: false }
  return firstRefused(commits, async (commit) => {
    const brought = await broughtBy(look.trees, commit)
    const odd = brought.find((file) => file.odd)
    if (odd) return { kind: "refused", code: "name", path: odd.path }
    return refusedContent(landing, await arrivingOf(brought, storedBlobs(look)))
  })
}

async function newCommits(
  { place, quarantine }: Look,
  tips: readonly string[],
): Promise<string[] | "incomplete" | "too-many"> {
  try {
    const { text } = await place.run(newObjects(quarantine, tips))
    return text.split("\n").filter((line) => /^[0-9a-f]{40}$/.test(line))
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    if (error.kind === "output") return "too-many"
    if (error.kind === "exit") return "incomplete"
    throw error
  }
}

/** Files that are in this commit and, as they are, in none of its parents. */
async function broughtBy(trees: Trees, id: string): Promise<ChangedFile[]> {
  const commit = await trees.commit(id)
  if (!commit) return []
  const parents = await Promise.all(commit.parents.map((parent) => trees.commit(parent)))
  const known = parents.flatMap((parent) => parent?.tree ?? [])
  const changes = await Promise.all(
    known.length === 0
      ? [trees.changed(undefined, commit.tree)]
      : known.map((tree) => trees.changed(tree, commit.tree)),
  )
  const [first = [], ...others] = changes
  const inOthers = others.map((some) => new Set(some.map(({ path }) => path)))
  return first.filter(({ path, after }) => after && inOthers.every((paths) => paths.has(path)))
}

/** What a branch would come to be, against what it is, or against where it left the trunk. */
async function refusedMove(look: Look, move: BranchMove, asker: Asker): Promise<PushRefused | undefined> {
  const { place, quarantine, trees } = look
  const { ref, branch, from, to, forward } = move
  if (to === undefined) return undefined
  if (forward && (from === undefined || !(await isForward(look, from, to))))
    return { kind: "refused", code: "not-forward", ref }
  if (place.shelf.context === "code") return undefined
  const trunk = await place.trunk()
  const base = forward ? from : await mergeBase(place, quarantine, to)
  const [old, now] = await Promise.all([base === undefined ? undefined : trees.commit(base), trees.commit(to)])
  const changed = await trees.changed(old?.tree, now?.tree)
  const paths = now ? (await trees.files(now.tree)).map(({ path }) => path) : []
  const landing = {
    shelf: place.shelf,
    onTrunk: branch === trunk,
    byLoop: asker.kind === "loop",
    byAdmin: asker.kind === "member" && asker.admin,
  }
  return refusedAmong(landing, await arrivingOf(changed, storedBlobs(look)), paths)
}

async function isForward({ place, quarantine }: Look, from: string, to: string): Promise<boolean> {
  return (await place.run(isAncestorApart(quarantine, from, to))).code === 0
}

async function mergeBase(place: Place, quarantine: Quarantine, to: string): Promise<string | undefined> {
  const tip = await place.resolve()
  if (tip === undefined) return undefined
  const { code, text } = await place.run(mergeBaseApart(quarantine, tip, to))
  return code === 0 ? text.trim() : undefined
}

/** In order, and no further than the first refusal. */
async function firstRefused<T, Refusal>(
  all: readonly T[],
  look: (one: T) => Promise<Refusal | undefined>,
): Promise<Refusal | undefined> {
  for (const one of all) {
    const refused = await look(one)
    if (refused) return refused
  }
  return undefined
}
