import { commitsAhead } from "./ahead.ts"
import type { Place } from "./place.ts"
import type { Proposer } from "./proposal-contract.ts"
import { proposalBranches, proposerOf } from "./proposal-look.ts"

/** A proposal as far as one document is concerned. */
export interface TouchingProposal {
  branch: string
  from: Proposer
  subject: string
  at: number
}

/** Proposals that leave one file otherwise than they found it, the newest first. No program is started for it. */
export async function proposalsTouching(place: Place, path: string): Promise<TouchingProposal[]> {
  const trunk = await place.resolve()
  if (trunk === undefined) return []
  const refs = await Promise.all(proposalBranches.map((prefix) => place.refs(`refs/heads/${prefix}`)))
  const found: TouchingProposal[] = []
  for (const { name, commit: tip } of refs.flat()) {
    const { commits, base } = await commitsAhead(place.trees, trunk, tip)
    const [newest] = commits
    if (!newest || (await blobAt(place, base, path)) === (await blobAt(place, tip, path))) continue
    const branch = name.slice("refs/heads/".length)
    found.push({ branch, from: proposerOf(branch), subject: newest.commit.subject, at: newest.commit.at })
  }
  return found.sort((a, b) => b.at - a.at)
}

async function blobAt({ trees }: Place, commit: string | undefined, path: string): Promise<string | undefined> {
  const tree = commit === undefined ? undefined : (await trees.commit(commit))?.tree
  return tree === undefined ? undefined : (await trees.at(tree, path))?.id
}
