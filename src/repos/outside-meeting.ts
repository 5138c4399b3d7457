import { parseUserName } from "../lib/ids.ts"
import { isAncestor } from "../platform/git/shelf-commands.ts"
import { refusedHistoryOutside, refusedTrunkOutside } from "./outside-content.ts"
import { pushed, type Remote, type Theirs } from "./outside-remote.ts"
import type { RefusedChange } from "./contract.ts"
import type { Place } from "./place.ts"
import { mergeCommit, mergedTree, moved } from "./writing.ts"

export interface Meeting {
  place: Place
  to: Remote
  /** Only what moves a branch here keeps others waiting; the network does not. */
  turn: Place["inTurn"]
}

/** How two sides came out of it. */
export type Met =
  | { state: "in-step" }
  /** The other side moved on in that moment. */
  | { state: "not-outside"; sentence: string }
  /** Both went on and do not merge: nothing moved, and theirs is here for a loop to merge. */
  | { state: "diverged"; conflicts: string[] }
  /** What came breaks a rule: nothing moved. */
  | { state: "refused"; refused: Pick<RefusedChange, "code" | "path"> }

/** Forward on whichever side is behind, a merge where both went on, and nothing where that is not clean. */
export async function bringTogether({ place, to, turn }: Meeting, { branch, commit: outside }: Theirs): Promise<Met> {
  const refused = outside === undefined ? undefined : await refusedOutside(place, outside)
  if (refused) return { state: "refused", refused }
  const joined = await turn(() => join(place, outside))
  if (joined.kind === "refused") return { state: "refused", refused: { code: joined.code, path: joined.path } }
  if (joined.kind === "late") return { state: "not-outside", sentence: "it moved on meanwhile" }
  if (joined.kind === "conflict") return { state: "diverged", conflicts: joined.paths }
  const isThere = joined.commit === outside || (await pushed(place, to, { commit: joined.commit, branch }))
  return isThere ? { state: "in-step" } : { state: "not-outside", sentence: "it moved on meanwhile" }
}

async function refusedOutside(place: Place, outside: string): Promise<RefusedChange | undefined> {
  const ours = await tipOf(place)
  return (await has(place, outside, ours)) ? undefined : refusedHistoryOutside(place, { ours, outside })
}

async function tipOf(place: Place): Promise<string> {
  const ours = await place.resolve()
  if (ours === undefined) throw new Error("a repository of the server has no commit")
  return ours
}

const by = parseUserName("loopat")
const serverAuthor = { name: "loopat", email: "loopat@loopat.local" }

type Joined =
  | { kind: "joined"; commit: string }
  | { kind: "conflict"; paths: string[] }
  /** Somebody else moved the trunk in that moment. */
  | { kind: "late" }
  | RefusedChange

/** The commit that has both. */
async function join(place: Place, outside: string | undefined): Promise<Joined> {
  const ours = await tipOf(place)
  if (outside === undefined || (await has(place, outside, ours))) return { kind: "joined", commit: ours }
  const both = await together(place, ours, outside)
  if (both.kind === "conflict") return both
  const refused = await refusedTrunkOutside(place, { ours, tree: both.tree })
  if (refused) return refused
  const commit = both.kind === "forward" ? outside : await mergeOf(place, [ours, outside], both.tree)
  const trunk = await place.trunk()
  if (!by || !(await moved(place, [{ ref: `refs/heads/${trunk}`, from: ours, to: commit }]))) return { kind: "late" }
  place.announce({ branch: trunk, from: ours, to: commit, by: { user: by } })
  return { kind: "joined", commit }
}

const has = async (place: Place, older: string, newer: string): Promise<boolean> =>
  (await place.run(isAncestor(place.folder, older, newer))).code === 0

async function together(
  place: Place,
  ours: string,
  outside: string,
): Promise<{ kind: "forward" | "merge"; tree: string } | { kind: "conflict"; paths: string[] }> {
  if (await has(place, ours, outside)) {
    const tree = (await place.trees.commit(outside))?.tree
    if (tree === undefined) throw new Error("a commit that was fetched is not there")
    return { kind: "forward", tree }
  }
  const tried = await mergedTree(place, ours, outside)
  if (tried.kind === "contained") throw new Error("a commit was older and newer than another")
  if (tried.kind === "clean") return { kind: "merge", tree: tried.tree }
  const tree = (await isUntouched(place, ours)) ? (await place.trees.commit(outside))?.tree : undefined
  return tree === undefined ? tried : { kind: "merge", tree }
}

/** A repository that nobody has written in yet holds nothing but what every new one begins with: it gives way. */
async function isUntouched(place: Place, commit: string): Promise<boolean> {
  const first = await place.trees.commit(commit)
  return first?.parents.length === 0 && first.author.email === serverAuthor.email
}

function mergeOf(place: Place, parents: string[], tree: string): Promise<string> {
  return mergeCommit(place, { tree, parents, author: serverAuthor, message: "Merge what came from outside" })
}
