import { join } from "node:path"
import {
  type EnvName,
  parseEnvName,
  parseVaultName,
  type ProviderName,
  type UserName,
  type VaultName,
} from "../lib/ids.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { Secret } from "../platform/secret.ts"
import { readRegularFile } from "../platform/disk/regular-file.ts"
import { type Settings, readProviders, variablesOf } from "../settings/index.ts"
import { isReserved } from "./names.ts"
import type { HomeFiles } from "./home-files.ts"
import { createHomeStore, type HomeStore } from "./home-store.ts"
import { createVaultStore, type VaultPlace, type WriteOutcome } from "./store.ts"

export type { HomeFiles } from "./home-files.ts"
export { vaultRoutes } from "./routes.tsx"
export type { VaultPlace, WriteOutcome } from "./store.ts"

/** A person's credentials: named sets of variables, and the workspace's provider keys. Values leave only as `Secret`. */
export interface Vault extends HomeStore {
  /** Vaults of a person, sorted; `default` is always among them. */
  list(user: UserName): Promise<VaultName[]>
  /** What a vault page may show: never a value. */
  entries(user: UserName, vault: VaultName): Promise<VaultEntry[]>
  /** Undefined when there is no such value, or only an empty one. */
  read(user: UserName, vault: VaultName, name: EnvName): Promise<Secret | undefined>
  /** A file below the vault's folder, trailing newlines cut; for keys of providers written by older versions. */
  readFile(user: UserName, vault: VaultName, path: string): Promise<Secret | undefined>
  /** What a loop with this vault finds in its home, contents and all, and what is not handed over and why. */
  homeFiles(user: UserName, vault: VaultName): Promise<HomeFiles>
  write(entry: VaultPlace, value: Secret): Promise<WriteOutcome>
  remove(entry: VaultPlace): Promise<void>
  /**
   * Values of at least 8 characters that must never be shown or stored: the vault's and the workspace's keys.
   * They are open because they exist to be searched for in text and taken out of it; nobody may keep or send them.
   */
  scrubbable(user: UserName, vault: VaultName): Promise<{ name: string; value: string }[]>
  workspaceKey(provider: ProviderName): Promise<Secret | undefined>
  writeWorkspaceKey(provider: ProviderName, key: Secret): Promise<WriteOutcome>
  removeWorkspaceKey(provider: ProviderName): Promise<void>
}

export interface VaultEntry {
  name: EnvName
  set: boolean
  /** Why no sandbox gets it: its name steers programs, or a provider's key refers to it. */
  withheld?: "reserved" | "provider-key"
  /** Why it is not read at all, English. */
  leftOut?: string
}

export interface VaultNeeds {
  disk: Disk
  home: string
  settings: Pick<Settings, "personal">
}

const shortestScrubbed = 8
const defaultVault = parseVaultName("default")

export function createVault({ disk, home, settings }: VaultNeeds): Vault {
  const store = createVaultStore(disk, home)
  const workspaceKeys = join(home, "secrets", "@workspace", "providers")

  async function envNames(user: UserName, vault: VaultName): Promise<EnvName[]> {
    const names = await store.envNames(user, vault)
    return names.flatMap((name) => parseEnvName(name) ?? [])
  }

  async function providerVariables(user: UserName): Promise<Set<string>> {
    const personal = await settings.personal(user)
    if (personal.kind !== "read") return new Set()
    const { providers } = readProviders(personal.value.providers ?? {}, "personal")
    return new Set(providers.flatMap(({ key }) => variablesOf(key)))
  }

  const readEnv = async (user: UserName, vault: VaultName, name: EnvName) => {
    const file = await store.readEnv(user, vault, name)
    return file.kind === "read" ? asSecret(file.content) : undefined
  }

  const readWorkspaceKey = async (provider: ProviderName) => {
    const file = await readRegularFile(workspaceKeys, provider, store.largest)
    return file.kind === "read" ? asSecret(file.content) : undefined
  }

  return {
    ...createHomeStore(disk, home),
    async list(user) {
      const found = (await store.vaultNames(user)).flatMap((name) => parseVaultName(name) ?? [])
      return [...new Set([...(defaultVault ? [defaultVault] : []), ...found])].sort()
    },
    async entries(user, vault) {
      const variables = await providerVariables(user)
      return Promise.all(
        (await envNames(user, vault)).map(async (name): Promise<VaultEntry> => {
          const file = await store.readEnv(user, vault, name)
          const withheld = withheldFor(name, variables)
          const set = file.kind === "read" && asSecret(file.content) !== undefined
          return { name, set, ...(withheld && { withheld }), ...(file.kind === "left-out" && { leftOut: file.why }) }
        }),
      )
    },
    read: readEnv,
    async readFile(user, vault, path) {
      if (path.split("/").some((part) => part === ".." || part === "")) return undefined
      const file = await store.readFile(user, vault, path)
      return file.kind === "read" ? asSecret(file.content) : undefined
    },
    homeFiles: store.homeFiles,
    async write(place, value) {
      const flaw = flawOf(value, store.largest) ?? (await twinOf(place))
      return flaw ? { kind: "refused", why: flaw } : store.writeEnv(place, `${trimmed(value.reveal())}\n`)
    },
    remove: (place) => store.removeEnv(place),
    async scrubbable(user, vault) {
      const own = await Promise.all(
        (await envNames(user, vault)).map(async (name) => [name, await readEnv(user, vault, name)] as const),
      )
      const shared = await Promise.all(
        (await disk.list(workspaceKeys)).map(async (name) => {
          const file = await readRegularFile(workspaceKeys, name, store.largest)
          return [name, file.kind === "read" ? asSecret(file.content) : undefined] as const
        }),
      )
      return [...own, ...shared]
        .flatMap(([name, value]) => (value ? [{ name, value: value.reveal() }] : []))
        .filter(({ value }) => value.length >= shortestScrubbed)
    },
    workspaceKey: readWorkspaceKey,
    async writeWorkspaceKey(provider, key) {
      const flaw = flawOf(key, store.largest)
      if (flaw) return { kind: "refused", why: flaw }
      await disk.makeFolder(workspaceKeys)
      await disk.write(join(workspaceKeys, provider), `${trimmed(key.reveal())}\n`)
      return { kind: "written" }
    },
    removeWorkspaceKey: (provider) => disk.remove(join(workspaceKeys, provider)),
  }

  /** Two names that differ only in case would be one variable to some programs and two to others. */
  async function twinOf({ user, vault, name }: VaultPlace): Promise<"case" | undefined> {
    const names = await envNames(user, vault)
    return names.some((other) => other !== name && other.toLowerCase() === name.toLowerCase()) ? "case" : undefined
  }
}

function withheldFor(name: EnvName, providerVariables: ReadonlySet<string>): VaultEntry["withheld"] {
  if (providerVariables.has(name)) return "provider-key"
  return isReserved(name) ? "reserved" : undefined
}

const trimmed = (value: string) => value.replace(/[\r\n]+$/, "")

function asSecret(content: Uint8Array): Secret | undefined {
  const value = trimmed(new TextDecoder().decode(content))
  return value === "" ? undefined : new Secret(value)
}

function flawOf(value: Secret, largest: number): "empty" | "too-long" | "not-text" | undefined {
  const text = trimmed(value.reveal())
  if (text === "") return "empty"
  if (text.includes("\0")) return "not-text"
  return Buffer.byteLength(text) >= largest ? "too-long" : undefined
}
