import { Elysia } from "elysia"
import type { FilesNeeds } from "./index.ts"
import { readRoutes } from "./read-routes.tsx"
import { writeRoutes } from "./write-routes.tsx"

/** A loop's files as pages. */
export const filesRoutes = (needs: FilesNeeds) =>
  new Elysia({ name: "files" }).use(readRoutes(needs)).use(writeRoutes(needs))
