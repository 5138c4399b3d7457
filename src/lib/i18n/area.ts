import type { Locale } from "./locale.ts"

/** A sentence, or a function that makes one from values; never a piece of a sentence. */
export type Phrase = string | ((...values: never[]) => string)

/**
 * One area's words in every language. Both languages must have the same keys of the same shape:
 * `export const accountWords = area({ signIn: "Sign in" }, { signIn: "登录" })`, then `accountWords(locale).signIn`.
 */
export function area<Words extends Record<string, Phrase>>(
  en: Words,
  zh: { [Key in keyof Words]: Words[Key] extends string ? string : Words[Key] },
): ((locale: Locale) => Words) & { all: Record<Locale, Words> } {
  const all = { en, zh: zh as Words }
  return Object.assign((locale: Locale) => all[locale], { all })
}
