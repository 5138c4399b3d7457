import type { Locale } from "../../src/lib/i18n/locale.ts"

/** Who reads: chooses words and formats. The same for every viewer of a kind, so that one rendering serves many. */
export interface Reader {
  locale: Locale
  /** Milliseconds since the epoch at which the page is made; relative times are counted from here. */
  now: number
}

export type Theme = "system" | "light" | "dark"

/** A field that was refused: the sentence stands under it. Keys are field names; `form` is the whole form's. */
export type FieldErrors = Readonly<Record<string, string>>
