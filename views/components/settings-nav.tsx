import { commonWords } from "../../src/lib/i18n/common.ts"
import { networkWords } from "../../src/lib/i18n/network.ts"
import { outsideWords } from "../../src/lib/i18n/outside.ts"
import { personalHomeWords } from "../../src/lib/i18n/personal-home.ts"
import { previewWords } from "../../src/lib/i18n/previews.ts"
import { repositoryWords } from "../../src/lib/i18n/repositories.ts"
import { requestWords } from "../../src/lib/i18n/requests.ts"
import { settingsWords } from "../../src/lib/i18n/settings.ts"
import { systemWords } from "../../src/lib/i18n/system.ts"
import { vaultWords } from "../../src/lib/i18n/vault.ts"
import { tokenWords } from "../../src/lib/i18n/tokens.ts"
import { outsideUrls } from "../../src/lib/outside-urls.ts"
import { tokenUrls } from "../../src/lib/token-urls.ts"
import { vaultUrls } from "../../src/lib/vault-urls.ts"
import { requestUrls } from "../../src/lib/request-urls.ts"
import { urls } from "../../src/lib/urls.ts"
import type { Reader } from "../props/reader.ts"

interface SettingsNavProps {
  /** The subject that is open. */
  at: string
  reader: Reader
  /** Whether the subjects of administrators are among them. */
  admin: boolean
}

/** The subjects of the settings, each a page with its own address. */
export function SettingsNav({ at, reader, admin }: SettingsNavProps) {
  const words = settingsWords(reader.locale)
  const subjects: [string, string][] = [
    [urls.providers, words.providersTitle],
    [outsideUrls.personal(), personalHomeWords(reader.locale).title],
    [vaultUrls.vault(), vaultWords(reader.locale).title],
    [tokenUrls.tokens(), tokenWords(reader.locale).title],
    [requestUrls.requests(), requestWords(reader.locale).title],
  ]
  if (admin)
    subjects.push(
      [urls.repositories, repositoryWords(reader.locale).title],
      [outsideUrls.page(), outsideWords(reader.locale).title],
      [urls.network, networkWords(reader.locale).networkTitle],
      [urls.shares, previewWords(reader.locale).sharesTitle],
      [urls.system, systemWords(reader.locale).systemTitle],
    )
  return (
    <nav class="filters" aria-label={commonWords(reader.locale).settings}>
      {subjects.map(([url, name]) => (
        <a href={url} aria-current={url === at ? "page" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  )
}
