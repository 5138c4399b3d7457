import { join } from "node:path"
import type { Disk } from "../platform/disk/disk.ts"
import { parseFiles, readFiles } from "../platform/git/commands.ts"
import type { Git } from "../platform/git/git.ts"
import { CommandFailed } from "../platform/process/command.ts"

export interface ToolFiles {
  config: string
  lock?: string
}

/** `folder` holds the server's repositories. */
interface Shelves {
  git: Git
  disk: Disk
  folder: string
}

/** Where the team's tier of a configuration lies in the knowledge repository. */
const tier = ".loopat/.claude"
/** Bytes of both files together. */
const most = 2 << 20

/**
 * `mise.toml` and `mise.lock` of the team, as they were last committed to the workspace's knowledge. Undefined where
 * there is no such repository or it names no tools. Throws in words for people when they are too long to be read.
 */
export async function teamTools({ git, disk, folder }: Shelves): Promise<ToolFiles | undefined> {
  const repository = join(folder, "knowledge.git")
  if (!(await disk.exists(join(repository, "HEAD")))) return undefined
  const names = ["mise.toml", "mise.lock"].map((name) => `HEAD:${tier}/${name}`)
  const [config, lock] = await textsOf(git, repository, names)
  return config === undefined ? undefined : { config, ...(lock !== undefined && { lock }) }
}

async function textsOf(git: Git, repository: string, names: readonly string[]): Promise<(string | undefined)[]> {
  try {
    const { stdout } = await git.run({ ...readFiles(repository, names), maxOutput: most })
    return parseFiles(stdout, names.length)
  } catch (error) {
    if (!(error instanceof CommandFailed && error.kind === "output")) throw error
    throw new Error("mise.toml and mise.lock are together longer than two megabytes", { cause: error })
  }
}
