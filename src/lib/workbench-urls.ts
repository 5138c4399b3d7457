import { fill } from "./address.ts"

/** Addresses of what a loop's driver does in the panels beside the conversation. */
export const workbenchPaths = {
  strictness: "/loops/:id/sandbox/strictness",
  unsaved: "/loops/:id/changes/unsaved",
} as const

export const workbenchUrls = {
  strictness: (id: string) => fill(workbenchPaths.strictness, { id }),
  /** One file with everything that is nowhere else. */
  unsaved: (id: string) => fill(workbenchPaths.unsaved, { id }),
} as const
