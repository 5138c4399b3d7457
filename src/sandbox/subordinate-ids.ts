import { readFile } from "node:fs/promises"
import { z } from "zod"
import { idCount } from "./args.ts"
import type { HostObstacle } from "./contract.ts"

/** `host.idMappings` of `podman info`: for an ordinary user the own id and what podman could map besides. */
export const IdMappings = z.object({ uidmap: idMap(), gidmap: idMap() }).nullish()
type IdMappings = z.infer<typeof IdMappings>

function idMap() {
  return z.array(z.object({ size: z.number() })).nullish()
}

export interface SubordinateRange {
  who: string
  start: number
  count: number
}

/** The two files of subuid(5) and subgid(5). */
export interface Files {
  users: readonly SubordinateRange[]
  groups: readonly SubordinateRange[]
}

const userFile = "/etc/subuid"
const groupFile = "/etc/subgid"
/** Where useradd(8) begins to give them. */
const firstSubordinate = 100_000

/** What is missing for containers of an ordinary user, by what podman can map and not by what files promise. */
export async function missingIds(mappings: IdMappings, uid: number): Promise<HostObstacle | undefined> {
  const [users, groups] = [subordinate(mappings?.uidmap), subordinate(mappings?.gidmap)]
  if (users >= idCount && groups >= idCount) return undefined
  const files = { users: await readRanges(userFile), groups: await readRanges(groupFile) }
  return {
    code: "ids-missing",
    detail: `podman can map ${users} user ids and ${groups} group ids for user ${uid}; it takes ${idCount} of each`,
    command: commandFor(files, uid, await nameOf(uid)),
  }
}

/** The shell line for the server's user: gives what the files lack, out of ids that are nobody's, and has podman read them. */
export function commandFor(files: Files, uid: number, name: string | undefined): string {
  const lacks = (ranges: Files["users"]) =>
    !ranges.some(({ who, count }) => (who === name || who === `${uid}`) && count >= idCount)
  const start = firstFree([...files.users, ...files.groups])
  const range = `${start}-${start + idCount - 1}`
  const flags = [
    ...(lacks(files.users) ? [`--add-subuids ${range}`] : []),
    ...(lacks(files.groups) ? [`--add-subgids ${range}`] : []),
  ]
  const migrate = "podman system migrate"
  return flags.length === 0 ? migrate : `sudo usermod ${flags.join(" ")} "$(id -un ${uid})" && ${migrate}`
}

/** The own id is one of those that podman counts. */
const subordinate = (map: readonly { size: number }[] | null | undefined): number =>
  Math.max(0, (map ?? []).reduce((sum, { size }) => sum + size, 0) - 1)

/** Two users with the same ids could write each other's files. */
function firstFree(taken: readonly SubordinateRange[]): number {
  let start = firstSubordinate
  for (const range of taken.toSorted((a, b) => a.start - b.start)) {
    if (range.start >= start + idCount) break
    start = Math.max(start, range.start + range.count)
  }
  return start
}

/** The range that an administrator set aside for containers of a server that runs as root. */
export async function rangeForRoot(): Promise<SubordinateRange | undefined> {
  const given = (await readRanges(userFile)).find(({ who }) => who === "loopat" || who === "containers")
  return given && given.count >= idCount ? given : undefined
}

const readRanges = async (path: string) => rangesOf(await textOf(path))

/** Lines `name:start:count`; others are left out. */
export function rangesOf(text = ""): SubordinateRange[] {
  return text.split("\n").flatMap((line) => {
    const [who = "", start = "", count = ""] = line.trim().split(":")
    return /^\d+$/.test(start) && /^\d+$/.test(count) ? [{ who, start: Number(start), count: Number(count) }] : []
  })
}

async function nameOf(uid: number): Promise<string | undefined> {
  const lines = ((await textOf("/etc/passwd")) ?? "").split("\n")
  return lines.find((line) => line.split(":")[2] === `${uid}`)?.split(":")[0]
}

/** Undefined when there is no such file. Files of /proc claim to be empty; this call reads them to their end all the same. */
export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}
