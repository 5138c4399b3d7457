import { join } from "node:path"
import type { EnvName, UserName, VaultName } from "../lib/ids.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { type HomeFiles, readHomeFiles } from "./home-files.ts"
import { liesBeneath, readRegularFile, type RegularFile } from "../platform/disk/regular-file.ts"

export interface VaultPlace {
  user: UserName
  vault: VaultName
  name: EnvName
}

export type WriteOutcome =
  { kind: "written" } | { kind: "refused"; why: "empty" | "too-long" | "not-text" | "case" | "outside" }

/** The layout on disk: `personal/<user>/.loopat/vaults/<vault>/{envs/<NAME>,mounts/home/}`, format description A4. */
export interface VaultStore {
  /** Bytes of one value. */
  readonly largest: number
  vaultNames(user: UserName): Promise<string[]>
  envNames(user: UserName, vault: VaultName): Promise<string[]>
  readEnv(user: UserName, vault: VaultName, name: string): Promise<RegularFile>
  readFile(user: UserName, vault: VaultName, path: string): Promise<RegularFile>
  homeFiles(user: UserName, vault: VaultName): Promise<HomeFiles>
  writeEnv(place: VaultPlace, content: string): Promise<WriteOutcome>
  removeEnv(place: VaultPlace): Promise<void>
}

const largest = 64 * 1024

export function createVaultStore(disk: Disk, home: string): VaultStore {
  const vaults = (user: UserName) => join(home, "personal", user, ".loopat", "vaults")
  const folder = (user: UserName, vault: VaultName) => join(vaults(user), vault)
  return {
    largest,
    vaultNames: (user) => disk.list(vaults(user)),
    envNames: (user, vault) => disk.list(join(folder(user, vault), "envs")),
    readEnv: (user, vault, name) => readRegularFile(folder(user, vault), join("envs", name), largest),
    readFile: (user, vault, path) => readRegularFile(folder(user, vault), path, largest),
    homeFiles: (user, vault) => readHomeFiles(join(home, "personal", user), join(".loopat", "vaults", vault)),
    async writeEnv({ user, vault, name }, content) {
      const envs = join(folder(user, vault), "envs")
      if (!(await liesBeneath(join(home, "personal", user), envs))) return { kind: "refused", why: "outside" }
      await makeVault(user, vault)
      await disk.write(join(envs, name), content)
      return { kind: "written" }
    },
    removeEnv: ({ user, vault, name }) => disk.remove(join(folder(user, vault), "envs", name)),
  }

  /** Git keeps no empty folders: each gets a file of its own. */
  async function makeVault(user: UserName, vault: VaultName): Promise<void> {
    for (const inside of ["envs", join("mounts", "home")]) {
      const path = join(folder(user, vault), inside)
      await disk.makeFolder(path)
      const keep = join(path, ".gitkeep")
      if (!(await disk.exists(keep))) await disk.write(keep, "")
    }
  }
}
