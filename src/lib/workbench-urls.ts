import { fill } from "./address.ts"

/** Addresses of what a loop's driver does in the panels beside the conversation. */
export const workbenchPaths = {
  strictness: "/loops/:id/sandbox/strictness",
  unsaved: "/loops/:id/changes/unsaved",
  attachments: "/loops/:id/attachments",
  attachment: "/loops/:id/attachments/:name",
} as const

export const workbenchUrls = {
  strictness: (id: string) => fill(workbenchPaths.strictness, { id }),
  /** One file with everything that is nowhere else. */
  unsaved: (id: string) => fill(workbenchPaths.unsaved, { id }),
  /** Where an image for a message is sent to; its bytes are the body. */
  attachments: (id: string) => fill(workbenchPaths.attachments, { id }),
  attachment: (id: string, name: string) => fill(workbenchPaths.attachment, { id, name }),
} as const
