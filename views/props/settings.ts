import type { DocumentView, FrameView } from "./frame.ts"
import type { FieldErrors } from "./reader.ts"

/** Second step of the first run. Posts `way`: `environment`, `key`, `address` or `demo`, with `key`, `address`. */
export interface ProviderChoiceView extends DocumentView {
  /** Last characters of a key found in the server's environment. */
  environmentKey?: string
  values: { way: string; address: string }
  errors: FieldErrors
}

export type ProviderSource = "personal" | "workspace" | "builtin"

export interface ProviderRowView {
  source: ProviderSource
  name: string
  address: string
  /** `set`: a key is stored; `unset`: one is needed; `none`: works without. */
  key: "set" | "unset" | "none"
  models: string[]
  enabled: boolean
  isDefault: boolean
  editable: boolean
  test?: ProviderTestView
}

export type ProviderTestView = { ok: true; ms: number } | { ok: false; sentence: string; detail?: string }

export interface ProvidersView extends FrameView {
  providers: ProviderRowView[]
  presets: PresetView[]
  /** Said once after a change. */
  notice?: string
  mayEditWorkspace: boolean
}

export interface PresetView {
  id: string
  label: string
  hint?: string
}

/** Fields `source`, `name`, `address`, `key`, `auth`, `models` (one per line), `enabled`, `default`. */
export interface ProviderFormView extends FrameView {
  /** Undefined for a new one. */
  existing?: { source: ProviderSource; name: string }
  presets: PresetView[]
  preset?: string
  values: {
    source: ProviderSource
    name: string
    address: string
    auth: "x-api-key" | "bearer" | "none"
    models: string
    enabled: boolean
    isDefault: boolean
  }
  keySet: boolean
  errors: FieldErrors
  test?: ProviderTestView
  mayEditWorkspace: boolean
}
