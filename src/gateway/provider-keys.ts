import { parseEnvName, parseVaultName, type ProviderName, type UserName, type VaultName } from "../lib/ids.ts"
import { Secret } from "../platform/secret.ts"
import {
  type Provider,
  type ProviderEntry,
  readProviders,
  type Settings,
  variable,
  variablesOf,
} from "../settings/index.ts"
import type { Vault } from "../vault/index.ts"
import { type ResolvedKey, resolveKey } from "./key.ts"
import { variableFor } from "./provider-draft.ts"

export interface KeyPlace {
  user: UserName
  source: Provider["source"]
  name: ProviderName
  /** What the entry says now. */
  apiKey: ProviderEntry["apiKey"]
}

/** Where the keys of providers are kept. None of them is ever read back into a page. */
export interface ProviderKeys {
  state(user: UserName, provider: Provider): Promise<ResolvedKey["kind"]>
  /** Keeps a key that was typed; an empty one leaves everything as it is. `apiKey` is what the entry shall say. */
  put(
    place: KeyPlace,
    key: string,
  ): Promise<{ kind: "kept" } | { kind: "referred"; apiKey: string } | { kind: "refused" }>
  /** Removes the key of an entry that is gone, unless another entry refers to it. */
  forget(place: KeyPlace): Promise<void>
}

export function createProviderKeys(settings: Settings, vault: Vault): ProviderKeys {
  /** The vault that loops of this person use when nothing else is said. */
  async function vaultOf(user: UserName): Promise<VaultName> {
    const personal = await settings.personal(user)
    const name = parseVaultName(personal.kind === "read" ? (personal.value.default_vault ?? "default") : "default")
    if (!name) throw new Error("default is a vault's name")
    return name
  }

  async function referredByOthers(user: UserName, name: ProviderName): Promise<Set<string>> {
    const personal = await settings.personal(user)
    const { providers } = readProviders(personal.kind === "read" ? (personal.value.providers ?? {}) : {}, "personal")
    return new Set(providers.filter((other) => other.name !== name).flatMap(({ key }) => variablesOf(key)))
  }

  return {
    state: async (user, provider) => (await resolveKey(provider, { user, vault: await vaultOf(user) }, vault)).kind,
    async put({ user, source, name, apiKey }, key) {
      if (key === "") return { kind: "kept" }
      if (source === "workspace") {
        const outcome = await vault.writeWorkspaceKey(name, new Secret(key))
        return outcome.kind === "written" ? { kind: "kept" } : { kind: "refused" }
      }
      const inVault = await vaultOf(user)
      const others = [
        ...(await vault.entries(user, inVault)).map((entry): string => entry.name),
        ...(await referredByOthers(user, name)),
      ]
      const taken = new Set(others.map((other) => other.toLowerCase()))
      const env = onlyVariable(apiKey) ?? variableFor(name, taken)
      const outcome = await vault.write({ user, vault: inVault, name: env }, new Secret(key))
      return outcome.kind === "written" ? { kind: "referred", apiKey: `\${${env}}` } : { kind: "refused" }
    },
    async forget({ user, source, name, apiKey }) {
      if (source === "workspace") return vault.removeWorkspaceKey(name)
      const env = onlyVariable(apiKey)
      if (!env || (await referredByOthers(user, name)).has(env)) return
      await vault.remove({ user, vault: await vaultOf(user), name: env })
    },
  }
}

/** The variable of a key that is one variable and nothing else. */
function onlyVariable(apiKey: ProviderEntry["apiKey"]) {
  if (typeof apiKey !== "string") return undefined
  const found = [...apiKey.matchAll(variable)]
  return found.length === 1 && found[0]?.[0] === apiKey ? parseEnvName(found[0][1]) : undefined
}
