import { findMarks, giveUp, goOnWith, type Operation, parseMarks } from "../platform/git/inside-under-way.ts"
import { whereGitLies } from "../platform/git/inside-undo.ts"
import { hooksMs } from "./commit.ts"
import type { GitInside } from "./inside.ts"
import { doneOr, type Done } from "./stage.ts"

/** The merge, rebase, pick or revert that waits for somebody to go on with it. */
export async function underWay(git: GitInside): Promise<Operation | undefined> {
  const where = await git.ask(whereGitLies)
  const [folder = ""] = where.out.toString("utf8").split("\n")
  if (!where.ok || !folder.startsWith("/")) return undefined
  return parseMarks((await git.ask(findMarks(folder))).out.toString("utf8"))
}

/** Goes on with what waits, or takes it back; what git says of it is part of the answer. */
export async function endUnderWay(
  git: GitInside,
  deed: "continue" | "abort",
  identity: Readonly<Record<string, string>>,
): Promise<Done> {
  const operation = await underWay(git)
  if (!operation) return { kind: "changed" }
  const argv = deed === "continue" ? goOnWith(operation) : giveUp(operation)
  const { ok, out, said } = await git.ask(argv, { env: identity, timeoutMs: hooksMs })
  return doneOr({ ok, said: [out.toString("utf8"), said].join("\n").trim() })
}
