import { fill, query } from "./address.ts"

/** Addresses of what a loop's driver does in the panels beside the conversation. */
export const workbenchPaths = {
  strictness: "/loops/:id/sandbox/strictness",
  unsaved: "/loops/:id/changes/unsaved",
  saveWork: "/loops/:id/delete/save",
  pullNow: "/loops/:id/contexts/pull",
  suggestion: "/loops/:id/suggestions/:suggestion",
  suggestionDrop: "/loops/:id/suggestions/:suggestion/drop",
  attachments: "/loops/:id/attachments",
  attachment: "/loops/:id/attachments/:name",
} as const

export const workbenchUrls = {
  strictness: (id: string) => fill(workbenchPaths.strictness, { id }),
  /** Brings a loop's checkout of one context to what is newest. */
  pullNow: (id: string) => fill(workbenchPaths.pullNow, { id }),
  suggestion: (id: string, suggestion: string) => fill(workbenchPaths.suggestion, { id, suggestion }),
  suggestionDrop: (id: string, suggestion: string) => fill(workbenchPaths.suggestionDrop, { id, suggestion }),
  /** One file with everything of a checkout that is nowhere else. */
  unsaved: (id: string, checkout?: string) => query(fill(workbenchPaths.unsaved, { id }), { checkout }),
  /** Brings all work of a loop elsewhere before the loop goes. */
  saveWork: (id: string) => fill(workbenchPaths.saveWork, { id }),
  /** Where an image for a message is sent to; its bytes are the body. */
  attachments: (id: string) => fill(workbenchPaths.attachments, { id }),
  attachment: (id: string, name: string) => fill(workbenchPaths.attachment, { id, name }),
} as const
