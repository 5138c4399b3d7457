import { createHash } from "node:crypto"
import type { Clock } from "../../platform/clock.ts"
import { emptyTree } from "../../platform/git/inside-changes.ts"
import {
  headCommit,
  nameAllBut,
  patchesOf,
  stagedPatch,
  unsavedCommits,
  unsavedOf,
  workPatch,
} from "../../platform/git/inside-save.ts"
import { copyIndex, withoutHooks } from "../../platform/git/inside-turns.ts"
import { bareRepository, removeFolder } from "../../platform/git/inside-undo.ts"
import { whereContentLies } from "../../platform/git/inside-unsaved.ts"
import type { NewId } from "../../lib/ids.ts"
import type { Box } from "../../sandbox/index.ts"
import { createGitInside, type GitInside, GitRefused } from "./git-inside.ts"
import type { Checkout } from "./inside.ts"
import { PatchSieve, type Sifted, type Suspect } from "./patch-sieve.ts"

export interface LookNeeds {
  clock: Clock
  ids: NewId
  /** Values that nobody else should read. */
  known: readonly string[]
}

const lookMs = 60_000

/** What a person says yes to: this file of this checkout, for this reason. */
export const suspectKey = (checkout: string, { path, what }: Suspect): string =>
  createHash("sha256")
    .update(JSON.stringify([checkout, path, what]))
    .digest("hex")
    .slice(0, 20)

export const gitToLook = (box: Box, checkout: Checkout, { clock }: Pick<LookNeeds, "clock">): GitInside =>
  createGitInside({ box, clock, checkout })

/** What looks like a secret in what the next commit would change. */
export const suspectsStaged = (git: GitInside, { known }: Pick<LookNeeds, "known">) =>
  sift(git, known, { argv: stagedPatch, env: withoutHooks })

/** What looks like a secret in the commits of a branch that no remote has. */
export async function suspectsCommitted(
  git: GitInside,
  { known }: Pick<LookNeeds, "known">,
  commit?: string,
): Promise<Suspect[]> {
  const { ok, out } = await git.ask(commit === undefined ? unsavedCommits : unsavedOf(commit), { env: withoutHooks })
  if (!ok || out.length === 0) return []
  return (await sift(git, known, { argv: patchesOf, env: withoutHooks, stdin: out })).suspects
}

/**
 * What looks like a secret in everything that a save would bring elsewhere. Nothing is written into the checkout, so that
 * it works where everything is read-only. `folders`: repositories of their own. Undefined when git would not tell.
 */
export async function suspectsOf(
  git: GitInside,
  { folders, ...needs }: LookNeeds & { folders: readonly string[] },
): Promise<Suspect[] | undefined> {
  const folder = `/tmp/loopat-secrets-${needs.ids.hex(8)}`
  try {
    const where = await git.ask(whereContentLies)
    const [objects = "", index = ""] = where.out.toString("utf8").split("\n")
    const own = { GIT_INDEX_FILE: `${folder}/index`, GIT_OBJECT_DIRECTORY: `${folder}/objects` }
    const env = { ...withoutHooks, ...own, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects }
    const made = await git.ask(bareRepository(folder))
    // A repository without a first commit may have no index.
    await git.ask(copyIndex(index, `${folder}/index`))
    const named = await git.ask(nameAllBut(folders), { env, timeoutMs: lookMs })
    if (!where.ok || !made.ok || !named.ok) return undefined
    const head = await git.ask(headCommit)
    const base = head.ok ? head.out.toString("latin1").trim() : emptyTree
    const loose = await sift(git, needs.known, { argv: workPatch(base), env })
    const committed = await suspectsCommitted(git, needs)
    return [...new Map([...committed, ...loose.suspects].map((one) => [suspectKey("", one), one])).values()]
  } catch (error) {
    if (error instanceof GitRefused) return undefined
    throw error
  } finally {
    await git.ask(removeFolder(folder))
  }
}

async function sift(
  git: GitInside,
  known: readonly string[],
  { argv, ...options }: { argv: Parameters<GitInside["pieces"]>[0] } & Parameters<GitInside["pieces"]>[1],
): Promise<Sifted> {
  const sieve = new PatchSieve(known)
  for await (const piece of git.pieces(argv, { timeoutMs: lookMs, ...options })) sieve.push(piece)
  return sieve.end()
}
