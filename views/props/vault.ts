import type { FrameView } from "./frame.ts"
import type { FieldErrors } from "./reader.ts"

export interface VaultPageView extends FrameView {
  vault: string
  vaults: { name: string; url: string }[]
  files: VaultFileView[]
  /** What loops do not get, and why. */
  leftOut: { path: string; why: string }[]
  upload: FileFormView
  text: FileFormView & { text: string; editing: boolean }
  keys: { path: string; public: string }[]
  keyErrors: FieldErrors
  /** Of the file that could not be renamed: where it was to go, and why not. */
  rename: { path: string; to: string; errors: FieldErrors }
  notice?: string | undefined
}

export interface VaultFileView {
  /** As it stands in forms. */
  path: string
  size: number
  /** Milliseconds. */
  changedAt: number
  executable: boolean
  /** Present for what may be shown again. */
  editUrl?: string
}

export interface FileFormView {
  path: string
  executable: boolean
  replaces: boolean
  errors: FieldErrors
}
