import { apartVariables, beginApart, withoutHooks } from "../platform/git/inside-turns.ts"
import { whereGitLies } from "../platform/git/inside-undo.ts"
import { type GitInside, hasNoRepository } from "../loops/index.ts"
import { UndoRefused } from "./undo.ts"

/** Where what a loop's files were is kept: in their own repository, or in a store apart from the folder when there is none. */
export interface Keeper {
  git: GitInside
  in: "repository" | "apart"
  /** The folder that holds objects and references. */
  folder: string
}

export const apartFolder = ({ box }: GitInside): string => `/loopat/loop/${box.loop}/.claude/loopat-turns.git`

/** Not made where it is missing: who only looks finds none then. */
export async function keeperOf(git: GitInside, options: { make?: true } = {}): Promise<Keeper> {
  const { ok, out, said } = await git.ask(whereGitLies)
  if (ok) {
    const [folder = ""] = out.toString("utf8").split("\n")
    return { git: withVariables(git, withoutHooks), in: "repository", folder }
  }
  // The store apart is the working folder's.
  if (!hasNoRepository(said) || git.checkout.root !== "workdir") throw new UndoRefused(said)
  const folder = apartFolder(git)
  if (options.make) await beginStore(git, folder)
  return { git: withVariables(git, { ...withoutHooks, ...apartVariables(folder, git.folder) }), in: "apart", folder }
}

/** Beginning again what is there already changes nothing. */
async function beginStore(git: GitInside, folder: string): Promise<void> {
  const { ok, said } = await git.ask(beginApart(folder))
  if (!ok) throw new UndoRefused(said)
}

/** The same git with these variables besides. */
const withVariables = (git: GitInside, variables: Readonly<Record<string, string>>): GitInside => ({
  ...git,
  ask: (argv, options) => git.ask(argv, { ...options, env: { ...variables, ...options?.env } }),
  pieces: (argv, options) => git.pieces(argv, { ...options, env: { ...variables, ...options?.env } }),
})
