import type { ShelfName } from "../../src/lib/context-urls.ts"
import type { FrameView } from "./frame.ts"
import type { FieldErrors } from "./reader.ts"

/** How one context stands with its home outside. */
export interface OutsideStateView {
  state: "in-step" | "not-outside" | "diverged" | "refused"
  sentence: string
  /** What the other side said, or which files it is about. */
  detail?: string | undefined
  /** The last answer, milliseconds. */
  at?: number | undefined
  retryUrl: string
  /** Where a loop is made that merges both sides. */
  mergeUrl?: string | undefined
}

export interface OutsidePageView extends FrameView {
  contexts: AttachView[]
  keys: KeyView[]
  keyForm: { name: string; errors: FieldErrors }
  tokenForm: { name: string; errors: FieldErrors }
  hook?: string | undefined
  /** Forms for what a browser left alone must not do ask for the password. */
  asksPassword: boolean
  /** Of forms that have nothing to type in but that: the hook's, and those that remove a key. */
  errors: FieldErrors
  /** Said once after a change. */
  notice?: string | undefined
}

/** Everybody's own repository and its home outside. */
export interface PersonalRepositoryView extends FrameView {
  home: AttachView
  /** Public half of the key for ssh. */
  key?: string | undefined
  /** Whether there is a token for https. */
  token: boolean
  /** Forms for what a browser left alone must not do ask for the password. */
  asksPassword: boolean
  keyErrors: FieldErrors
  tokenErrors: FieldErrors
  /** Said once after a change. */
  notice?: string | undefined
}

export interface AttachView {
  shelf: ShelfName
  /** Whether the reader may say which host is the right one. */
  mayConfirm: boolean
  attached?: { address: string; credential?: string | undefined } | undefined
  /** Proposals are reviewed outside, as the settings say. */
  reviewsOutside?: boolean
  state?: OutsideStateView | undefined
  values: { address: string; credential: string }
  errors: FieldErrors
  /** What a test or a try to attach came to. */
  outcome?: OutcomeView | undefined
}

export interface OutcomeView {
  good: boolean
  sentence: string
  /** The other side's own words, or the paths it is about. */
  detail?: string | undefined
  /** What an unknown host shows of itself. */
  hostKey?: { fingerprint: string } | undefined
  mergeUrl?: string | undefined
}

export interface KeyView {
  name: string
  kind: "key" | "token"
  public?: string | undefined
  /** What it is used for, as its form says it. */
  uses: string
  /** The same by the names that people know. */
  usedBy: readonly string[]
}
