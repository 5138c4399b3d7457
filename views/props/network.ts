import type { FrameView } from "./frame.ts"
import type { FieldErrors } from "./reader.ts"

/** Fields `mode`, `hosts` and `ranges` (one per line), `driversMayAllow`. */
export interface NetworkView extends FrameView {
  values: { mode: string; hosts: string; ranges: string; driversMayAllow: boolean }
  errors: FieldErrors
  /** Said once after a change. */
  notice?: string
}
