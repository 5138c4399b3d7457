import { Elysia } from "elysia"
import { farewellRoutes } from "./farewell-routes.tsx"
import { listRoutes } from "./list-routes.tsx"
import { newLoopRoutes } from "./new-loop-routes.tsx"
import { loopRoutes } from "./loop-routes.tsx"
import type { RouteNeeds } from "./route-needs.ts"

/** Every route of loops but the conversation, which belongs to the agent. */
export const loopsRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "loops" })
    .use(listRoutes(needs))
    .use(newLoopRoutes(needs))
    .use(loopRoutes(needs))
    .use(farewellRoutes(needs))
