import type { RepoName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { checkOutNew, cloneBorrowing, isLocalAddress, parseGitAddress, setOrigin } from "../platform/git/commands.ts"
import type { Git } from "../platform/git/git.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { wordsOf } from "./git-words.ts"
import { type Confirmed, createMirror, type Mirror, type Refreshed } from "./mirror.ts"

export type { Refused } from "./mirror.ts"
export type * from "./contract.ts"
export type * from "./proposal-contract.ts"
export { confirmationOf, createProposals } from "./proposals.ts"
export { createShelves } from "./shelves.ts"
export { createGitHost, type GitHost } from "./git-routes.ts"
export type { Remote } from "./outside.ts"
export type { Asker, Resting } from "./asker.ts"
export { type ToolFiles, teamTools } from "./tool-files.ts"

/** One entry of `repos[]` in the workspace's `config.json`. */
export interface RepoEntry {
  name: RepoName
  /** As an administrator wrote it: an https or ssh address, or an absolute path on this disk. */
  git: string
  /** Name of a private key among the workspace's; without it ssh offers those of the server's own user. */
  credential?: string
}

/** The workspace's code repositories: a roster of names, and a bare mirror of each that a loop was made on. */
export interface Repos {
  /** Entries with a usable address. */
  roster(): Promise<RepoEntry[]>
  has(name: RepoName): Promise<boolean>
  refresh(name: RepoName): Promise<Refreshed | NotInRoster>
  /** Somebody who may do so has compared the fingerprint that the repository's host shows. */
  confirmHost(name: RepoName, fingerprint: string): Promise<Confirmed | NotInRoster>
  /** The commit of a branch, tag or commit id in the mirror; without `ref` that of its trunk. */
  resolve(name: RepoName, ref?: string): Promise<{ commit: string; ref: string } | undefined>
  /** Host path of the mirror's object store, which checkouts borrow from. */
  objects(name: RepoName): string
  /**
   * A checkout in `folder`, which must not exist: its own repository that borrows the mirror's objects from
   * `/opt/loopat/objects/<name>`, so that from then on it works inside a sandbox only.
   */
  checkOut(wanted: Wanted): Promise<{ kind: "checked-out" } | { kind: "failed"; sentence: string }>
}

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
  /** `<home>/repos`. */
  folder: string
  /** Folder of the workspace's private keys, one file each. */
  keys: string
  roster(): Promise<RepoEntry[]>
}

/** Of a private key among the workspace's: a name, never a path. */
export const isKeyName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)

/** Where a sandbox finds the object store of a mirror. */
const objectsInside = (name: RepoName): string => `/opt/loopat/objects/${name}`

export function createRepos({ git, disk, clock, folder, keys, roster }: ReposNeeds): Repos {
  const mirrors = new Map<RepoName, { entry: RepoEntry; mirror: Mirror }>()

  const usable = async () =>
    (await roster()).filter(
      ({ git: address, credential }) =>
        parseGitAddress(address) !== undefined && (credential === undefined || isKeyName(credential)),
    )
  const find = async (name: RepoName) => (await usable()).find((entry) => entry.name === name)
  const mirrorFolder = (name: RepoName) => `${folder}/code/${name}.git`

  function mirrorOf(entry: RepoEntry): Mirror {
    const { name, git: address, credential } = entry
    const known = mirrors.get(name)
    if (known?.entry.git === address && known.entry.credential === credential) return known.mirror
    const sshKey = credential === undefined ? {} : { sshKey: `${keys}/${credential}` }
    const mirror = createMirror({ git, disk, clock, folder: mirrorFolder(name), name, address, ...sshKey })
    mirrors.set(name, { entry, mirror })
    return mirror
  }

  return {
    roster: usable,
    has: async (name) => (await find(name)) !== undefined,
    async refresh(name) {
      const entry = await find(name)
      return entry ? mirrorOf(entry).refresh() : { kind: "not-in-roster" }
    },
    async confirmHost(name, fingerprint) {
      const entry = await find(name)
      return entry ? mirrorOf(entry).confirm(fingerprint) : { kind: "not-in-roster" }
    },
    async resolve(name, ref) {
      const entry = await find(name)
      return entry && mirrorOf(entry).resolve(ref)
    },
    objects: (name) => `${mirrorFolder(name)}/objects`,
    async checkOut({ name, commit, branch, folder: into }) {
      const entry = await find(name)
      if (!entry) return { kind: "failed", sentence: `${name} is no longer among the repositories` }
      try {
        await git.run(cloneBorrowing(mirrorFolder(name), into))
        await git.run(setOrigin(into, originInside(entry)))
        await git.run(checkOutNew(into, branch, commit))
      } catch (error) {
        if (error instanceof CommandFailed) return { kind: "failed", sentence: wordsOf(error) }
        throw error
      }
      await disk.write(`${into}/.git/objects/info/alternates`, `${objectsInside(name)}\n`, 0o644)
      return { kind: "checked-out" }
    },
  }
}

/** A path of this host means nothing inside: say by name what it is instead of telling where it lies. */
const originInside = ({ name, git }: RepoEntry): string => (isLocalAddress(git) ? `file:///host/${name}` : git)
