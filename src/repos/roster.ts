import { parseRepoName, type RepoName } from "../lib/ids.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { isLocalAddress, parseGitAddress } from "../platform/git/commands.ts"
import type { FileFault, Settings } from "../settings/index.ts"
import { codeFolder, type RepoEntry } from "./code-repos.ts"
import { hostedMark, openHosted } from "./hosted.ts"
import type { OwnShelves } from "./shelves.ts"
import { isKeyName } from "./workspace-keys.ts"

/** One more entry, as an administrator typed it. */
export interface NewEntry {
  name: string
  access: "hosted" | "mirrored" | "direct"
  git: string
  credential: string
  protected: boolean
}

export type NewEntryFlaws = Partial<Record<"name" | "git" | "credential", "invalid" | "taken" | "kept" | "local">>

export type Added = { kind: "added"; name: RepoName } | { kind: "flawed"; flaws: NewEntryFlaws } | FileFault

/** A repository as administrators see it. */
export interface Listed extends RepoEntry {
  /** Bytes of what the server has of it; nothing yet of one that nobody asked for. */
  bytes?: number
  /** How many loops were made on it, deleted ones that may come back among them. */
  loops: number
  /** Not in the list any more: only loops need it. */
  kept: boolean
}

export type Removed = { kind: "removed" | "kept" | "not-there" | "not-confirmed" | "needed" } | FileFault

export interface Roster {
  list(): Promise<Listed[]>
  add(entry: NewEntry): Promise<Added>
  protect(name: RepoName, isProtected: boolean): Promise<{ kind: "changed" | "not-there" } | FileFault>
  /**
   * Takes an entry off the list. What the server has of it goes with it, unless loops were made on it: then it stays until
   * none needs it. The only home of something goes when its name was typed.
   */
  remove(name: RepoName, typed: string): Promise<Removed>
}

export interface RosterNeeds {
  settings: Pick<Settings, "freshWorkspace" | "changeWorkspace">
  shelves: Pick<OwnShelves, "place" | "close">
  disk: Disk
  /** `<home>/repos`. */
  folder: string
  /** How many loops were made on each. */
  loopsOn(): Promise<ReadonlyMap<string, number>>
}

export function createRoster(needs: RosterNeeds): Roster {
  const { settings, shelves, disk, folder, loopsOn } = needs
  const entries = async (): Promise<RepoEntry[]> => (await settings.freshWorkspace()).repos
  const entry = async (name: RepoName) => (await entries()).find((one) => one.name === name)

  async function listed(one: RepoEntry, kept: boolean, counts: ReadonlyMap<string, number>): Promise<Listed> {
    const bytes = await bytesBelow(disk, codeFolder(folder, one.name))
    return { ...one, kept, loops: counts.get(one.name) ?? 0, ...(bytes !== undefined && { bytes }) }
  }

  async function forget(name: RepoName): Promise<void> {
    await shelves.close({ context: "code", name })
    await disk.remove(codeFolder(folder, name))
  }

  return {
    async list() {
      const [known, counts] = [await entries(), await loopsOn()]
      const names = new Set<string>(known.map(({ name }) => name))
      const kept = (await keptNames(disk, folder)).filter((name) => !names.has(name))
      const others = kept.map(async (name) => listed({ name, git: "", ...(await keptKind(needs, name)) }, true, counts))
      return Promise.all([...known.map((one) => listed(one, false, counts)), ...others])
    },
    async add(wanted) {
      const read = readEntry(wanted)
      if (read.kind === "flawed") return read
      const { name } = read.entry
      // What was kept under this name is somebody else's history.
      if (!(await entry(name)) && (await disk.exists(codeFolder(folder, name))))
        return { kind: "flawed", flaws: { name: "kept" } }
      let taken = false
      const changed = await settings.changeWorkspace((config) => {
        taken = config.repos.some((one) => one.name === name)
        return taken ? config : { ...config, repos: [...config.repos, { projectSettings: false, ...read.entry }] }
      })
      if (changed.kind === "unreadable") return changed
      if (taken) return { kind: "flawed", flaws: { name: "taken" } }
      if (read.entry.access === "hosted") await openHosted({ shelves, disk }, name)
      return { kind: "added", name }
    },
    async protect(name, isProtected) {
      if ((await entry(name))?.access !== "hosted") return { kind: "not-there" }
      const changed = await settings.changeWorkspace((config) => ({
        ...config,
        repos: config.repos.map((one) => (one.name === name ? { ...one, protected: isProtected } : one)),
      }))
      return changed.kind === "unreadable" ? changed : { kind: "changed" }
    },
    async remove(name, typed) {
      const [known, loops] = [await entry(name), (await loopsOn()).get(name) ?? 0]
      const isHome = await disk.exists(hostedMark(codeFolder(folder, name)))
      if (!known && !(await disk.exists(codeFolder(folder, name)))) return { kind: "not-there" }
      if (isHome && typed.trim() !== name) return { kind: "not-confirmed" }
      if (!known && loops > 0) return { kind: "needed" }
      const changed = await settings.changeWorkspace((config) => ({
        ...config,
        repos: config.repos.filter((one) => one.name !== name),
      }))
      if (changed.kind === "unreadable") return changed
      if (loops > 0) return { kind: "kept" }
      await forget(name)
      return { kind: "removed" }
    },
  }
}

type ReadEntry =
  { kind: "read"; entry: RepoEntry & { access: NewEntry["access"] } } | { kind: "flawed"; flaws: NewEntryFlaws }

export function readEntry({ name: typed, access, git, credential, protected: isProtected }: NewEntry): ReadEntry {
  const name = parseRepoName(typed.trim())
  const flaws: NewEntryFlaws = name === undefined ? { name: "invalid" } : {}
  if (access !== "hosted") {
    const address = parseGitAddress(git.trim())
    if (address === undefined) flaws.git = "invalid"
    else if (isLocalAddress(address)) flaws.git = "local"
  }
  const key = access === "mirrored" ? credential.trim() : ""
  if (key !== "" && !isKeyName(key)) flaws.credential = "invalid"
  if (name === undefined || Object.keys(flaws).length > 0) return { kind: "flawed", flaws }
  if (access === "hosted") return { kind: "read", entry: { name, git: "", access, protected: isProtected } }
  return { kind: "read", entry: { name, git: git.trim(), access, ...(key !== "" && { credential: key }) } }
}

async function keptNames(disk: Disk, folder: string): Promise<RepoName[]> {
  const folders = await disk.list(`${folder}/code`)
  return folders.flatMap((name) => (name.endsWith(".git") ? (parseRepoName(name.slice(0, -".git".length)) ?? []) : []))
}

async function keptKind({ disk, folder }: RosterNeeds, name: RepoName): Promise<Pick<RepoEntry, "access">> {
  return { access: (await disk.exists(hostedMark(codeFolder(folder, name)))) ? "hosted" : "mirrored" }
}

/** Undefined where there is nothing. */
async function bytesBelow(disk: Disk, folder: string): Promise<number | undefined> {
  if (!(await disk.exists(folder))) return undefined
  let bytes = 0
  for await (const name of new Bun.Glob("**/*").scan({ cwd: folder, dot: true }))
    bytes += Bun.file(`${folder}/${name}`).size
  return bytes
}
