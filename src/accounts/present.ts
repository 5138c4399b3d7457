import { accountWords } from "../lib/i18n/accounts.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import type { DocumentView } from "../../views/props/frame.ts"
import type { SetUpView, SignInView } from "../../views/props/accounts.ts"
import type { FieldErrors } from "../../views/props/reader.ts"
import type { SetUpOutcome } from "./set-up.ts"
import type { SignInOutcome } from "./sign-in.ts"

/** A refusal as a page shows it. */
export interface Shown {
  status: number
  errors: FieldErrors
  retryAfter?: number
}

type RefusedSignIn = Exclude<SignInOutcome, { kind: "signed-in" }>
type RefusedSetUp = Exclude<SetUpOutcome, { kind: "done" | "already-done" }>

export function showSignInRefusal(outcome: RefusedSignIn, locale: Locale): Shown {
  const words = accountWords(locale)
  switch (outcome.kind) {
    case "refused":
      return { status: 401, errors: { form: words.wrongNameOrPassword } }
    case "pending":
      return { status: 403, errors: { form: words.accountPending } }
    case "disabled":
      return { status: 403, errors: { form: words.accountDisabled } }
    case "too-many":
      return tooMany(outcome.retryAfter, locale)
    case "busy":
      return { status: 429, errors: { form: words.tooBusy }, retryAfter: outcome.retryAfter }
  }
}

export function showSetUpRefusal(outcome: RefusedSetUp, locale: Locale): Shown {
  const words = accountWords(locale)
  switch (outcome.kind) {
    case "wrong-token":
      return { status: 403, errors: { token: words.tokenWrong } }
    case "too-many":
      return tooMany(outcome.retryAfter, locale)
    case "busy":
      return { status: 429, errors: { form: words.tooBusy }, retryAfter: 2 }
    case "refused": {
      const field = outcome.flaw.startsWith("name") ? "name" : "password"
      return { status: 422, errors: fieldErrors({ [field]: outcome.flaw }, locale) }
    }
  }
}

export function fieldErrors(codes: Record<string, string>, locale: Locale): FieldErrors {
  const words = accountWords(locale)
  const sentences: Record<string, string> = {
    missing: words.fieldMissing,
    "name-invalid": words.nameInvalid,
    "name-reserved": words.nameReserved,
    "name-taken": words.nameTaken,
    "password-short": words.passwordShort,
    "password-long": words.passwordLong,
    "password-common": words.passwordCommon,
    "password-about-you": words.passwordAboutYou,
    "workspace-invalid": words.workspaceInvalid,
  }
  const entries = Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? words.fieldInvalid])
  return Object.fromEntries(entries)
}

export const tooLarge = (locale: Locale): Shown => ({
  status: 413,
  errors: { form: accountWords(locale).tooLarge },
})

function tooMany(retryAfter: number, locale: Locale): Shown {
  const minutes = Math.max(1, Math.ceil(retryAfter / 60))
  return { status: 429, errors: { form: accountWords(locale).tooManyTries(minutes) }, retryAfter }
}

export const signInView = (page: DocumentView, form: Partial<SignInView>): SignInView => ({
  ...page,
  name: "",
  errors: {},
  ...form,
})

export const setUpView = (page: DocumentView, form: Omit<SetUpView, keyof DocumentView>): SetUpView => ({
  ...page,
  ...form,
})
