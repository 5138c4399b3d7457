import { z } from "zod"
import { type Locale, locales } from "../lib/i18n/locale.ts"
import { parseNext } from "../lib/urls.ts"
import { readForm } from "../platform/http/form.ts"
import { fieldErrors, type Shown, tooLarge } from "./present.ts"
import { themes } from "./whois.ts"

const password = z.string("missing").min(1, "missing").max(1024, "password-long")
const name = z.string("missing").min(1, "missing").max(256, "name-invalid")

export const SignInForm = z.object({ name, password, next: z.string().optional().transform(parseNext) })

export const SetUpForm = z.object({
  workspace: z.string("missing").trim().min(1, "workspace-invalid").max(64, "workspace-invalid"),
  name,
  password,
  token: z.string().max(256).default(""),
})

export const LocaleForm = z.object({ locale: z.enum(locales) })
export const ThemeForm = z.object({ theme: z.enum(themes) })

/** A form to go on with, or how its refusal is shown and what it is filled with again. */
export type Typed<T> = { kind: "valid"; value: T } | { kind: "refused"; shown: Shown; raw: Record<string, string> }

export async function readTyped<T>(request: Request, schema: z.ZodType<T>, locale: Locale): Promise<Typed<T>> {
  const form = await readForm(request, schema)
  switch (form.kind) {
    case "valid":
      return form
    case "too-large":
      return { kind: "refused", shown: tooLarge(locale), raw: {} }
    case "invalid":
      return { kind: "refused", shown: { status: 422, errors: fieldErrors(form.fields, locale) }, raw: form.raw }
  }
}
