import { Elysia } from "elysia"
import type { Accounts } from "../accounts/index.ts"
import { networkRoutes, type NetworkRouteNeeds } from "../sandbox/index.ts"
import { diskSpace } from "./defaults.ts"
import { type SystemRouteNeeds, systemRoutes } from "./system/routes.tsx"

type AdminRouteNeeds = Omit<NetworkRouteNeeds, "note"> &
  Omit<SystemRouteNeeds, "diskSpace"> & {
    home: string
    audit: Pick<Accounts["audit"], "write">
  }

/** What administrators set for the whole workspace. */
export function adminRoutes({ audit, home, ...needs }: AdminRouteNeeds) {
  const note: NetworkRouteNeeds["note"] = ({ name: actor, login }, action) =>
    audit.write({ actor, via: "web", login, action, outcome: "ok" })
  return new Elysia({ name: "admin" })
    .use(systemRoutes({ ...needs, diskSpace: () => diskSpace(home) }))
    .use(networkRoutes({ ...needs, note }))
}
