import { z } from "zod"
import { parsePath } from "../lib/file-path.ts"

/** A path in a form, as `pathText` makes it. */
export const pathField = z
  .string()
  .transform((text, context) => parsePath(text) ?? (context.addIssue("invalid"), z.NEVER))
