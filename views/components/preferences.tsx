import { commonWords } from "../../src/lib/i18n/common.ts"
import { languageName, locales } from "../../src/lib/i18n/locale.ts"
import { urls } from "../../src/lib/urls.ts"
import type { Reader, Theme } from "../props/reader.ts"
import { PostForm } from "./form.tsx"

interface Preference {
  reader: Reader
  label: string
  formToken?: string | undefined
}

/** Posts `locale`. */
export function LanguageForm({ reader, label, formToken }: Preference) {
  return (
    <PostForm action={urls.language} formToken={formToken} class="choices" label={label}>
      {locales.map((locale) => (
        <button
          type="submit"
          name="locale"
          value={locale}
          lang={locale}
          aria-pressed={pressed(locale === reader.locale)}
        >
          {languageName[locale]}
        </button>
      ))}
    </PostForm>
  )
}

/** Posts `theme`. */
export function ThemeForm({ reader, label, formToken, theme }: Preference & { theme: Theme }) {
  const words = commonWords(reader.locale)
  const names: [Theme, string][] = [
    ["system", words.themeSystem],
    ["light", words.themeLight],
    ["dark", words.themeDark],
  ]
  return (
    <PostForm action={urls.theme} formToken={formToken} class="choices" label={label}>
      {names.map(([value, name]) => (
        <button type="submit" name="theme" value={value} aria-pressed={pressed(value === theme)}>
          {name}
        </button>
      ))}
    </PostForm>
  )
}

const pressed = (yes: boolean) => (yes ? "true" : "false")
