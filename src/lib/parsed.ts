import { z } from "zod"

/** A zod type out of a parser that gives undefined for what is none. */
export const parsed = <T>(parse: (value: unknown) => T | undefined, what: string) =>
  z.unknown().transform((value, context): T => {
    const made = parse(value)
    if (made !== undefined) return made
    context.addIssue({ code: "custom", message: `not a ${what}` })
    return z.NEVER
  })
