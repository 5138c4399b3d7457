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
export function judgePush(command: PushedCommand, rules: Rules, asker: Asker): Judged {
  const { shelf, trunk } = rules
  const branch = branchOf(command)
  const code =
    refusedAsker(shelf, asker) ??
    (branch === trunk ? refusedTrunk(command, rules, asker) : refusedBranch(branch, command, { asker, shelf }))
  if (code || branch === undefined) return { kind: "refused", code: code ?? "not-yours", ref: command.ref }
  return { kind: "allowed", branch, forward: branch === trunk }
}

type Code = RefusedRef["code"] | undefined

function refusedAsker(shelf: Shelf, asker: Asker): Code {
  if (asker.kind === "member" && !asker.mayPush) return "read-only"
  return shelf.context === "personal" && shelf.user !== asker.user ? "not-yours" : undefined
}

function refusedTrunk({ to }: PushedCommand, { gated }: Rules, asker: Asker): Code {
  if (to === undefined) return "trunk-removed"
  return gated && !(asker.kind === "member" && asker.admin) ? "gated" : undefined
}

function branchOf({ ref, from, to }: PushedCommand): string | undefined {
  const [, name] = /^refs\/heads\/(.+)$/.exec(ref) ?? []
  return from === undefined && to === undefined ? undefined : parseRef(name)
}

/** Proposals: one's own in any way; those of others are removed by whoever reviews, an administrator or the owner. */
function refusedBranch(branch = "", { to }: PushedCommand, by: { asker: Asker; shelf: Shelf }): Code {
  const { asker, shelf } = by
  if (asker.kind === "loop") return branch === loopBranch(asker.loop) ? undefined : "not-yours"
  const isOwn = [`propose/${asker.user}/`, `ui/${asker.user}/`].some((own) => branch.startsWith(own))
  const mayRemove = to === undefined && (asker.admin || shelf.context === "personal")
  return isOwn || (mayRemove && /^(loop|propose|ui)\//.test(branch)) ? undefined : "not-yours"
}
