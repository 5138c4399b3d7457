import { join } from "node:path"
import { Elysia } from "elysia"
import { tokenRoutes } from "../accounts/index.ts"
import type { Accounts } from "../accounts/index.ts"
import type { NewId } from "../lib/ids.ts"
import type { LoopsDoor } from "../loops/index.ts"
import { createRoster, createWishes, type outsideRoutes, rosterRoutes, wishRoutes } from "../repos/index.ts"
import { networkRoutes, type NetworkRouteNeeds } from "../sandbox/index.ts"
import { type Vault, vaultRoutes } from "../vault/index.ts"
import { diskSpace } from "./defaults.ts"
import { type SystemRouteNeeds, systemRoutes } from "./system/routes.tsx"

type RosterNeeds = Parameters<typeof createRoster>[0]

type AdminRouteNeeds = Omit<NetworkRouteNeeds, "note"> &
  Omit<SystemRouteNeeds, "diskSpace"> &
  Pick<RosterNeeds, "settings" | "shelves" | "disk"> & {
    home: string
    vault: Vault
    ids: NewId
    accounts: Pick<Accounts, "audit" | "tokens" | "passwordAgain">
    loops: Pick<LoopsDoor, "loopsByRepository">
    outside: { routes(pages: OutsidePages): ReturnType<typeof outsideRoutes> }
  } & Omit<OutsidePages, "note" | "passwordAgain">

type OutsidePages = Pick<
  Parameters<typeof outsideRoutes>[0],
  "frame" | "showProblem" | "origin" | "note" | "passwordAgain"
>

/** What is set for the whole workspace, by administrators, and everybody's own vaults and tokens. */
export function adminRoutes({ accounts, home, loops, outside, vault, ...needs }: AdminRouteNeeds) {
  const note: OutsidePages["note"] = ({ name: actor, login }, action, object) =>
    accounts.audit.write({ actor, via: "web", login, action, object, outcome: "ok" })
  const { passwordAgain, tokens } = accounts
  const roster = createRoster({ ...needs, folder: join(home, "repos"), loopsOn: loops.loopsByRepository })
  const wishes = createWishes({ ...needs, file: join(home, "repository-requests.json"), roster })
  return new Elysia({ name: "admin" })
    .use(systemRoutes({ ...needs, diskSpace: () => diskSpace(home) }))
    .use(networkRoutes({ ...needs, note }))
    .use(rosterRoutes({ ...needs, roster, note, passwordAgain }))
    .use(vaultRoutes({ ...needs, vault, note }))
    .use(wishRoutes({ ...needs, wishes, note }))
    .use(tokenRoutes({ ...needs, tokens, passwordAgain }))
    .use(outside.routes({ ...needs, note, passwordAgain }))
}
