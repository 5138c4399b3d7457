import { passwordAgainWords } from "../../src/lib/i18n/password-again.ts"
import type { FieldErrors, Reader } from "../props/reader.ts"
import { Field } from "./form.tsx"

interface Props {
  /** Apart from those of other forms of the page. */
  id?: string
  /** Whether it is asked for at all. */
  asked: boolean
  errors: FieldErrors
  reader: Reader
}

/** The password, where it was given too long ago for what a form does. */
export function PasswordAgain({ id = "password", asked, errors, reader }: Props) {
  const words = passwordAgainWords(reader.locale)
  if (!asked) return null
  return (
    <Field name={id} label={words.password} hint={words.hint} errors={errors}>
      {(control) => (
        <input {...control} name="password" type="password" autocomplete="current-password" maxlength="1024" required />
      )}
    </Field>
  )
}
