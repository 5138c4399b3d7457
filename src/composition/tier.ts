import type { FileAt, Repository } from "../repos/index.ts"

/** Where one tier of an agent's configuration is read: always from a commit, never from a working folder. */
export interface TierSource {
  /** As it is named to the agent: `team`, `personal:alice`. */
  name: string
  repository: Pick<Repository, "files" | "read">
  commit: string
}

/** A tier's own files, by their paths in its `.claude` folder. */
export interface Tier {
  name: string
  files: ReadonlyMap<string, TierFile>
}

export interface TierFile {
  executable: boolean
  content: Uint8Array
}

export interface TierFault {
  tier: string
  path: string
  why: "too-long" | "too-many" | "link" | "not-read"
}

const folder = ".loopat/.claude/"
const longest = 1 << 20

/** Of a `.claude` folder what is copied as it stands: the instructions, skills and agents. */
const isCopied = (path: string): boolean =>
  path === "CLAUDE.md" || /^agents\/[^/]+\.md$/.test(path) || /^skills\/[^/]+\/./.test(path)

/** What an agent keeps for itself, and what is of nobody else's concern. */
const isHidden = (path: string): boolean =>
  path.split("/").some((name) => name.startsWith(".") || /\.local\.[^.]+$/.test(name))

export async function readTier({ name, repository, commit }: TierSource): Promise<{ tier: Tier; faults: TierFault[] }> {
  const files = new Map<string, TierFile>()
  const faults: TierFault[] = []
  for (const { path: whole, blob, mode } of await repository.files(commit)) {
    const path = whole.startsWith(folder) ? whole.slice(folder.length) : undefined
    if (path === undefined || !isCopied(path) || isHidden(path)) continue
    const file = await readFile(repository, blob, mode)
    if (typeof file === "string") faults.push({ tier: name, path, why: file })
    else files.set(path, file)
  }
  return { tier: { name, files }, faults }
}

async function readFile(
  repository: TierSource["repository"],
  blob: string,
  mode: FileAt["mode"],
): Promise<TierFile | TierFault["why"]> {
  // A link could lead to anything in the tree; nothing that is copied needs one.
  if (mode === "link" || mode === "module") return "link"
  const read = await repository.read(blob, longest)
  if (read === undefined) return "not-read"
  return read.kind === "long" ? "too-long" : { executable: mode === "executable", content: read.content }
}
