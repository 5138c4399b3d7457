import { query } from "./address.ts"

/** Addresses of the page about one's own vaults; forms say which vault they are about. */
export const vaultPaths = {
  vault: "/settings/vault",
  vaultFiles: "/settings/vault/files",
  vaultFileRemove: "/settings/vault/files/remove",
  vaultFileRename: "/settings/vault/files/rename",
  vaultFileExecutable: "/settings/vault/files/executable",
  vaultKey: "/settings/vault/key",
} as const

export const vaultUrls = {
  vault: (about: { vault?: string; file?: string; said?: VaultSaid } = {}) => query(vaultPaths.vault, about),
  files: vaultPaths.vaultFiles,
  remove: vaultPaths.vaultFileRemove,
  rename: vaultPaths.vaultFileRename,
  executable: vaultPaths.vaultFileExecutable,
  key: vaultPaths.vaultKey,
} as const

export type VaultSaid = "stored" | "removed" | "renamed" | "changed" | "key"
