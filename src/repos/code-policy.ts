import { id6, type LoopId } from "../lib/ids.ts"
import { parseRef } from "../platform/git/commands.ts"
import type { Asker } from "./asker.ts"
import type { PushedCommand } from "./pushed-commands.ts"
import type { Judged, RefusedRef } from "./push-policy.ts"

/** What is true of a hosted repository of code when a push comes. */
export interface CodeRules {
  trunk: string
  /** The trunk is moved by administrators only. */
  protected: boolean
  /** Which loop made a branch, of those that loops made. */
  madeBy: Readonly<Record<string, LoopId>>
}

/** The table of who may move what in a hosted repository of code. What it does not name nobody may. */
export function judgeCodePush(command: PushedCommand, rules: CodeRules, asker: Asker): Judged {
  const { ref, from, to } = command
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? []
  const branch = from === undefined && to === undefined ? undefined : parseRef(name)
  if (branch === undefined) return { kind: "refused", code: "not-yours", ref }
  const code = refusedOf(command, { branch, isTag: kind === "tags" }, { rules, asker })
  if (code) return { kind: "refused", code, ref }
  return { kind: "allowed", branch, forward: kind === "heads" && branch === rules.trunk }
}

type Code = RefusedRef["code"] | undefined

function refusedOf(
  command: PushedCommand,
  { branch, isTag }: { branch: string; isTag: boolean },
  { rules, asker }: { rules: CodeRules; asker: Asker },
): Code {
  const isAdmin = asker.kind === "member" && asker.admin
  if (asker.kind === "member" && !asker.mayPush) return "read-only"
  if (isTag) return isAdmin ? undefined : "not-yours"
  if (branch === rules.trunk) {
    if (command.to === undefined) return "trunk-removed"
    return rules.protected && !isAdmin ? "gated" : undefined
  }
  if (isAdmin) return undefined
  return mayMove(command, branch, { rules, asker }) ? undefined : "not-yours"
}

/** A loop's own branches are those that it made, and any that is called after it; people have all that no loop has. */
function mayMove(
  { from }: PushedCommand,
  branch: string,
  { rules, asker }: { rules: CodeRules; asker: Asker },
): boolean {
  const maker = rules.madeBy[branch]
  if (asker.kind === "member") return maker === undefined && !branch.startsWith("loop/")
  if (from !== undefined) return maker === asker.loop
  return !branch.startsWith("loop/") || ownBranch(asker.loop).test(branch)
}

/** `loop/<slug>-<id6>`, whatever the loop was called when it was made. */
const ownBranch = (loop: LoopId): RegExp => new RegExp(`^loop/[a-z0-9-]{1,32}-${id6(loop)}$`)

/** Where one's own commits may always go. */
export const ownTarget = (asker: Asker): string =>
  asker.kind === "loop" ? `HEAD:loop/change-${id6(asker.loop)}` : `HEAD:${asker.user}/change`
