import { diffLines } from "../lib/diff.ts"
import { parseLoopId, parseUserName } from "../lib/ids.ts"
import { commitsAhead } from "./ahead.ts"
import type { Shelf } from "./contract.ts"
import { asCommit } from "./history.ts"
import type { Place } from "./place.ts"
import type { Proposal, Proposer } from "./proposal-contract.ts"
import { type Finding, scanText } from "./secret-scan.ts"
import type { ChangedFile } from "./trees.ts"
import { mergedTree } from "./writing.ts"

/** Bytes of a file whose lines are counted and looked through. */
const readable = 1 << 20
/** Findings of a whole proposal. */
const mostFindings = 100

/** Everything about a branch that depends on nothing but two commits; undefined where the trunk has it all. */
export async function lookAtProposal(
  { place, shelf }: { place: Place; shelf: Shelf },
  { branch, tip, trunk }: { branch: string; tip: string; trunk: string },
  known: readonly string[],
): Promise<Proposal | undefined> {
  const { trees } = place
  const { commits, base } = await commitsAhead(trees, trunk, tip)
  const [newest] = commits
  if (!newest) return undefined
  const treeOf = async (id: string | undefined) => (id === undefined ? undefined : (await trees.commit(id))?.tree)
  const [old, now, consensus] = await Promise.all([treeOf(base), treeOf(tip), treeOf(trunk)])
  const changes = await trees.changed(old, now)
  const lines = await countLines(place, changes)
  return {
    ...{ shelf, branch, tip, trunk, from: proposerOf(branch) },
    subject: newest.commit.subject,
    at: newest.commit.at,
    commits: commits.length,
    files: changes.length,
    ...lines,
    ...(await mergeState(place, { tip, trunk, changes, meanwhile: await trees.changed(old, consensus) })),
    steers: changes.some(({ path }) => path.toLowerCase().startsWith(".loopat/")),
    ...(base !== undefined && { base }),
    newest: commits.map(({ id, commit }) => asCommit(id, commit)),
    changes,
    findings: await findIn(place, commits, known),
  }
}

/** How the names of branches begin that wait for a review. */
export const proposalBranches = ["loop/", "propose/", "ui/"] as const

export function proposerOf(branch: string): Proposer {
  const [kind = "", whose] = branch.split("/")
  const loop = kind === "loop" ? parseLoopId(whose) : undefined
  const user = kind === "propose" || kind === "ui" ? parseUserName(whose) : undefined
  if (loop) return { kind: "loop", loop }
  return user ? { kind: "person", user } : { kind: "unknown" }
}

async function textOf({ objects }: Place, blob: string | undefined): Promise<string> {
  const head = blob === undefined ? undefined : await objects.head(blob)
  if (!head || head.kind !== "blob" || head.bytes > readable) return ""
  const found = await objects.read(head.id)
  return found && !found.content.subarray(0, 8_000).includes(0) ? Buffer.from(found.content).toString("utf8") : ""
}

async function countLines(place: Place, changes: readonly ChangedFile[]): Promise<{ added: number; removed: number }> {
  let [added, removed] = [0, 0]
  for (const { before, after } of changes) {
    const [old, now] = await Promise.all([textOf(place, before?.blob), textOf(place, after?.blob)])
    const diff = diffLines(old, now, 0)
    added += diff.added
    removed += diff.removed
  }
  return { added, removed }
}

interface Sides {
  tip: string
  trunk: string
  changes: readonly ChangedFile[]
  /** What the trunk changed since. */
  meanwhile: readonly ChangedFile[]
}

/** Sides that changed different files merge; git is asked only about those that met. */
async function mergeState(
  place: Place,
  { tip, trunk, changes, meanwhile }: Sides,
): Promise<Pick<Proposal, "state" | "conflicts">> {
  const theirs = new Map(meanwhile.map(({ path, after }) => [path, after?.blob]))
  if (changes.every(({ path, after }) => theirs.has(path) && theirs.get(path) === after?.blob))
    return { state: "contained", conflicts: [] }
  if (!changes.some(({ path }) => meets(path, theirs))) return { state: "clean", conflicts: [] }
  const tried = await mergedTree(place, trunk, tip)
  return tried.kind === "conflict"
    ? { state: "conflict", conflicts: tried.paths }
    : { state: tried.kind, conflicts: [] }
}

/** The same file, or a file where the other side has a folder. */
function meets(path: string, others: ReadonlyMap<string, unknown>): boolean {
  if (others.has(path)) return true
  const names = path.split("/")
  const isBelow = names.some((_, index) => index > 0 && others.has(names.slice(0, index).join("/")))
  return isBelow || [...others.keys()].some((other) => other.startsWith(`${path}/`))
}

/** In every commit, since all of them would be in the history; a file is named once for each kind of finding. */
async function findIn(
  place: Place,
  commits: Awaited<ReturnType<typeof commitsAhead>>["commits"],
  known: readonly string[],
): Promise<Finding[]> {
  const found = new Map<string, Finding>()
  for (const { commit } of commits) {
    const [parent] = commit.parents
    const before = parent === undefined ? undefined : (await place.trees.commit(parent))?.tree
    for (const change of await place.trees.changed(before, commit.tree)) {
      const [old, now] = await Promise.all([textOf(place, change.before?.blob), textOf(place, change.after?.blob)])
      for (const one of scanText({ path: change.path, before: old, after: now }, known)) {
        const key = `${one.path}\0${one.what}`
        if (!found.has(key)) found.set(key, one)
      }
      if (found.size >= mostFindings) return [...found.values()]
    }
  }
  return [...found.values()]
}
