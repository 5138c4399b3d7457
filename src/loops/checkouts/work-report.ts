import { headCommit } from "../../platform/git/inside-save.ts"
import { statusInside, unpushedInside } from "../../platform/git/inside.ts"
import { type Box, LinkFailed } from "../../sandbox/index.ts"
import { gitAt } from "./git-at.ts"
import { boxAt, type Checkout, listCheckouts } from "./inside.ts"
import type { Suspect } from "./patch-sieve.ts"
import { gitToLook, type LookNeeds, suspectsOf } from "./suspects.ts"

/** What would be lost with one of a loop's checkouts. */
export interface CheckoutWork {
  /** Its name, as addresses have it. */
  checkout: string
  /** Paths with changes that are in no commit, the first ones. */
  uncommitted: string[]
  /** `<short id> <subject>` of commits that are on no remote, the first ones. */
  unpushed: string[]
  /** How many more there are than are listed. */
  more: number
  /** It is no repository: all of it would be lost. */
  loose?: true
  /** It could not be looked into, so that all of it may be lost. */
  unseen?: true
  /** Of what a save would bring elsewhere, the first ones. */
  suspects?: Suspect[]
}

/** What would be lost with a loop: its checkouts that hold something of their own, the working folder first. */
export type WorkReport = readonly CheckoutWork[]

const listed = 20
const mostSuspects = 50
const longestText = 200

/**
 * Looks at every checkout through the link. Undefined when the working folder could not be looked at: the loop then
 * counts as having work. With `needs` also at what of it looks like a secret. What comes back was written by programs that nobody trusts.
 */
export async function inspectWork(box: Box, needs?: LookNeeds): Promise<WorkReport | undefined> {
  try {
    const checkouts = await listCheckouts(box, { drives: true })
    const all = await Promise.all(checkouts.map((one) => lookInto(box, one, needs)))
    return all[0]?.unseen ? undefined : all.filter(holdsWork)
  } catch (error) {
    if (error instanceof LinkFailed) return undefined
    throw error
  }
}

export async function lookInto(box: Box, checkout: Checkout, needs?: LookNeeds): Promise<CheckoutWork> {
  const { name } = checkout
  const git = gitAt(box, checkout)
  try {
    if (!(await isRepository(box, checkout))) return await looseFiles(box, checkout)
    const [status, log] = [await git(statusInside), await git(unpushedInside)]
    // Where nothing was ever committed there is nothing to name.
    const none = !log.ok && !(await git(headCommit)).ok
    if (status.ok && (log.ok || none)) {
      const changed = parseStatus(status.out)
      const work = checkoutWork(name, changed, parseLog(log.out))
      const suspects = needs && holdsWork(work) ? await suspectsIn(box, { checkout, changed, needs }) : []
      return { ...work, ...(suspects.length > 0 && { suspects }) }
    }
  } catch (error) {
    if (!(error instanceof LinkFailed) || error.kind === "gone") throw error
  }
  return { ...checkoutWork(name, [], []), unseen: true }
}

/** What could not be looked at is looked at again before it is saved. */
async function suspectsIn(
  box: Box,
  { checkout, changed, needs }: { checkout: Checkout; changed: readonly string[]; needs: LookNeeds },
): Promise<Suspect[]> {
  try {
    const found = await suspectsOf(gitToLook(box, checkout, needs), { ...needs, folders: nestedIn(changed) })
    return found?.slice(0, mostSuspects) ?? []
  } catch (error) {
    if (!(error instanceof LinkFailed) || error.kind === "gone") throw error
    return []
  }
}

/** Git names a repository within as a folder. */
export const nestedIn = (changed: readonly string[]): string[] => changed.filter((path) => path.endsWith("/"))

export const isRepository = async (box: Box, checkout: Checkout): Promise<boolean> =>
  (await boxAt(box, checkout).files.stat("workdir", ".git")) !== undefined

/** Without a repository every file is one that exists nowhere else. */
async function looseFiles(box: Box, checkout: Checkout): Promise<CheckoutWork> {
  const { entries, more } = await boxAt(box, checkout).files.list("workdir", "", { maxEntries: 200 })
  const names = entries.map((entry) => (entry.kind === "folder" ? `${entry.name}/` : entry.name))
  const work = { ...checkoutWork(checkout.name, names, []), loose: true as const }
  return more ? { ...work, more: work.more + 1 } : work
}

/** Paths of `git status --porcelain=v2 -z` (git-status(1), "Porcelain Format Version 2"). */
export function parseStatus(text: string): string[] {
  const paths: string[] = []
  for (const record of text.split("\0")) {
    const fields = fieldsBeforePath[record[0] ?? ""]
    if (fields === undefined) continue
    const path = record.split(" ").slice(fields).join(" ")
    if (path !== "") paths.push(path)
  }
  return paths
}

/** How many fields stand before the path, by the first letter of the record. */
const fieldsBeforePath: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 }

export const parseLog = (text: string): string[] => text.split("\0").filter((line) => line !== "")

export function checkoutWork(checkout: string, uncommitted: string[], unpushed: string[]): CheckoutWork {
  const cut = (lines: string[]) => lines.slice(0, listed).map(readable)
  return {
    checkout,
    uncommitted: cut(uncommitted),
    unpushed: cut(unpushed),
    more: Math.max(0, uncommitted.length - listed) + Math.max(0, unpushed.length - listed),
  }
}

export const holdsWork = ({ uncommitted, unpushed, more, unseen }: CheckoutWork): boolean =>
  uncommitted.length + unpushed.length + more > 0 || unseen === true

export const hasWork = (report: WorkReport | undefined): boolean => report === undefined || report.length > 0

export const readable = (text: string) =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "�").slice(0, longestText)
