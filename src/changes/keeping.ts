import { type Checkout, createGitInside, type GitInside } from "../loops/index.ts"
import { literalPaths, pathsInput } from "../platform/git/inside-changes.ts"
import { othersBeneath, statPaths } from "../platform/git/inside-undo.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import { bytesOfPath, pathFromBytes } from "./byte-text.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { lookAt } from "./look.ts"
import type { ChangesNeeds } from "./needs.ts"
import { isAbsent, type Status, type StatusEntry, untracked } from "./status.ts"
import { forgetOld, keep, sure, UndoRefused } from "./undo.ts"

/** What becomes of it when a file or folder is deleted: `nothing` that git does not have, `kept` before, or `lost` for good. */
export type Loss = "nothing" | "kept" | "lost"

/** A sandbox, and which of its checkouts is meant. */
export interface Whole {
  box: Box
  checkout: Checkout
}

export interface Keeping {
  /** What a deletion would do. Changes nothing. */
  loss(whole: Whole, path: string): Promise<Loss>
  /** The same, having kept what is to be kept. */
  keep(whole: Whole, path: string): Promise<Loss>
}

/** More is not kept: a folder of packages is made again sooner than it is stored. */
const mostFiles = 2_000
const mostBytes = 100 << 20

export function createKeeping({ clock, ids, loops }: Pick<ChangesNeeds, "clock" | "ids" | "loops">): Keeping {
  return {
    async loss(whole, path) {
      const found = await only(createGitInside({ ...whole, clock }), path)
      return found.loss
    },
    async keep({ box, checkout }, path) {
      const git = createGitInside({ box, checkout, clock })
      const found = await only(git, path)
      if (found.loss !== "kept") return found.loss
      const spec = await loops.sandboxSpec(box.loop)
      if (!spec) return "lost"
      try {
        await keep(git, found, { clock, ids, identity: identityVariables(spec.identity) })
        await forgetOld(git, clock)
        return "kept"
      } catch (error) {
        if (error instanceof UndoRefused) return "lost"
        throw error
      }
    },
  }
}

type Found = { loss: "nothing" | "lost" } | { loss: "kept"; status: Status; entries: StatusEntry[] }

/** What is only there, of a file or of everything in a folder: ignored content too, which nobody else has either. */
async function only(git: GitInside, path: string): Promise<Found> {
  if (path.split("/").includes(".git")) return { loss: "lost" }
  const looked = await lookAt(git)
  if (looked.kind !== "status") return { loss: "lost" }
  try {
    const others = await othersOf(git, path)
    const tracked = looked.status.entries.filter((entry) => differs(entry) && isIn(entry.path, path))
    // A repository in the repository is no content of this one.
    if (others.some((other) => other.endsWith("/")) || tracked.some(({ submodule }) => submodule))
      return { loss: "lost" }
    const entries = [...tracked, ...others.map((other) => untracked(bytesOfPath(other)))]
    if (entries.length === 0) return { loss: "nothing" }
    const fits = await isLittle(git, [...tracked.map((entry) => entry.path), ...others])
    return fits ? { loss: "kept", status: looked.status, entries } : { loss: "lost" }
  } catch (error) {
    if (error instanceof UndoRefused || (error instanceof LinkFailed && error.kind === "limit")) return { loss: "lost" }
    throw error
  }
}

const differs = ({ kind, workMode }: StatusEntry) => kind !== "untracked" && !isAbsent(workMode)
const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)

async function othersOf(git: GitInside, path: string): Promise<string[]> {
  const listed = await sure(git, othersBeneath(path), { env: literalPaths })
  return listed.split("\0").filter(Boolean).map(pathFromBytes)
}

async function isLittle(git: GitInside, paths: readonly string[]): Promise<boolean> {
  if (paths.length > mostFiles) return false
  const stats = (await sure(git, statPaths, { stdin: pathsInput(paths) })).split("\0").filter(Boolean)
  return stats.reduce((sum, stat) => sum + Number(stat.split(" ")[1]), 0) <= mostBytes
}
