import type { LoopId, UserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { By, Shelf } from "./contract.ts"
import type { Remote } from "./outside-remote.ts"
import { createOutsideReview } from "./outside-review.ts"
import type { Place } from "./place.ts"
import type {
  DiscardOutcome,
  MergeOutcome,
  MergeWanted,
  Proposal,
  ProposalRow,
  Proposals,
  Reviewer,
  ReviewRight,
} from "./proposal-contract.ts"
import { lookAtProposal, proposalBranches } from "./proposal-look.ts"
import type { Finding } from "./secret-scan.ts"
import type { OwnShelves } from "./shelves.ts"
import { proposalsTouching } from "./touching.ts"
import { mergeBranch, removeBranch, restoreBranch } from "./writing.ts"

export interface ProposalNeeds {
  shelves: OwnShelves
  /** Who reviews what comes to a shared context. */
  reviewers(context: "knowledge" | "notes"): "members" | "others" | "admins"
  /** The people a loop belongs to, as far as it can still be known. */
  peopleOf(loop: LoopId): Promise<readonly UserName[]>
  background: Pick<Background, "run">
  /** Where proposals of this context are reviewed; `missing`: outside, and there is no outside. */
  reviewRemote(context: "knowledge" | "notes"): Remote | "missing" | undefined
  /** Values that nobody may publish: those of all vaults, and the workspace's keys. */
  secrets(): Promise<readonly string[]>
}

export function createProposals(needs: ProposalNeeds): Proposals {
  const { shelves, reviewers, peopleOf, secrets } = needs
  /** What was found out about two commits stays true. */
  const looked = new Map<string, Promise<Proposal | undefined>>()

  async function look(
    { place, shelf }: { place: Place; shelf: Shelf },
    at: { branch: string; tip: string; trunk: string },
  ): Promise<Proposal | undefined> {
    const key = [place.folder, at.branch, at.tip, at.trunk].join("\0")
    const known = looked.get(key)
    const proposal = known ?? secrets().then((values) => lookAtProposal({ place, shelf }, at, values))
    looked.delete(key)
    looked.set(key, proposal)
    proposal.catch(() => looked.delete(key))
    for (const oldest of looked.keys()) {
      if (looked.size <= mostLooked) break
      looked.delete(oldest)
    }
    return proposal
  }

  async function find(shelf: Shelf, branch: string): Promise<Proposal | undefined> {
    if (!proposalBranches.some((prefix) => branch.startsWith(prefix))) return undefined
    const place = await shelves.place(shelf)
    const [tip, trunk] = await Promise.all([place.tip(branch), place.resolve()])
    return tip === undefined || trunk === undefined ? undefined : look({ place, shelf }, { branch, tip, trunk })
  }

  async function ownersOf({ from }: ProposalRow): Promise<readonly UserName[]> {
    if (from.kind === "loop") return peopleOf(from.loop)
    return from.kind === "person" ? [from.user] : []
  }

  async function rightTo(proposal: ProposalRow, reviewer: Reviewer): Promise<ReviewRight> {
    return reviewRight(proposal, reviewer, { own: await ownersOf(proposal), reviewers })
  }

  const outside = createOutsideReview({ ...needs, find })

  async function mayMerge(proposal: ProposalRow, reviewer: Reviewer): Promise<ReviewRight> {
    const right = await rightTo(proposal, reviewer)
    return right.kind === "may" && outside.isOutside(proposal.shelf) ? { kind: "may-not", why: "outside" } : right
  }

  return {
    async list(shelf) {
      const place = await shelves.place(shelf)
      const trunk = await place.resolve()
      if (trunk === undefined) return []
      const refs = await Promise.all(proposalBranches.map((prefix) => place.refs(`refs/heads/${prefix}`)))
      const rows: ProposalRow[] = []
      for (const { name, commit } of refs.flat()) {
        const found = await look({ place, shelf }, { branch: name.slice("refs/heads/".length), tip: commit, trunk })
        if (found) rows.push(found)
      }
      return rows.sort((a, b) => b.at - a.at)
    },
    find,
    touching: async (shelf, path) => proposalsTouching(await shelves.place(shelf), path),
    mayMerge,
    reviewedOutside: outside.stateOf,
    async proposeOutside(wanted) {
      looked.clear()
      const seen = await sameAsSeen(find, wanted)
      if (!seen || !outside.isOutside(wanted.shelf)) return { kind: "moved" }
      const isSuspect = seen.findings.length > 0
      const may = await rightTo(seen, wanted.reviewer)
      const right = isSuspect ? may : await rightToDiscard(seen, wanted.reviewer, rightTo)
      if (right.kind === "may-not") return right
      if (isSuspect && wanted.confirmed !== confirmationOf(seen.findings))
        return { kind: "secrets", findings: seen.findings }
      await outside.propose(seen, { confirmed: isSuspect })
      return { kind: "done" }
    },
    async merge(wanted) {
      // Looked at afresh: a value may have been stored since somebody saw the page.
      looked.clear()
      const seen = await sameAsSeen(find, wanted)
      if (!seen) return { kind: "moved" }
      const right = await mayMerge(seen, wanted.reviewer)
      if (right.kind === "may-not") return right
      if (seen.findings.length > 0 && wanted.confirmed !== confirmationOf(seen.findings))
        return { kind: "secrets", findings: seen.findings }
      return mergeSeen(await shelves.place(wanted.shelf), seen, wanted)
    },
    async discard(wanted) {
      const seen = await sameAsSeen(find, wanted)
      if (!seen) return { kind: "moved" }
      const right = await rightToDiscard(seen, wanted.reviewer, rightTo)
      if (right.kind === "may-not") return right
      const place = await shelves.place(wanted.shelf)
      const branch = { name: wanted.branch, commit: wanted.seen }
      return done(await removeBranch(place, branch, { user: wanted.reviewer.user }))
    },
    async restore({ shelf, branch, seen, reviewer }) {
      if (shelf.context === "personal" && shelf.user !== reviewer.user) return { kind: "may-not", why: "owner" }
      const place = await shelves.place(shelf)
      return done(await restoreBranch(place, { name: branch, commit: seen }, { user: reviewer.user }))
    },
  }
}

const mostLooked = 500

const done = (was: boolean): DiscardOutcome => ({ kind: was ? "done" : "moved" })

async function sameAsSeen(
  find: Proposals["find"],
  { shelf, branch, seen }: Pick<MergeWanted, "shelf" | "branch" | "seen">,
): Promise<Proposal | undefined> {
  const proposal = await find(shelf, branch)
  return proposal?.tip === seen ? proposal : undefined
}

/** What says yes to these findings and to no others. */
export const confirmationOf = (findings: readonly Finding[]): string =>
  new Bun.CryptoHasher("sha256")
    .update(JSON.stringify(findings.map(({ path, line, what }) => [path, line, what])))
    .digest("hex")
    .slice(0, 16)

interface Rules extends Pick<ProposalNeeds, "reviewers"> {
  own: readonly UserName[]
}

/** Settings of the team are an administrator's to merge; one's own repository is nobody else's. */
function reviewRight(proposal: ProposalRow, { user, admin }: Reviewer, { own, reviewers }: Rules): ReviewRight {
  const { shelf, steers } = proposal
  if (shelf.context === "personal") return shelf.user === user ? { kind: "may" } : { kind: "may-not", why: "owner" }
  const who = reviewers(shelf.context)
  if (!admin && (who === "admins" || (steers && shelf.context === "knowledge")))
    return { kind: "may-not", why: "admins" }
  return who === "others" && own.includes(user) ? { kind: "may-not", why: "own" } : { kind: "may" }
}

/** Whoever made it may take it back. */
async function rightToDiscard(
  proposal: ProposalRow,
  reviewer: Reviewer,
  rightTo: (proposal: ProposalRow, reviewer: Reviewer) => Promise<ReviewRight>,
): Promise<ReviewRight> {
  if (proposal.from.kind === "person" && proposal.from.user === reviewer.user) return { kind: "may" }
  const right = await rightTo(proposal, reviewer)
  return right.kind === "may-not" && right.why === "own" ? { kind: "may" } : right
}

async function mergeSeen(place: Place, seen: Proposal, { reviewer, author, link }: MergeWanted): Promise<MergeOutcome> {
  const by: By = { user: reviewer.user }
  const merged = await mergeBranch(place, {
    into: await place.trunk(),
    from: seen.tip,
    author,
    message: mergeMessage(seen, { author, ...(link !== undefined && { link }) }),
    by,
  })
  if (merged.kind === "merged" || merged.kind === "contained")
    await removeBranch(place, { name: seen.branch, commit: seen.tip }, by)
  return merged.kind === "moved" ? { kind: "moved" } : merged
}

function mergeMessage({ subject, branch }: Proposal, { author, link }: Pick<MergeWanted, "author" | "link">): string {
  const lines = [`Merge: ${subject}`, "", `Proposed-as: ${branch}`, `Reviewed-by: ${author.name} <${author.email}>`]
  return [...lines, ...(link === undefined ? [] : [`Loop: ${link}`])].join("\n")
}
