import { join } from "node:path"
import { Elysia } from "elysia"
import type { Accounts } from "../accounts/index.ts"
import type { LoopsDoor } from "../loops/index.ts"
import { createRoster, rosterRoutes, type RosterRouteNeeds } from "../repos/index.ts"
import { networkRoutes, type NetworkRouteNeeds } from "../sandbox/index.ts"
import { diskSpace } from "./defaults.ts"
import { type SystemRouteNeeds, systemRoutes } from "./system/routes.tsx"

type RosterNeeds = Parameters<typeof createRoster>[0]

type AdminRouteNeeds = Omit<NetworkRouteNeeds, "note"> &
  Omit<SystemRouteNeeds, "diskSpace"> &
  Pick<RosterNeeds, "settings" | "shelves" | "disk"> & {
    home: string
    audit: Pick<Accounts["audit"], "write">
    loops: Pick<LoopsDoor, "loopsByRepository">
  }

/** What administrators set for the whole workspace. */
export function adminRoutes({ audit, home, loops, ...needs }: AdminRouteNeeds) {
  const note: RosterRouteNeeds["note"] = ({ name: actor, login }, action, object) =>
    audit.write({ actor, via: "web", login, action, ...(object !== "" && { object }), outcome: "ok" })
  const roster = createRoster({ ...needs, folder: join(home, "repos"), loopsOn: loops.loopsByRepository })
  return new Elysia({ name: "admin" })
    .use(systemRoutes({ ...needs, diskSpace: () => diskSpace(home) }))
    .use(networkRoutes({ ...needs, note: (user, action) => note(user, action, "") }))
    .use(rosterRoutes({ ...needs, roster, note }))
}
