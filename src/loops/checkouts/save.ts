import { shownPath } from "../../lib/file-path.ts"
import { id6, type LoopId } from "../../lib/ids.ts"
import { literalPaths, pathsInput, unstagePaths } from "../../platform/git/inside-changes.ts"
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
import { withoutHooks } from "../../platform/git/inside-turns.ts"
import { whereGitLies } from "../../platform/git/inside-undo.ts"
import { CommandFailed } from "../../platform/process/command.ts"
import { hostWords } from "../../repos/index.ts"
import { type Box, LinkFailed } from "../../sandbox/index.ts"
import { holdsWork, isRepository, lookInto, nestedIn, parseStatus, readable } from "./work-report.ts"
import { type GitAnswer, type GitAt, gitAt } from "./git-at.ts"
import { type GitInside, GitRefused } from "./git-inside.ts"
import { type Checkout, listCheckouts } from "./inside.ts"
import type { Suspect } from "./patch-sieve.ts"
import { contextBranch } from "./places.ts"
import { gitToLook, type LookNeeds, suspectKey, suspectsCommitted, suspectsStaged } from "./suspects.ts"

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
    /** It looks like a secret, and nobody said that it is to be saved. */
    | "secrets"
  /** In the words of who refused. */
  said: string
}

export interface SaveNeeds {
  loop: LoopId
  /** The variables that say who commits. */
  identity: Readonly<Record<string, string>>
  look: LookNeeds
  /** Keys of what looks like secrets and is saved all the same. */
  allowed: ReadonlySet<string>
}

const message = "Save what was in no commit"
const workMs = 120_000
const mostFolders = 100

/**
 * Commits what is in no commit and brings every commit that is nowhere else to a branch of this loop. Each step looks at
 * what is there, so that one that was cut short, or is asked for again, is gone on with. Nothing is forced, and what looks
 * like a secret stays where it is unless it is allowed.
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
    const looking = gitToLook(box, checkout, needs.look)
    const failed = await bringElsewhere(gitAt(box, checkout), { checkout, branches, looking, ...needs })
    const after = await lookInto(box, checkout)
    const left = holdsWork(after) ? { why: "left" as const, said: after.uncommitted.join(", ") } : undefined
    const kept = left && (failed ?? left)
    return { checkout: name, branches, ...(kept && { kept }) }
  } catch (error) {
    if (!(error instanceof LinkFailed)) throw error
    return { checkout: name, branches, kept: { why: "unreached", said: error.message } }
  }
}

type Saving = SaveNeeds & { checkout: Checkout; branches: string[]; looking: GitInside }

async function bringElsewhere(git: GitAt, saving: Saving): Promise<Kept | undefined> {
  try {
    const kept = await commitRest(git, saving)
    if (kept && kept.why !== "secrets") return kept
    return (await pushAll(git, saving)) ?? kept
  } catch (error) {
    if (!(error instanceof GitRefused)) throw error
    return { why: "not-committed", said: readable(error.said) }
  }
}

async function commitRest(git: GitAt, saving: Saving): Promise<Kept | undefined> {
  const changed = parseStatus((await git(statusInside)).out)
  const folders = nestedIn(changed)
  if (changed.length === folders.length) return undefined
  const waits = await underWay(git)
  if (waits !== undefined) return { why: "under-way", said: waits }
  if (folders.length > mostFolders) return { why: "not-committed", said: "" }
  const added = await git(addAllBut(folders), {}, workMs)
  if (!added.ok) return { why: "not-committed", said: saidOf(added) }
  const { suspects, changes } = await suspectsStaged(saving.looking, saving.look)
  const held = withheld(suspects, saving)
  if (held.length > 0) await unstage(saving.looking, held)
  // What only differs in a repository within leaves nothing to commit.
  const made = changes > held.length ? await git(commitAll(message), saving.identity, workMs) : added
  return made.ok ? asKept(held) : { why: "not-committed", said: saidOf(made) }
}

const withheld = (suspects: readonly Suspect[], { checkout, allowed }: Saving): Suspect[] =>
  suspects.filter((one) => !allowed.has(suspectKey(checkout.name, one)))

const mostNamed = 10

function asKept(held: readonly Suspect[]): Kept | undefined {
  if (held.length === 0) return undefined
  const named = held.slice(0, mostNamed).map(({ path }) => readable(shownPath(path)))
  return { why: "secrets", said: `${named.join(", ")}${held.length > named.length ? ` … (${held.length})` : ""}` }
}

/** As they are in the last commit; the files themselves stay. */
async function unstage(git: GitInside, held: readonly Suspect[]): Promise<void> {
  const stdin = pathsInput(held.map(({ path }) => path))
  const { ok, said } = await git.ask(unstagePaths, { stdin, env: { ...withoutHooks, ...literalPaths } })
  if (!ok) throw new GitRefused(said)
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
    const held = asKept(withheld(await suspectsCommitted(saving.looking, saving.look, commit), saving))
    if (held) {
      failed ??= held
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
