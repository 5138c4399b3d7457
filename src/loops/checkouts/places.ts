import { id6, type LoopId, type UserName } from "../../lib/ids.ts"
import { slug } from "../../lib/slug.ts"
import type { Shelf } from "../../repos/index.ts"
import type { LoopRecord } from "../record.ts"

/** The shared contexts of which every loop has checkouts. */
export const contextNames = ["knowledge", "notes", "personal"] as const
export type ContextName = (typeof contextNames)[number]

/** The shelf that a loop's context is a checkout of: personal is always the driver's. */
export const shelfOf = (context: ContextName, driver: UserName): Shelf =>
  context === "personal" ? { context, user: driver } : { context }

/**
 * Host folders of a loop's checkouts, from the loop's folder. What lies above the checkouts is the server's alone; the
 * checkouts are the sandbox's from their making on. Each driver has a personal one of his own.
 */
export const contextFolders = (folder: string, { driver }: Pick<LoopRecord, "driver">) => ({
  knowledge: `${folder}/context/knowledge`,
  notes: `${folder}/context/notes`,
  personal: `${folder}/context/personal/${driver}`,
  repos: `${folder}/context/repos`,
})

/** The branch on which a loop works in code, by what it was called when it began there. */
export const codeBranch = (loop: LoopId, title: string): string => `loop/${slug(title)}-${id6(loop)}`

/** The branch on which a loop works in every context. */
export const contextBranch = (loop: LoopId): string => `loop/${loop}`
