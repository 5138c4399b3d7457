import type { Disk } from "../disk/disk.ts"

export interface Ref {
  /** Full name, such as `refs/heads/main`. */
  name: string
  commit: string
}

/** The refs below a folder such as `refs/heads/`, sorted by name, read from the files that git keeps them in (gitrepository-layout(5)). */
export async function readRefs(disk: Disk, repository: string, below: string): Promise<Ref[]> {
  const [packed, loose] = await Promise.all([
    disk.readParsed(`${repository}/packed-refs`, parsePacked),
    looseNames(disk, `${repository}/${below}`, below),
  ])
  const found = new Map<string, string>()
  for (const { name, commit } of packed ?? []) if (name.startsWith(below)) found.set(name, commit)
  for (const name of loose) {
    const commit = await readLoose(disk, repository, name)
    if (commit) found.set(name, commit)
  }
  return [...found].map(([name, commit]) => ({ name, commit })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** One ref by its full name, however many others there are. */
export async function readRef(disk: Disk, repository: string, name: string): Promise<string | undefined> {
  const loose = await readLoose(disk, repository, name)
  if (loose !== undefined) return loose
  const packed = await disk.readParsed(`${repository}/packed-refs`, parsePacked)
  return packed?.find((ref) => ref.name === name)?.commit
}

const readLoose = async (disk: Disk, repository: string, name: string): Promise<string | undefined> =>
  /^([0-9a-f]{40,64})\n$/.exec((await disk.readText(`${repository}/${name}`)) ?? "")?.[1]

/** The branch that a repository's `HEAD` names, whether it is there or not. */
export async function readHeadBranch(disk: Disk, repository: string): Promise<string | undefined> {
  return /^ref: refs\/heads\/(\S+)\n?$/.exec((await disk.readText(`${repository}/HEAD`)) ?? "")?.[1]
}

const parsePacked = (content: Uint8Array): readonly Ref[] =>
  Buffer.from(content)
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const [, commit, name] = /^([0-9a-f]{40,64}) (refs\/\S+)$/.exec(line) ?? []
      return commit !== undefined && name !== undefined ? [{ name, commit }] : []
    })

async function looseNames(disk: Disk, folder: string, below: string): Promise<string[]> {
  const entries = await listFolder(disk, folder)
  if (entries === "file") return [below.slice(0, -1)]
  const inner = entries
    .filter((entry) => !entry.endsWith(".lock"))
    .map((entry) => looseNames(disk, `${folder}${entry}/`, `${below}${entry}/`))
  return (await Promise.all(inner)).flat()
}

async function listFolder(disk: Disk, folder: string): Promise<string[] | "file"> {
  try {
    return await disk.list(folder)
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return "file"
    throw error
  }
}
