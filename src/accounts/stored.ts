import { z } from "zod"
import { parseUserName, type UserName } from "../lib/ids.ts"

/** A user's name as a file holds it. */
export const StoredName = z.string().transform((text, context): UserName => {
  const name = parseUserName(text)
  if (name) return name
  context.addIssue({ code: "custom", message: `not a user name: ${JSON.stringify(text).slice(0, 60)}` })
  return z.NEVER
})

const Versioned = z.looseObject({ version: z.number() })

/** What a file must hold, of version 1. Throws with a sentence that says where it does not, for the person who repairs it. */
export function parseStored<T>(schema: z.ZodType<T>, value: unknown): T {
  const version = Versioned.safeParse(value).data?.version ?? 1
  if (version > 1) throw new Error(`it has version ${version}, which is newer than this program; start a newer loopat`)
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Error(z.prettifyError(parsed.error))
}
