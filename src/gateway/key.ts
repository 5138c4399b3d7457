import { parseEnvName, type UserName, type VaultName } from "../lib/ids.ts"
import { Secret } from "../platform/secret.ts"
import { type Provider, variable, variablesOf } from "../settings/index.ts"
import type { Vault } from "../vault/index.ts"

export type ResolvedKey =
  | { kind: "key"; key: Secret }
  /** The address asks for none. */
  | { kind: "not-needed" }
  | { kind: "none" }
  /** A variable that the key refers to is not in the vault. */
  | { kind: "missing"; variable: string }

/** The key of a provider for a person with one vault. One missing variable makes it unusable; there is never half a key. */
export async function resolveKey(
  provider: Provider,
  whose: { user: UserName; vault: VaultName },
  vault: Vault,
): Promise<ResolvedKey> {
  if (provider.auth === "none") return { kind: "not-needed" }
  const { key } = provider
  switch (key.kind) {
    case "none":
      return { kind: "none" }
    case "workspace":
      return orNone(await vault.workspaceKey(provider.name))
    case "vault-file":
      return orNone(await vault.readFile(whose.user, whose.vault, key.path))
    case "text": {
      const values = new Map<string, string>()
      for (const name of variablesOf(key)) {
        const env = parseEnvName(name)
        const value = env && (await vault.read(whose.user, whose.vault, env))
        if (!value) return { kind: "missing", variable: name }
        values.set(name, value.reveal())
      }
      const text = key.text.replace(variable, (_, name: string) => values.get(name) ?? "")
      return orNone(text.trim() === "" ? undefined : new Secret(text))
    }
  }
}

const orNone = (key: Secret | undefined): ResolvedKey => (key ? { kind: "key", key } : { kind: "none" })
