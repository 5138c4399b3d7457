import { z } from "zod"
import type { Locale } from "../lib/i18n/locale.ts"
import { passwordAgainWords } from "../lib/i18n/password-again.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Confirmation, Confirming } from "./confirming.ts"
import { signInErrors } from "./present.ts"

/** Asks for the password anew in forms that a browser left alone must not send. */
export interface PasswordAgain {
  /** Whether such a form has a field for it now. */
  isDue(request: Request): boolean
  /** The sentence beside that field; undefined where the form may be acted on. */
  missing(request: Request, password: string | undefined): Promise<string | undefined>
}

/** The field of such a form. */
export const passwordField = z.string().optional()

export const createPasswordAgain = (confirming: Confirming): PasswordAgain => ({
  isDue: (request) => confirming.isDue(userOf(request).login),
  async missing(request, password = "") {
    const { login } = userOf(request)
    const { locale } = visitorOf(request)
    if (!confirming.isDue(login)) return undefined
    if (password === "") return passwordAgainWords(locale).unasked
    return sentenceOf(await confirming.confirm(login, password), locale)
  },
})

function sentenceOf(confirmed: Confirmation, locale: Locale): string | undefined {
  if (confirmed.kind === "right") return undefined
  if (confirmed.kind === "wrong") return passwordAgainWords(locale).wrong
  return signInErrors(confirmed, locale)["form"]
}
