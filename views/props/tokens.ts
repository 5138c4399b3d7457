import type { FrameView } from "./frame.ts"
import type { FieldErrors } from "./reader.ts"

export interface TokensPageView extends FrameView {
  tokens: TokenView[]
  values: { label: string; scope?: string; days?: string }
  errors: FieldErrors
  /** The password is asked for with the next token. */
  asksPassword: boolean
  /** Shown this once. */
  made?: string | undefined
  notice?: string | undefined
}

/** Times in milliseconds. */
export interface TokenView {
  label: string
  writes: boolean
  createdAt: number
  usedAt?: number | undefined
  endsAt?: number | undefined
  ended: boolean
  revokeUrl: string
}
