import type { ChangesNeeds } from "./needs.ts"
import { changesRoutes } from "./routes.tsx"
import { createReviewStore } from "./store.ts"

export { createBackups } from "./backup.ts"
export { createKeeping } from "./keeping.ts"
export { createTurnKeeping } from "./turn-keeping.ts"

/** The feature's door: what changed in a loop's working folder, and what people do about it. */
export const createChanges = (needs: ChangesNeeds) => ({
  routes: changesRoutes({ ...needs, review: createReviewStore(needs.disk, needs.loops) }),
})
