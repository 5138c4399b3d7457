import { id6, type LoopId } from "../../lib/ids.ts"
import { trunkName } from "../../platform/git/inside-clone.ts"
import {
  addAllBut,
  branchTips,
  bringTo,
  commitAll,
  headBranch,
  headCommit,
  unsavedCommits,
} from "../../platform/git/inside-save.ts"
import { statusInside } from "../../platform/git/inside.ts"
import { findMarks, isLocked, parseMarks } from "../../platform/git/inside-under-way.ts"
import { whereGitLies } from "../../platform/git/inside-undo.ts"
import { CommandFailed } from "../../platform/process/command.ts"
import { hostWords } from "../../repos/index.ts"
import { type Box, LinkFailed } from "../../sandbox/index.ts"
import { holdsWork, isRepository, lookInto, parseStatus, readable } from "./work-report.ts"
import { type GitAnswer, type GitAt, gitAt } from "./git-at.ts"
import { type Checkout, listCheckouts } from "./inside.ts"
import { contextBranch } from "./places.ts"

/** What became of one checkout that held work of its own. */
export interface SavedCheckout {
  checkout: string
  /** Branches of where it came from that have its commits now. */
  branches: string[]
  /** Why some of it is only here still. Absent: all of it is elsewhere. */
  kept?: Kept
}

export interface Kept {
  why:
    /** No repository at all. */
    | "loose"
    /** A merge or the like waits to be gone on with, or git's lock is held. */
    | "under-way"
    /** What is in no commit could not be put into one. */
    | "not-committed"
    /** Where it came from did not take it, or there is no such place. */
    | "not-pushed"
    /** The sandbox did not answer. */
    | "unreached"
    /** Repositories inside it, which are not saved with it. */
    | "left"
  /** In the words of who refused. */
  said: string
}

export interface SaveNeeds {
  loop: LoopId
  /** The variables that say who commits. */
  identity: Readonly<Record<string, string>>
}

const message = "Save what was in no commit"
const workMs = 120_000
const mostFolders = 100

/**
 * Commits what is in no commit and brings every commit that is nowhere else to a branch of this loop. Each step looks at
 * what is there, so that one that was cut short, or is asked for again, is gone on with. Nothing is forced.
 */
export const saveCheckouts = async (box: Box, needs: SaveNeeds): Promise<SavedCheckout[]> => {
  const checkouts = await listCheckouts(box, { drives: true })
  const saved = await Promise.all(checkouts.map((checkout) => saveOne(box, checkout, needs)))
  return saved.filter((one) => one !== undefined)
}

async function saveOne(box: Box, checkout: Checkout, needs: SaveNeeds): Promise<SavedCheckout | undefined> {
  const { name } = checkout
  const branches: string[] = []
  try {
    const before = await lookInto(box, checkout)
    if (!holdsWork(before)) return undefined
    if (before.unseen) return { checkout: name, branches, kept: { why: "unreached", said: "" } }
    const said = before.uncommitted.join(", ")
    if (!(await isRepository(box, checkout))) return { checkout: name, branches, kept: { why: "loose", said } }
    const failed = await bringElsewhere(gitAt(box, checkout), { checkout, branches, ...needs })
    const after = await lookInto(box, checkout)
    const left = holdsWork(after) ? { why: "left" as const, said: after.uncommitted.join(", ") } : undefined
    const kept = left && (failed ?? left)
    return { checkout: name, branches, ...(kept && { kept }) }
  } catch (error) {
    if (!(error instanceof LinkFailed)) throw error
    return { checkout: name, branches, kept: { why: "unreached", said: error.message } }
  }
}

type Saving = SaveNeeds & { checkout: Checkout; branches: string[] }

async function bringElsewhere(git: GitAt, saving: Saving): Promise<Kept | undefined> {
  return (await commitRest(git, saving)) ?? (await pushAll(git, saving))
}

async function commitRest(git: GitAt, { identity }: Saving): Promise<Kept | undefined> {
  const changed = parseStatus((await git(statusInside)).out)
  const folders = changed.filter((path) => path.endsWith("/"))
  if (changed.length === folders.length) return undefined
  const waits = await underWay(git)
  if (waits !== undefined) return { why: "under-way", said: waits }
  if (folders.length > mostFolders) return { why: "not-committed", said: "" }
  const added = await git(addAllBut(folders), {}, workMs)
  const made = added.ok ? await git(commitAll(message), identity, workMs) : added
  // What only differs in a repository within leaves nothing to commit.
  if (made.ok || /nothing to commit|no changes added/.test(made.out)) return undefined
  return { why: "not-committed", said: saidOf(made) }
}

async function underWay(git: GitAt): Promise<string | undefined> {
  const [folder = ""] = (await git(whereGitLies)).out.split("\n")
  if (!folder.startsWith("/")) return undefined
  const { out } = await git(findMarks(folder))
  return parseMarks(out) ?? (isLocked(out) ? "index.lock" : undefined)
}

/** The branch that is checked out first: others may be part of it, and have nothing left to bring then. */
async function pushAll(git: GitAt, saving: Saving): Promise<Kept | undefined> {
  let failed: Kept | undefined
  for (const { name, commit, to } of await tipsOf(git, saving)) {
    if (!(await isUnsaved(git, commit))) continue
    if (to === undefined) {
      failed ??= { why: "not-pushed", said: name }
      continue
    }
    const pushed = await git(bringTo(commit, to), {}, workMs)
    if (pushed.ok) saving.branches.push(to)
    else failed ??= { why: "not-pushed", said: saidOf(pushed) }
  }
  return failed
}

interface Tip {
  /** A branch, or `HEAD` where none is checked out. */
  name: string
  commit: string
  /** Where it may go; undefined where a loop may bring nothing of this name. */
  to?: string | undefined
}

/** A context takes the loop's one branch; elsewhere a branch keeps its name, and what would move the trunk gets another. */
async function tipsOf(git: GitAt, { checkout, loop }: Saving): Promise<Tip[]> {
  const current = await git(headBranch)
  const head = { name: current.ok ? current.out : "HEAD", commit: (await git(headCommit)).out }
  const others = tipsIn((await git(branchTips)).out).filter(({ name }) => name !== head.name)
  if (checkout.root !== "workdir" && checkout.root !== "repos") return [{ ...head, to: contextBranch(loop) }, ...others]
  const trunk = (await git(trunkName)).out.replace(/^origin\//, "")
  const shared = new Set(["HEAD", "main", "master", trunk])
  return [head, ...others].map((tip) => ({ ...tip, to: shared.has(tip.name) ? `loop/saved-${id6(loop)}` : tip.name }))
}

const tipsIn = (text: string): Omit<Tip, "to">[] =>
  text.split("\n").flatMap((line) => {
    const at = line.indexOf(" ")
    return at > 0 ? [{ name: line.slice(at + 1), commit: line.slice(0, at) }] : []
  })

const isUnsaved = async (git: GitAt, commit: string): Promise<boolean> =>
  (await git(unsavedCommits)).out.split("\n").includes(commit)

/** Which branch was refused, and why, stands in lines of their own. */
function saidOf({ code, said, out }: GitAnswer): string {
  const [, inWords] = /^remote: (loopat: .*)$/m.exec(said) ?? []
  const [line] = /^ *! .*$/m.exec(said) ?? []
  return readable(inWords ?? line ?? hostWords(new CommandFailed("exit", "git", { code, stderr: said || out })))
}
