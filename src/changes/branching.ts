import {
  createBranch,
  deleteBranch,
  fetchOrigin,
  mergeTrunk,
  mergeUpstream,
  parseBranchName,
  pushBranch,
  pushHeadTo,
  renameBranch,
  switchBranch,
} from "../platform/git/inside-history.ts"
import { discardFiles } from "./discard.ts"
import type { GitInside } from "../loops/index.ts"
import { lookAt } from "./look.ts"
import type { UndoNeeds } from "./undo.ts"

export type Switched =
  | { kind: "done" }
  | { kind: "bad-name" }
  /** Changes that are in no commit would be overwritten. */
  | { kind: "in-the-way" }
  | { kind: "refused"; said: string }

export interface SwitchWish {
  name: string
  create: boolean
  /** Keeps what is in no commit on the undo list first, instead of carrying it along. */
  aside: boolean
}

/** Goes to another branch, or to a new one from here. */
export async function switchTo(git: GitInside, wish: SwitchWish, needs: UndoNeeds): Promise<Switched> {
  const name = parseBranchName(wish.name)
  if (name === undefined) return { kind: "bad-name" }
  if (wish.aside) {
    const aside = await discardFiles(git, "all", needs)
    if (aside.kind === "refused") return aside
  }
  const { ok, said } = await git.ask(wish.create ? createBranch(name) : switchBranch(name))
  if (ok) return { kind: "done" }
  return /would be overwritten/.test(said) ? { kind: "in-the-way" } : { kind: "refused", said }
}

export type Reshaped =
  | { kind: "done" }
  | { kind: "bad-name" }
  /** The loop's own, which the loop and its links are known by. */
  | { kind: "own" }
  | { kind: "taken" }
  /** Its commits would be on no branch. */
  | { kind: "only-here" }
  | { kind: "refused"; said: string }

export interface ReshapeWish {
  name: string
  /** Its new name; without one it goes. */
  to?: string | undefined
  /** Although its commits are nowhere else. */
  force?: boolean
  /** The loop's own branch. */
  own?: string | undefined
}

/** Gives a branch another name, or removes it. */
export async function reshape(git: GitInside, { name: given, to, force = false, own }: ReshapeWish): Promise<Reshaped> {
  const name = parseBranchName(given)
  const next = to === undefined ? "" : parseBranchName(to)
  if (name === undefined || next === undefined) return { kind: "bad-name" }
  if (name === own) return { kind: "own" }
  const { ok, said } = await git.ask(to === undefined ? deleteBranch(name, force) : renameBranch(name, next))
  if (ok) return { kind: "done" }
  if (/not fully merged/.test(said)) return { kind: "only-here" }
  return /already exists/.test(said) ? { kind: "taken" } : { kind: "refused", said }
}

export type RemoteDeed = "fetch" | "push" | "pull"
export type Exchanged =
  | { kind: "done"; deed: RemoteDeed }
  | { kind: "up-to-date" }
  | { kind: "no-branch" }
  | { kind: "no-remote" | "behind" | "gate" | "no-access" | "unreachable" | "conflict" | "refused"; said: string }

/** A remote may be far away. */
const remoteMs = 60_000

/** Exchanges commits with the repository that this one came from, with what the sandbox knows of it. */
export async function exchange(git: GitInside, deed: RemoteDeed): Promise<Exchanged> {
  const looked = await lookAt(git)
  if (looked.kind !== "status" || looked.status.branch === undefined) return { kind: "no-branch" }
  if (deed === "push") {
    const pushed = await git.ask(pushOf(git, looked.status.branch), { timeoutMs: remoteMs })
    const said = `${pushed.out.toString("utf8")}\n${pushed.said}`.trim()
    if (!pushed.ok) return refusal(said)
    return /^=\t/m.test(said) ? { kind: "up-to-date" } : { kind: "done", deed }
  }
  const fetched = await git.ask(fetchOrigin, { timeoutMs: remoteMs })
  if (!fetched.ok) return refusal(fetched.said)
  if (deed === "fetch") return { kind: "done", deed }
  const merged = await git.ask(isContext(git) ? mergeTrunk : mergeUpstream)
  if (merged.ok) return { kind: "done", deed }
  return refusal(`${merged.out.toString("utf8")}\n${merged.said}`.trim())
}

const isContext = ({ checkout: { root } }: GitInside) => root !== "workdir" && root !== "repos"

/** What is given to knowledge is a proposal on the loop's branch; notes and personal take it as it comes. */
function pushOf({ checkout: { root } }: GitInside, branch: string) {
  if (root === "knowledge") return pushHeadTo(branch)
  return root === "notes" || root === "personal" ? pushHeadTo("main") : pushBranch(branch)
}

/** git's words in their order: the first that is found says which refusal it is. */
const refusals: [RegExp, Exclude<Exchanged["kind"], "done" | "up-to-date" | "no-branch">][] = [
  [/non-fast-forward|fetch first|tip of your current branch is behind/i, "behind"],
  [/hook declined|remote rejected|protected branch/i, "gate"],
  [/does not appear to be a git repository|No such remote|no upstream configured|No remote configured/i, "no-remote"],
  [/Authentication failed|could not read (Username|Password)|Permission denied|403|401|access rights/i, "no-access"],
  [/Could not resolve|Connection (refused|timed out)|unable to access|Network is unreachable/i, "unreachable"],
  [/CONFLICT|Automatic merge failed|would be overwritten/i, "conflict"],
]

export function refusal(said: string): Exclude<Exchanged, { kind: "done" | "up-to-date" | "no-branch" }> {
  const found = refusals.find(([words]) => words.test(said))
  return { kind: found?.[1] ?? "refused", said }
}
