import { parseUserName } from "../lib/ids.ts"
import { oneAtATime } from "../lib/one-at-a-time.ts"
import type { Background } from "../platform/background.ts"
import { askBranches, pushOver } from "../platform/git/outside-commands.ts"
import { isAncestor } from "../platform/git/shelf-commands.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { type Attachable, attachable } from "./attach.ts"
import type { Shelf } from "./contract.ts"
import { hostOf, type Remote, secretOf } from "./outside-remote.ts"
import type { Place } from "./place.ts"
import type { Proposal, ProposalRow, ReviewedOutside } from "./proposal-contract.ts"
import { proposalBranches } from "./proposal-look.ts"
import { requestAddress } from "./request-address.ts"
import type { OwnShelves } from "./shelves.ts"
import { moved, removeBranch } from "./writing.ts"

/** Proposals that are reviewed at the context's home outside: they are branches there, and what becomes of them comes here. */
export interface OutsideReview {
  isOutside(shelf: Shelf): boolean
  stateOf(proposal: Proposal): Promise<ReviewedOutside | undefined>
  /** Brings it there, again if need be. `confirmed`: somebody looked at what looks like secrets in it. */
  propose(proposal: ProposalRow, about: { confirmed: boolean }): Promise<void>
}

export interface OutsideReviewNeeds {
  shelves: Pick<OwnShelves, "place" | "outsideOf" | "onOutside">
  background: Pick<Background, "run">
  /** Where proposals of this context are reviewed; `missing`: outside, and there is no outside. */
  reviewRemote(context: Attachable): Remote | "missing" | undefined
  find(shelf: Shelf, branch: string): Promise<Proposal | undefined>
}

/**
 * What is known of a branch outside, as refs that nobody is told of. `there`: the commit that we brought there. `closed`: the
 * one that somebody outside would not have. `allowed`: the one whose findings somebody has confirmed.
 */
const marks = ["there", "closed", "allowed"] as const
type Mark = (typeof marks)[number]
const refOf = (mark: Mark, branch: string): string => `refs/loopat/review/${mark}/${branch}`

export function createOutsideReview(needs: OutsideReviewNeeds): OutsideReview {
  const { shelves, background, reviewRemote } = needs
  const remoteFor = ({ context }: Shelf) => (context === "personal" ? undefined : reviewRemote(context))
  const syncs = new Map(attachable.map((context) => [context, oneAtATime(() => syncReviewed(needs, context))]))

  // Every move of a branch here is followed by a look outside, and so is everything that comes from there.
  shelves.onOutside(({ shelf, state }) => {
    if (shelf.context === "personal" || state === undefined || state.state === "not-outside") return
    const sync = syncs.get(shelf.context)
    if (sync && typeof reviewRemote(shelf.context) === "object") background.run("bring proposals outside", sync)
  })

  return {
    isOutside: (shelf) => typeof remoteFor(shelf) === "object",
    async stateOf({ shelf, branch, tip, findings }) {
      const remote = remoteFor(shelf)
      if (remote === undefined) return undefined
      if (remote === "missing") return { state: "no-outside" }
      const place = await shelves.place(shelf)
      const marked = await markedOf(place)
      const known = { host: hostOf(remote.address) }
      if (marked.closed.get(branch) === tip) return { state: "closed", ...known }
      if (marked.there.get(branch) === tip) {
        const url = requestAddress(remote.address, { branch, trunk: await place.trunk() })
        return { state: "there", ...known, ...(url !== undefined && { url }) }
      }
      const isHeld = findings.length > 0 && marked.allowed.get(branch) !== tip
      return { state: isHeld ? "held" : "not-yet", ...known }
    },
    async propose({ shelf, branch, tip }, { confirmed }) {
      const place = await shelves.place(shelf)
      const marked = await markedOf(place)
      await setMark(place, marked, { mark: "closed", branch })
      if (confirmed) await setMark(place, marked, { mark: "allowed", branch, to: tip })
      ;(await shelves.outsideOf(shelf)).follow()
    },
  }
}

type Marked = Record<Mark, Map<string, string>>

async function markedOf(place: Place): Promise<Marked> {
  const read = async (mark: Mark) => {
    const below = refOf(mark, "")
    return new Map((await place.refs(below)).map(({ name, commit }) => [name.slice(below.length), commit]))
  }
  const [there, closed, allowed] = await Promise.all([read("there"), read("closed"), read("allowed")])
  return { there, closed, allowed }
}

async function setMark(
  place: Place,
  marked: Marked,
  { mark, branch, to }: { mark: Mark; branch: string; to?: string },
): Promise<void> {
  const from = marked[mark].get(branch)
  if (from === to) return
  await moved(place, [
    { ref: refOf(mark, branch), ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
  ])
}

/** One look at the branches outside, and what follows from it for each proposal. */
async function syncReviewed(needs: OutsideReviewNeeds, context: Attachable): Promise<void> {
  const remote = needs.reviewRemote(context)
  if (typeof remote !== "object") return
  const place = await needs.shelves.place({ context })
  const theirs = await branchesOutside(place, remote)
  if (theirs === undefined) return
  const marked = await markedOf(place)
  const here = new Map<string, string>()
  for (const prefix of proposalBranches)
    for (const { name, commit } of await place.refs(`refs/heads/${prefix}`))
      here.set(name.slice("refs/heads/".length), commit)
  const side = { needs, context, place, remote, theirs, marked }
  for (const [branch, tip] of here) if (!(await settle(side, { branch, tip }))) here.delete(branch)
  for (const branch of marked.there.keys()) if (!here.has(branch)) await takeBack(side, branch)
  for (const mark of ["closed", "allowed"] as const)
    for (const branch of marked[mark].keys()) if (!here.has(branch)) await setMark(place, marked, { mark, branch })
}

interface Side {
  needs: OutsideReviewNeeds
  context: Attachable
  place: Place
  remote: Remote
  theirs: { trunk: string | undefined; branches: ReadonlyMap<string, string> }
  marked: Marked
}

/** Undefined while the other side does not answer; that is told where it is told of the whole context. */
async function branchesOutside(place: Place, remote: Remote): Promise<Side["theirs"] | undefined> {
  try {
    const { text } = await place.run({ ...askBranches(remote.address), ...secretOf(remote) })
    const refs = new Map(
      [...text.matchAll(/^([0-9a-f]{40})\t(\S+)$/gm)].map(([, commit = "", ref = ""]) => [ref, commit]),
    )
    const branches = [...refs].map(([ref, commit]) => [ref.replace(/^refs\/heads\//, ""), commit] as const)
    return { trunk: refs.get("HEAD"), branches: new Map(branches) }
  } catch (error) {
    if (error instanceof CommandFailed) return undefined
    throw error
  }
}

/** False where there is no such proposal any more. */
async function settle(side: Side, { branch, tip }: Waiting): Promise<boolean> {
  const { needs, context, place, theirs, marked } = side
  const proposal = await needs.find({ context }, branch)
  const [was, now, closed] = [marked.there.get(branch), theirs.branches.get(branch), marked.closed.get(branch)]
  if (proposal === undefined || proposal.state === "contained")
    return (was === undefined && closed === undefined) || !(await closeAsMerged(place, { branch, tip }))
  const isHeld = proposal.findings.length > 0 && marked.allowed.get(branch) !== tip
  if (proposal.tip !== tip || closed === tip || isHeld) return true
  if (was !== tip) await bring(side, { branch, tip })
  else if (now === undefined && (await hasAll(place, theirs.trunk))) await closeOutside(side, { branch, tip })
  return true
}

interface Waiting {
  branch: string
  tip: string
}

/** Somebody removed it there. While its trunk has what is not here yet, that may be because it was merged. */
async function closeOutside({ place, marked }: Side, { branch, tip }: Waiting): Promise<void> {
  const from = marked.closed.get(branch)
  await moved(place, [
    { ref: refOf("there", branch), from: tip },
    { ref: refOf("closed", branch), to: tip, ...(from !== undefined && { from }) },
  ])
}

async function bring(side: Side, { branch, tip }: Waiting): Promise<void> {
  const { place, theirs, marked } = side
  const now = theirs.branches.get(branch)
  // What others have brought to that branch there is never overwritten.
  if (now !== tip && now !== undefined && now !== marked.there.get(branch)) return
  if (now !== tip && !(await broughtOver(side, { branch, commit: tip, was: now }))) return
  await setMark(place, marked, { mark: "there", branch, to: tip })
  await setMark(place, marked, { mark: "closed", branch })
}

const by = parseUserName("loopat")

const closeAsMerged = async (place: Place, { branch, tip }: Waiting): Promise<boolean> =>
  by !== undefined && removeBranch(place, { name: branch, commit: tip }, { user: by })

async function hasAll(place: Place, trunk: string | undefined): Promise<boolean> {
  const ours = await place.resolve()
  if (trunk === undefined || ours === undefined || !(await place.objects.head(trunk))) return false
  return (await place.run(isAncestor(place.folder, trunk, ours))).code === 0
}

/** False where the other side would not have it: it stays what it is here, and is tried again. */
async function broughtOver(
  { place, remote }: Side,
  what: { branch: string; commit?: string; was: string | undefined },
): Promise<boolean> {
  try {
    await place.run({ ...pushOver(place.folder, remote.address, what), ...secretOf(remote) })
    return true
  } catch (error) {
    if (error instanceof CommandFailed) return false
    throw error
  }
}

/** What was merged or discarded leaves no branch behind there, unless somebody went on with it. */
async function takeBack(side: Side, branch: string): Promise<void> {
  const { place, theirs, marked } = side
  const was = marked.there.get(branch)
  const isOurs = theirs.branches.get(branch) === was
  if (!isOurs || (await broughtOver(side, { branch, was }))) await setMark(place, marked, { mark: "there", branch })
}
