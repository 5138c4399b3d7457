import { accountWords } from "../lib/i18n/accounts.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import type { DocumentView } from "../../views/props/frame.ts"
import type { SetUpView, SignInView } from "../../views/props/accounts.ts"
import type { FieldErrors } from "../../views/props/reader.ts"
import type { SetUpOutcome } from "./set-up.ts"
import type { SignInOutcome } from "./sign-in.ts"

export type RefusedSignIn = Exclude<SignInOutcome, { kind: "signed-in" }>
export type RefusedSetUp = Exclude<SetUpOutcome, { kind: "done" | "already-done" }>

/** What stands in the form after a refusal. */
export function signInErrors(outcome: RefusedSignIn, locale: Locale): FieldErrors {
  const words = accountWords(locale)
  switch (outcome.kind) {
    case "refused":
      return { form: words.wrongNameOrPassword }
    case "pending":
      return { form: words.accountPending }
    case "disabled":
      return { form: words.accountDisabled }
    case "too-many":
      return { form: words.tooManyTries(minutes(outcome.retryAfter)) }
    case "busy":
      return { form: words.tooBusy }
  }
}

export function setUpErrors(outcome: RefusedSetUp, locale: Locale): FieldErrors {
  const words = accountWords(locale)
  switch (outcome.kind) {
    case "wrong-token":
      return { token: words.tokenWrong }
    case "too-many":
      return { form: words.tooManyTries(minutes(outcome.retryAfter)) }
    case "busy":
      return { form: words.tooBusy }
    case "refused":
      return fieldErrors({ [outcome.flaw.startsWith("name") ? "name" : "password"]: outcome.flaw }, locale)
  }
}

const minutes = (seconds: number): number => Math.max(1, Math.ceil(seconds / 60))

/** What is wrong with a name or a password, by its code. */
export function flawSentences(locale: Locale): Record<string, string> {
  const words = accountWords(locale)
  return {
    "name-invalid": words.nameInvalid,
    "name-reserved": words.nameReserved,
    "name-taken": words.nameTaken,
    "password-short": words.passwordShort,
    "password-long": words.passwordLong,
    "password-common": words.passwordCommon,
    "password-about-you": words.passwordAboutYou,
  }
}

export function fieldErrors(codes: Record<string, string>, locale: Locale): FieldErrors {
  const words = accountWords(locale)
  const sentences: Record<string, string> = {
    missing: words.fieldMissing,
    ...flawSentences(locale),
    "workspace-invalid": words.workspaceInvalid,
  }
  const entries = Object.entries(codes).map(([field, code]) => [field, sentences[code] ?? words.fieldInvalid])
  return Object.fromEntries(entries)
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
