import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import type { FieldErrors } from "../props/reader.ts"

interface PostFormProps {
  action: string
  formToken?: string
  /** With script the answer is made of partials and the page stays. Without, the form posts and the page comes anew. */
  live?: boolean
  class?: string
  children?: Child
  label?: string
  id?: string
  /** Once it was taken, it is there for the next one. */
  again?: boolean
  /** A script may post it without leaving the page. */
  stays?: boolean
  /** What happens to a request that comes while another is on its way; htmx keeps only one otherwise. */
  sync?: "queue all"
  /** It has files to send where there is no script; a script sends them in its own way. */
  files?: boolean
}

export function PostForm({
  action,
  formToken,
  live,
  children,
  label,
  sync,
  stays,
  again,
  files,
  ...rest
}: PostFormProps) {
  const htmx = live ? { "hx-post": action, "hx-swap": "none", "hx-sync": sync } : {}
  const encoded = files ? { enctype: "multipart/form-data", "hx-encoding": "application/x-www-form-urlencoded" } : {}
  return (
    <form
      method="post"
      action={action}
      aria-label={label}
      data-stays={stays}
      data-again={again}
      {...htmx}
      {...encoded}
      {...rest}
    >
      {formToken !== undefined && <input type="hidden" name="formToken" value={formToken} />}
      {children}
    </form>
  )
}

interface FieldProps {
  name: string
  label: string
  hint?: string
  errors: FieldErrors
  children: (attributes: ControlAttributes) => Child
  optional?: string
}

export interface ControlAttributes {
  id: string
  name: string
  "aria-describedby"?: string
  "aria-invalid"?: "true"
}

/** Label, control, hint and the sentence that says what is wrong, tied together for everybody. */
export function Field({ name, label, hint, errors, children, optional }: FieldProps) {
  const id = `field-${name}`
  const error = errors[name]
  const described = [error !== undefined && `${id}-error`, hint !== undefined && `${id}-hint`].filter(Boolean).join(" ")
  const attributes: ControlAttributes = {
    id,
    name,
    ...(described === "" ? {} : { "aria-describedby": described }),
    ...(error === undefined ? {} : { "aria-invalid": "true" as const }),
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {optional !== undefined && <span class="field-optional"> {optional}</span>}
      {children(attributes)}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** The error of the form as a whole, read out when it appears. */
export function FormError({ errors }: { errors: FieldErrors }) {
  const sentence = errors["form"]
  return sentence === undefined ? null : (
    <p class="form-error" role="alert">
      {sentence}
    </p>
  )
}
