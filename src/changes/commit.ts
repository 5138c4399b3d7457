import type { LoopId } from "../lib/ids.ts"
import { amendNow, commitNow, makeRepository, whoHasIt } from "../platform/git/inside-changes.ts"
import type { GitInside } from "../loops/index.ts"
import { doneOr, type Done, stageEverything } from "./stage.ts"

export interface CommitWish {
  message: string
  /** Everything that changed, not only what is staged. */
  everything: boolean
  /** Into the last commit, which keeps its message when there is no other. */
  amend?: boolean
}

export type Committed =
  | Done
  | { kind: "empty-message" }
  | { kind: "nothing-staged" }
  | { kind: "no-lines" }
  /** Somebody else may have the last commit already, or there is none. */
  | { kind: "not-amendable" }

/** The repository's own hooks run with it. */
export const hooksMs = 60_000

/** A commit by the driver, which names the loop it came from. */
export async function commit(
  git: GitInside,
  { message, everything, amend = false }: CommitWish,
  about: { loop: LoopId; identity: Readonly<Record<string, string>> },
): Promise<Committed> {
  const text = message.trim()
  if (text === "" && !amend) return { kind: "empty-message" }
  if (amend && !(await isAmendable(git))) return { kind: "not-amendable" }
  if (everything) {
    const staged = await stageEverything(git)
    if (staged.kind !== "done") return staged
  }
  const made = await git.ask(text === "" ? amendNow : commitNow(`Loop: ${about.loop}`, amend), {
    stdin: `${text}\n`,
    env: about.identity,
    timeoutMs: hooksMs,
  })
  const saidAll = [made.out.toString("utf8"), made.said].join("\n").trim().slice(-8_000)
  if (!made.ok && /nothing (added )?to commit|no changes added to commit/.test(saidAll))
    return { kind: "nothing-staged" }
  return made.ok ? { kind: "done", said: saidAll } : doneOr({ ok: false, said: saidAll })
}

/** Whoever has fetched a commit would have it twice. */
async function isAmendable(git: GitInside): Promise<boolean> {
  const held = await git.ask(whoHasIt)
  return held.ok && held.out.length === 0
}

export const beginRepository = async (git: GitInside): Promise<Done> => doneOr(await git.ask(makeRepository))
