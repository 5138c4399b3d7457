import { Elysia } from "elysia"
import { createSerial } from "../platform/disk/serial.ts"
import { createBooks } from "./books.ts"
import { codeRoutes } from "./code-routes.tsx"
import { findRoutes } from "./find-routes.tsx"
import { followRoutes } from "./follow-routes.tsx"
import { homeRoutes } from "./home-routes.tsx"
import { keptRoutes } from "./kept-routes.tsx"
import { createKeptTexts } from "./kept-texts.ts"
import { createLoopCommits } from "./loop-commits.ts"
import type { ContextNeeds } from "./needs.ts"
import { proposalRoutes } from "./proposal-routes.tsx"
import { createRemarks } from "./remarks.ts"
import { followOutsides } from "./outsides.ts"
import { readRoutes } from "./read-routes.tsx"
import { writeRoutes } from "./write-routes.tsx"

export { createKeptTexts } from "./kept-texts.ts"
export type { ReturnedProposal } from "./needs.ts"
export { isInVault } from "./person.ts"

/** The feature's door: knowledge, notes and everybody's own repository as pages to read, find and write. */
export function createContext(given: ContextNeeds) {
  const needs = {
    ...given,
    books: createBooks(given.shelves),
    kept: createKeptTexts(given),
    remarks: createRemarks(given),
    loopCommits: createLoopCommits(given),
    outsideOf: followOutsides(given.shelves),
    inTurn: createSerial(),
  }
  return {
    routes: new Elysia({ name: "context" })
      .use(homeRoutes(needs))
      .use(findRoutes(needs))
      .use(codeRoutes(needs))
      .use(keptRoutes(needs))
      .use(followRoutes(needs))
      .use(proposalRoutes(needs))
      .use(readRoutes(needs))
      .use(writeRoutes(needs)),
  }
}
