import type { CheckoutView } from "../../views/props/checkouts.ts"
import {
  type Checkout,
  createGitInside,
  findCheckout,
  type GitInside,
  listCheckouts,
  mayWrite,
  type ViewedLoop,
} from "../loops/index.ts"
import { statusNow, whereItLeft } from "../platform/git/inside-changes.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import type { Looked } from "./look.ts"
import type { ChangesNeeds, Visit } from "./needs.ts"
import { addressOf, plainSight, type Sight } from "./sight.ts"
import { parseStatus } from "./status.ts"

/** This loop has no such checkout, or it is not this person's to look into. */
export interface NoCheckout {
  kind: "no-checkout"
}

/** The git of the checkout that is looked at. */
export async function gitIn(
  { clock }: Pick<ChangesNeeds, "clock">,
  box: Box,
  { loop, sight }: Pick<Visit, "loop" | "sight">,
): Promise<GitInside | undefined> {
  const checkout = await findCheckout(box, loop, sight.checkout)
  return checkout && createGitInside({ box, clock, checkout })
}

/** The commit that changes are counted from: the loop's start, elsewhere what the checkout and its home have in common. */
export async function startOf(git: GitInside, { record }: Pick<ViewedLoop, "record">): Promise<string | undefined> {
  if (git.checkout.root === "workdir") return record.repo?.start
  const { ok, out } = await git.ask(whereItLeft)
  const id = out.toString("latin1").trim()
  return ok && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined
}

export interface Counted {
  name: string
  /** How many files have changed; undefined where nobody knows. */
  count?: number
}

/** The checkout that a page shows, and how it is found to stand. */
export interface Shown {
  box: Box
  git: GitInside
  looking: Promise<Looked>
}

/** Every checkout that this person may look into, with its number of changes. The one that is shown is not asked twice. */
export async function countCheckouts(
  needs: Pick<ChangesNeeds, "clock">,
  { box, git, looking }: Shown,
  loop: ViewedLoop,
): Promise<Counted[]> {
  const found = await listCheckouts(box, loop)
  // With one there is nothing to choose.
  if (found.length < 2) return []
  return Promise.all(
    found.map(async (checkout) => {
      if (checkout.name !== git.checkout.name) return counted(createGitInside({ box, ...needs, checkout }), checkout)
      const looked = await looking
      return { name: checkout.name, ...(looked.kind === "status" && { count: looked.status.entries.length }) }
    }),
  )
}

/** A number is not waited for any longer. */
const countMs = 3_000

async function counted(git: GitInside, { name }: Checkout): Promise<Counted> {
  try {
    const { ok, out } = await git.ask(statusNow, { timeoutMs: countMs, maxOutput: 4 << 20 })
    return ok ? { name, count: parseStatus(out.toString("latin1")).entries.length } : { name }
  } catch (error) {
    if (error instanceof LinkFailed && error.kind !== "gone") return { name }
    throw error
  }
}

/** The driver's own is seen in the loop's running sandbox alone. */
export const isAsleep = (running: ChangesNeeds["workbench"]["running"], { loop, sight }: Visit): boolean =>
  sight.checkout === "personal" && mayWrite(loop) && !running(loop.record.id)

export const checkoutViews = (all: readonly Counted[], { loop, sight }: Visit): CheckoutView[] =>
  all.map(({ name, count }) => ({
    ...{ name, count },
    url: addressOf(loop.record.id, { ...keptLook(sight), checkout: name === "workdir" ? undefined : name }),
    current: name === (sight.checkout ?? "workdir"),
  }))

const keptLook = ({ split, ignoreSpace }: Sight): Sight => ({ ...plainSight(), split, ignoreSpace })
