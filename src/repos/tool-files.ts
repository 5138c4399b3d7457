import type { Repository, Shelves } from "./contract.ts"

export interface ToolFiles {
  config: string
  lock?: string
}

/** Where the team's tier of a configuration lies in the knowledge repository. */
const tier = ".loopat/.claude"
/** Bytes of each file. */
const most = 1 << 20

/**
 * `mise.toml` and `mise.lock` of the team, as they were last committed to the workspace's knowledge. Undefined where
 * it names no tools. Throws in words for people when they are too long to be read.
 */
export async function teamTools({ shelves }: { shelves: Pick<Shelves, "open"> }): Promise<ToolFiles | undefined> {
  const repository = await shelves.open({ context: "knowledge" })
  const commit = await repository.resolve()
  if (commit === undefined) return undefined
  const config = await textOf(repository, commit, "mise.toml")
  const lock = config === undefined ? undefined : await textOf(repository, commit, "mise.lock")
  return config === undefined ? undefined : { config, ...(lock !== undefined && { lock }) }
}

async function textOf(repository: Repository, commit: string, name: string): Promise<string | undefined> {
  const path = `${tier}/${name}`
  const file = (await repository.files(commit)).find((one) => one.path === path)
  if (file?.mode !== "file" && file?.mode !== "executable") return undefined
  const read = await repository.read(file.blob, most)
  if (read?.kind === "long") throw new Error(`${name} is longer than one megabyte`)
  return read && new TextDecoder().decode(read.content)
}
