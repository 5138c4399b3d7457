import { mkdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { vaultPaths, vaultUrls } from "../../lib/vault-urls.ts"
import type { Operation } from "./operations.ts"

const at = (home: string, path: string) => join(home, "personal/ada/.loopat/vaults/default/mounts/home", path)
const [former, plain, old] = ["former-file", "plain-file", "old/name"]

/** Files of a vault, as an earlier server left them. */
export async function leaveVaultFiles(home: string): Promise<void> {
  await mkdir(at(home, ""), { recursive: true })
  await mkdir(at(home, "old"))
  for (const name of [former, plain, old]) await writeFile(at(home, name), "kept text", { mode: 0o600 })
}

const text = (home: string, path: string) => readFile(at(home, path), "utf8").catch(() => undefined)

/** What a person keeps for the homes of loops. */
export const vaultOperations: Operation[] = [
  {
    route: `POST ${vaultPaths.vaultFiles}`,
    act: (client) => client.post(vaultUrls.files, { way: "text", path: ".config/new", text: "new text" }),
    done: async ({ home }) => (await text(home, ".config/new")) === "new text",
  },
  {
    route: `POST ${vaultPaths.vaultFileRemove}`,
    act: (client) => client.post(vaultUrls.remove, { path: former }),
    done: async ({ home }) => (await text(home, former)) === undefined,
  },
  {
    route: `POST ${vaultPaths.vaultFileRename}`,
    act: (client) => client.post(vaultUrls.rename, { path: old, to: "new/name" }),
    done: async ({ home }) => {
      const [before, after] = [await text(home, old), await text(home, "new/name")]
      return before === undefined && after === "kept text"
    },
  },
  {
    route: `POST ${vaultPaths.vaultFileExecutable}`,
    act: (client) => client.post(vaultUrls.executable, { path: plain, executable: "on" }),
    done: async ({ home }) =>
      (await text(home, plain)) === "kept text" && ((await stat(at(home, plain))).mode & 0o100) !== 0,
  },
  {
    route: `POST ${vaultPaths.vaultKey}`,
    act: (client) => client.post(vaultUrls.key, { way: "make" }),
    done: async ({ home }) =>
      (await text(home, ".ssh/id_ed25519")) !== undefined && (await text(home, ".ssh/id_ed25519.pub")) !== undefined,
  },
]
