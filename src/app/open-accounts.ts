import { hostname } from "node:os"
import { join } from "node:path"
import { type AccountNews, type Accounts, createAccounts } from "../accounts/index.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createBackground } from "../platform/background.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { createEvents } from "../platform/events.ts"
import { silentLog } from "../platform/log.ts"
import { createBundle } from "./bundle.ts"

/** Accounts for a command: no pages, no listener. The caller holds the home's lock. */
export async function openAccounts({
  disk,
  home,
  root,
}: {
  disk: Disk
  home: string
  root: string
}): Promise<Pick<Accounts, "people" | "tokens">> {
  return createAccounts({
    disk,
    home,
    clock: systemClock,
    ids: systemIds,
    background: createBackground(silentLog),
    events: createEvents<AccountNews>(silentLog),
    secure: false,
    exposed: true,
    commonPasswords: await createBundle(root).text("templates/common-passwords.txt"),
    contextWords: () => [hostname()],
    nameWorkspace: async () => {},
    onActivated: (user) => disk.makeFolder(join(home, "personal", user)),
    document: () => {
      throw new Error("a command shows no page")
    },
  })
}
