import { parseRef } from "../platform/git/commands.ts"
import { type Asker, loopBranch } from "./asker.ts"
import type { Shelf } from "./contract.ts"
import type { PushedCommand } from "./pushed-commands.ts"

/** What is true of a repository when a push comes. */
export interface Rules {
  shelf: Shelf
  trunk: string
  /** What comes to the trunk is reviewed first. */
  gated: boolean
}

export type Judged =
  /** `forward`: only when the new commit has the old one among its ancestors. */
  { kind: "allowed"; branch: string; forward: boolean } | RefusedRef

export interface RefusedRef {
  kind: "refused"
  code:
    /** The trunk changes by review only. */
    | "gated"
    | "trunk-removed"
    /** Tags, refs of the server, or a branch that belongs to somebody else. */
    | "not-yours"
    /** A token that may only read. */
    | "read-only"
  ref: string
}

/** The table of who may move what. What it does not name nobody may. */
export function judgePush(command: PushedCommand, { shelf, trunk, gated }: Rules, asker: Asker): Judged {
  const refused = (code: RefusedRef["code"]): RefusedRef => ({ kind: "refused", code, ref: command.ref })
  if (asker.kind === "member" && !asker.mayPush) return refused("read-only")
  if (shelf.context === "personal" && shelf.user !== asker.user) return refused("not-yours")
  const branch = branchOf(command)
  if (branch === undefined) return refused("not-yours")
  if (branch !== trunk)
    return mayMove(branch, command, { asker, shelf })
      ? { kind: "allowed", branch, forward: false }
      : refused("not-yours")
  if (command.to === undefined) return refused("trunk-removed")
  if (gated && !(asker.kind === "member" && asker.admin && shelf.context !== "personal")) return refused("gated")
  return { kind: "allowed", branch, forward: true }
}

function branchOf({ ref, from, to }: PushedCommand): string | undefined {
  const [, name] = /^refs\/heads\/(.+)$/.exec(ref) ?? []
  return from === undefined && to === undefined ? undefined : parseRef(name)
}

/** Proposals: one's own in any way; those of others are removed by whoever reviews, an administrator or the owner. */
function mayMove(branch: string, { to }: PushedCommand, { asker, shelf }: { asker: Asker; shelf: Shelf }): boolean {
  if (asker.kind === "loop") return branch === loopBranch(asker.loop)
  const [kind = "", whose, ...name] = branch.split("/")
  const isOwn = whose === asker.user && name.length > 0 && (kind === "propose" || kind === "ui")
  const reviews = asker.admin || shelf.context === "personal"
  return isOwn || (reviews && to === undefined && /^(loop|propose|ui)\/./.test(branch))
}
