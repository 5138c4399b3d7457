import { pathFromBytes } from "./byte-text.ts"

/** A file as the last commit or the index has it; mode `000000` where it is not. */
export interface Stored {
  mode: string
  id: string
}

export interface StatusEntry {
  kind: "tracked" | "untracked" | "conflict"
  path: string
  /** Where the last commit has it, of a rename or copy that is staged. */
  from?: string
  /** What differs between the last commit and the index, and between the index and the working folder. */
  staged: string
  unstaged: string
  submodule: boolean
  head: Stored
  index: Stored
  workMode: string
}

export interface Status {
  /** The last commit; none in a repository that has none. */
  commit?: string
  /** The branch; none when a commit is checked out by itself. */
  branch?: string
  upstream?: string
  ahead?: number
  behind?: number
  entries: StatusEntry[]
}

const nothing: Stored = { mode: "000000", id: "" }

/** Whether a mode says that there is no file. */
export const isAbsent = (mode: string): boolean => /^0*$/.test(mode)

/** One file of the changes, with the path it had before, so that a rename is seen as one. */
export const fileIn = ({ entries }: Status, path: string): { path: string; from: string | undefined } => ({
  path,
  from: entries.find((entry) => entry.path === path)?.from,
})

/** Reads `git status --porcelain=v2 -z --branch` (git-status(1), "Porcelain Format Version 2"). One character a byte. */
export function parseStatus(output: string): Status {
  const status: Status = { entries: [] }
  const records = output.split("\0")
  for (let at = 0; at < records.length; at++) {
    const record = records[at] ?? ""
    if (record.startsWith("# ")) readHeader(status, record.slice(2))
    else if (record.startsWith("? ")) status.entries.push(untracked(record.slice(2)))
    else if (record.startsWith("1 ")) add(status, tracked(record, 8))
    else if (record.startsWith("2 ")) add(status, tracked(record, 9, records[++at]))
    else if (record.startsWith("u ")) add(status, conflict(record))
  }
  return status
}

const add = ({ entries }: Status, entry: StatusEntry | undefined) => entry && entries.push(entry)

function readHeader(status: Status, header: string): void {
  const [name, ...rest] = header.split(" ")
  const value = rest.join(" ")
  if (name === "branch.oid" && /^[0-9a-f]{40,64}$/.test(value)) status.commit = value
  if (name === "branch.head" && value !== "(detached)") status.branch = pathFromBytes(value)
  if (name === "branch.upstream") status.upstream = pathFromBytes(value)
  const counts = name === "branch.ab" ? /^\+(\d+) -(\d+)$/.exec(value) : null
  if (!counts) return
  status.ahead = Number(counts[1])
  status.behind = Number(counts[2])
}

/** A file that git does not have. */
export const untracked = (bytes: string): StatusEntry => ({
  ...{ kind: "untracked", path: pathFromBytes(bytes), staged: ".", unstaged: "?", submodule: false },
  ...{ head: nothing, index: nothing, workMode: "" },
})

/** `1 XY sub mH mI mW hH hI path`, and of renames `2 … Xscore path` with the former path as a record of its own. */
function tracked(record: string, fields: number, former?: string): StatusEntry | undefined {
  const parts = record.split(" ")
  const path = parts.slice(fields).join(" ")
  const [staged, unstaged] = parts[1] ?? ""
  if (staged === undefined || unstaged === undefined || path === "") return undefined
  const [sub = "", modeHead = "", modeIndex = "", workMode = "", idHead = "", idIndex = ""] = parts.slice(2)
  return {
    ...{ kind: "tracked", path: pathFromBytes(path), staged, unstaged, workMode },
    ...(former !== undefined && { from: pathFromBytes(former) }),
    submodule: sub.startsWith("S"),
    head: { mode: modeHead, id: idHead },
    index: { mode: modeIndex, id: idIndex },
  }
}

/** `u XY sub m1 m2 m3 mW h1 h2 h3 path`. */
function conflict(record: string): StatusEntry | undefined {
  const parts = record.split(" ")
  const path = parts.slice(10).join(" ")
  if (path === "") return undefined
  return {
    ...{ kind: "conflict", path: pathFromBytes(path), staged: "U", unstaged: "U" },
    ...{ submodule: parts[2]?.startsWith("S") ?? false, head: nothing, index: nothing, workMode: parts[6] ?? "" },
  }
}
