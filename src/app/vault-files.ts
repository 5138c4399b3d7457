import type { Accounts } from "../accounts/index.ts"
import { shownPath } from "../lib/file-path.ts"
import type { LoopsDoor } from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import type { VaultFiles } from "../sandbox/index.ts"
import type { Vault } from "../vault/index.ts"

export interface VaultFileNeeds {
  vault: Pick<Vault, "homeFiles">
  /** Made after the sandboxes. */
  loops(): Pick<LoopsDoor, "record" | "noteUpkeep">
  audit: Accounts["audit"]["write"]
  background: Pick<Background, "run">
}

/** The files of the vault that a loop's driver chose for it; each handing over is a line of the audit, by name only. */
export function vaultFiles({ vault, loops, audit, background }: VaultFileNeeds): VaultFiles {
  return {
    async of(loop) {
      const record = await loops().record(loop)
      return record ? (await vault.homeFiles(record.driver, record.vault)).files : []
    },
    delivered: (loop, { names, moved, leftOut }) =>
      background.run("tell what a vault handed over", async () => {
        const record = await loops().record(loop)
        if (names.length > 0)
          await audit({
            ...{ actor: record?.driver ?? "", via: "system", action: "vault.delivered", object: loop, outcome: "ok" },
            why: `${record?.vault ?? ""}: ${listed(names)}`,
          })
        if (moved.length > 0)
          await loops().noteUpkeep(loop, {
            ...{ code: "sandbox-vault-moved", level: "info" },
            text: listed(moved.map(({ to }) => `~/${to}`)),
          })
        if (leftOut.length > 0)
          await loops().noteUpkeep(loop, {
            ...{ code: "sandbox-vault-left-out", level: "warning" },
            text: listed(leftOut.map(({ path, why }) => `${path} (${why})`)),
          })
      }),
  }
}

const most = 20

const listed = (names: readonly string[]): string =>
  `${names.slice(0, most).map(shownPath).join(", ")}${names.length > most ? ` … (${names.length})` : ""}`
