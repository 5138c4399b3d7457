import { fill } from "./address.ts"

/** Addresses of what a loop's driver does in the panels beside the conversation. */
export const workbenchPaths = {
  strictness: "/loops/:id/sandbox/strictness",
} as const

export const workbenchUrls = {
  strictness: (id: string) => fill(workbenchPaths.strictness, { id }),
} as const
