import type { DocumentView } from "./frame.ts"
import type { FieldErrors } from "./reader.ts"

/** Fields `name`, `password`, `next`. */
export interface SignInView extends DocumentView {
  name: string
  next?: string
  errors: FieldErrors
  /** Shown above the form, as after signing out. */
  notice?: string
}

/** Fields `workspace`, `name`, `password`, `token`. */
export interface SetUpView extends DocumentView {
  values: { workspace: string; name: string }
  needsToken: boolean
  errors: FieldErrors
}

/** Shown once after signing in when others tried this account in the meantime. */
export interface FailedTriesView extends DocumentView {
  count: number
  /** Where the person goes on to. */
  next: string
}
