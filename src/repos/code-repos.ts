import { gitAddress } from "../lib/git-address.ts"
import type { RepoName } from "../lib/ids.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import {
  checkOutNew,
  cloneBorrowing,
  isLocalAddress,
  parseGitAddress,
  setOrigin,
  setPushAddress,
} from "../platform/git/commands.ts"
import type { Git } from "../platform/git/git.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { isKeyName } from "./workspace-keys.ts"
import { wordsOf } from "./git-words.ts"
import { type Hosted, openHosted } from "./hosted.ts"
import type { Confirmed } from "./host-keys.ts"
import { createMirror, type Mirror, type Refreshed } from "./mirror.ts"
import type { OwnShelves } from "./shelves.ts"

/** One entry of `repos[]` in the workspace's `config.json`. */
export interface RepoEntry {
  name: RepoName
  /** As an administrator wrote it: an https or ssh address, or an absolute path on this disk. Empty where `hosted`. */
  git: string
  /**
   * `mirrored` (unless said): the server keeps a copy for every member. `direct`: cloned in each loop with its driver's
   * own credentials. `hosted`: this server is its home.
   */
  access?: "mirrored" | "direct" | "hosted"
  /** Name of a private key among the workspace's; without it ssh offers those of the server's own user. */
  credential?: string
  /** Of a hosted one: only administrators move its trunk. */
  protected?: boolean
}

/** The workspace's code repositories: a roster of names, and what the server has of each. */
export interface Repos {
  /** Entries that can be used: with an address, or hosted here. */
  roster(): Promise<RepoEntry[]>
  find(name: RepoName): Promise<RepoEntry | undefined>
  has(name: RepoName): Promise<boolean>
  refresh(name: RepoName): Promise<Refreshed | NotInRoster>
  /** Somebody who may do so has compared the fingerprint that the repository's host shows. */
  confirmHost(name: RepoName, fingerprint: string): Promise<Confirmed | NotInRoster>
  /** The commit of a branch, tag or commit id; without `ref` that of the trunk. */
  resolve(name: RepoName, ref?: string): Promise<{ commit: string; ref: string } | undefined>
  /** Host path of the object store, which checkouts borrow from. */
  objects(name: RepoName): string
  /**
   * A checkout in `folder`, which must not exist: its own repository that borrows objects from
   * `/opt/loopat/objects/<name>`, so that from then on it works inside a sandbox only.
   */
  checkOut(wanted: Wanted): Promise<{ kind: "checked-out" } | { kind: "failed"; sentence: string }>
  /** What the git host serves under a name; undefined: nothing. */
  served(name: RepoName): Promise<Served | undefined>
}

export type Served =
  | { kind: "hosted"; hosted: Hosted; protected: boolean }
  /** A copy to fetch from; it is renewed first when it is older than a minute. */
  | { kind: "copy"; folder: string; address: string; refresh(): Promise<Refreshed> }

interface NotInRoster {
  kind: "not-in-roster"
}

interface Wanted {
  name: RepoName
  commit: string
  branch: string
  folder: string
}

export interface ReposNeeds {
  git: Git
  disk: Disk
  clock: Clock
  shelves: Pick<OwnShelves, "place">
  /** `<home>/repos`. */
  folder: string
  /** Folder of the workspace's private keys, one file each. */
  keys: string
  roster(): Promise<RepoEntry[]>
}

/** Where a sandbox finds the object store of a repository. */
const objectsInside = (name: RepoName): string => `/opt/loopat/objects/${name}`

/** Where the repository of a name lies, be it a copy or hosted. */
export const codeFolder = (folder: string, name: RepoName): string => `${folder}/code/${name}.git`

export function createRepos({ git, disk, clock, shelves, folder, keys, roster }: ReposNeeds): Repos {
  const mirrors = new Map<RepoName, { entry: RepoEntry; mirror: Mirror }>()

  const usable = async () => (await roster()).filter(isUsable)
  const find = async (name: RepoName) => (await usable()).find((entry) => entry.name === name)
  const hosted = (name: RepoName) => openHosted({ shelves, disk }, name)

  function mirrorOf(entry: RepoEntry): Mirror {
    const { name, git: address, credential } = entry
    const known = mirrors.get(name)
    if (known?.entry.git === address && known.entry.credential === credential) return known.mirror
    const sshKey = credential === undefined ? {} : { sshKey: `${keys}/${credential}` }
    const mirror = createMirror({ git, disk, clock, folder: codeFolder(folder, name), name, address, ...sshKey })
    mirrors.set(name, { entry, mirror })
    return mirror
  }

  async function resolveHosted(name: RepoName, ref: string | undefined) {
    const { place } = await hosted(name)
    const commit = await place.resolve(ref)
    return commit === undefined ? undefined : { commit, ref: ref ?? (await place.trunk()) }
  }

  async function layOut(entry: RepoEntry, { name, commit, branch, folder: into }: Wanted): Promise<void> {
    const { origin, push } = originInside(entry)
    await git.run(cloneBorrowing(codeFolder(folder, name), into))
    await git.run(setOrigin(into, origin))
    if (push !== undefined) await git.run(setPushAddress(into, push))
    await git.run(checkOutNew(into, branch, commit))
  }

  return {
    roster: usable,
    find,
    has: async (name) => (await find(name)) !== undefined,
    async refresh(name) {
      const entry = await find(name)
      // Of a direct one nothing is ever fetched here.
      if (!entry || entry.access === "direct") return { kind: "not-in-roster" }
      return entry.access === "hosted" ? { kind: "fresh", at: timestamp(clock) } : mirrorOf(entry).refresh()
    },
    async confirmHost(name, fingerprint) {
      const entry = await find(name)
      const isCopy = entry && (entry.access ?? "mirrored") === "mirrored"
      return isCopy ? mirrorOf(entry).confirm(fingerprint) : { kind: "not-in-roster" }
    },
    async resolve(name, ref) {
      const entry = await find(name)
      if (entry?.access === "hosted") return resolveHosted(name, ref)
      if (entry?.access === "direct") return undefined
      return entry && mirrorOf(entry).resolve(ref)
    },
    objects: (name) => `${codeFolder(folder, name)}/objects`,
    async checkOut(wanted) {
      const { name, folder: into } = wanted
      const entry = await find(name)
      if (!entry) return { kind: "failed", sentence: `${name} is no longer among the repositories` }
      try {
        await layOut(entry, wanted)
      } catch (error) {
        if (error instanceof CommandFailed) return { kind: "failed", sentence: wordsOf(error) }
        throw error
      }
      await disk.write(`${into}/.git/objects/info/alternates`, `${objectsInside(name)}\n`, 0o644)
      return { kind: "checked-out" }
    },
    async served(name) {
      const entry = await find(name)
      if (entry?.access === "hosted")
        return { kind: "hosted", hosted: await hosted(name), protected: entry.protected === true }
      if (!entry || entry.access === "direct") return undefined
      const refresh = () => mirrorOf(entry).refresh()
      return { kind: "copy", folder: codeFolder(folder, name), address: entry.git, refresh }
    },
  }
}

function isUsable({ git: address, access, credential }: RepoEntry): boolean {
  if (access === "hosted") return true
  // With its driver's own credentials a loop reaches nothing that lies on the server's disk.
  if (parseGitAddress(address) === undefined || (access === "direct" && isLocalAddress(address))) return false
  return credential === undefined || isKeyName(credential)
}

/** The address by which a loop clones a repository, and by which its agent knows it. */
export const addressInside = ({ name, git, access }: Pick<RepoEntry, "name" | "git" | "access">): string =>
  // A path of this host means nothing inside, and where it lies is nobody's business there.
  access === "hosted" || isLocalAddress(git) ? gitAddress(`code/${name}`) : git

/**
 * Outside addresses that git inside a sandbox fetches from the server instead, while it still pushes to them. git goes
 * by how an address begins. One that another may continue is left out, unless the server can send git on from there.
 */
export const fetchedHere = (roster: readonly RepoEntry[]): { address: string; here: string }[] =>
  roster
    .filter(({ git, access = "mirrored" }) => access === "mirrored" && !isLocalAddress(git) && isToldApart(git))
    .map(({ name, git }) => ({ address: git, here: gitAddress(`code/${name}`) }))

const isToldApart = (address: string): boolean => /\.git\/?$/.test(address) || address.startsWith("https://")

/** What a checkout fetches from, and pushes to where git would not find that out by itself. */
function originInside(entry: RepoEntry): { origin: string; push?: string } {
  const address = addressInside(entry)
  if (entry.access === "hosted" || address !== entry.git || isToldApart(address)) return { origin: address }
  return { origin: gitAddress(`code/${entry.name}`), push: address }
}
