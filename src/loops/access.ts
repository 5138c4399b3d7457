import type { UserName } from "../lib/ids.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import type { NotDriven } from "./contract.ts"
import type { LoopRecord } from "./record.ts"

/** What of a loop decides who may do what with it. */
export type Rights = Pick<LoopRecord, "createdBy" | "driver" | "state" | "visibility">

/** Whether somebody may do or see now what he might not before, or the other way round. */
export const haveRightsChanged = (before: Rights, now: Rights): boolean =>
  before.createdBy !== now.createdBy ||
  before.driver !== now.driver ||
  before.visibility !== now.visibility ||
  !Bun.deepEquals(before.state, now.state)

/** Owner, driver, and the person it is offered to. */
export function isPerson({ createdBy, driver, state }: Rights, user: UserName): boolean {
  return user === createdBy || user === driver || (state.kind === "offered" && state.to === user)
}

/**
 * What a signed-in user sees: all of it, only a row without its title (an admin and somebody's private loop), or
 * nothing. A deleted loop is seen by nobody.
 */
export function sight(loop: Rights, user: Pick<SignedIn, "name" | "role">): "all" | "row" | "nothing" {
  if (loop.state.kind === "deleted") return "nothing"
  if (loop.visibility !== "private" || isPerson(loop, user.name)) return "all"
  return user.role === "admin" ? "row" : "nothing"
}

/** Why this user may not act as the driver; undefined when he may. The caller has seen that he may read the loop. */
export function drivingRefusal(loop: Rights, user: UserName): NotDriven | undefined {
  const { state, driver } = loop
  if (state.kind === "deleted") return { kind: "deleted" }
  if (state.kind === "archived") return { kind: "archived" }
  if (state.kind === "offered") return { kind: "offered", to: state.to }
  return driver === user ? undefined : { kind: "not-driver", driver }
}

/** An intention about the loop as a thing, as against what happens in it. */
export type Intention =
  "rename" | "archive" | "restore" | "delete" | "undelete" | "prepare" | "stop-sandbox" | "visibility"

export type NotAllowed = { kind: "not-found" } | { kind: "not-allowed"; owner: UserName; driver: UserName }

/**
 * Whether somebody may do something with the loop as a thing. Who may not even see it is told that there is none; an
 * admin may act on a private loop, though not read it.
 */
export function refusal(
  loop: Rights,
  user: Pick<SignedIn, "name" | "role">,
  intention: Intention,
): NotAllowed | undefined {
  const { createdBy: owner, driver } = loop
  const owns = owner === user.name || user.role === "admin"
  const drives = driver === user.name
  if (owns || (drives && driverMay.has(intention))) return undefined
  const deleted = loop.state.kind === "deleted" && !isPerson(loop, user.name)
  if (deleted || (loop.visibility === "private" && !isPerson(loop, user.name))) return { kind: "not-found" }
  return { kind: "not-allowed", owner, driver }
}

const driverMay: ReadonlySet<Intention> = new Set(["rename", "archive", "restore", "prepare", "stop-sandbox"])
