export const locales = ["en", "zh"] as const
export type Locale = (typeof locales)[number]

/** BCP 47 tag for `Intl` and for the `lang` attribute. */
export const languageTag: Record<Locale, string> = { en: "en", zh: "zh-Hans" }

/** What each language calls itself; the same whatever language the page is in. */
export const languageName: Record<Locale, string> = { en: "English", zh: "简体中文" }

/** The first language of an Accept-Language header that we speak; English otherwise. */
export function negotiate(header: string | null): Locale {
  const wanted = (header ?? "")
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";")
      const q = parameters.find((parameter) => parameter.trim().startsWith("q="))
      return { language: tag.split("-")[0], q: q ? Number(q.trim().slice(2)) || 0 : 1 }
    })
    .sort((a, b) => b.q - a.q)
  const found = wanted.find(({ language, q }) => q > 0 && locales.some((locale) => locale === language))
  return locales.find((locale) => locale === found?.language) ?? "en"
}

/** The language of a terminal, by the variables of setlocale(3); English unless they name one that we speak. */
export function environmentLocale(env: Readonly<Record<string, string | undefined>>): Locale {
  const named = env.LC_ALL || env.LC_MESSAGES || env.LANG || ""
  const language = named.toLowerCase().split(/[_.@]/)[0]
  return locales.find((locale) => locale === language) ?? "en"
}
