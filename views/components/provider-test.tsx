import { settingsWords } from "../../src/lib/i18n/settings.ts"
import { duration } from "../../src/lib/time.ts"
import { Icon } from "../icons/icon.tsx"
import type { ProviderSource, ProviderTestView } from "../props/settings.ts"
import type { Reader } from "../props/reader.ts"

interface ProviderTestProps {
  provider: { source: ProviderSource; name: string; test?: ProviderTestView }
  reader: Reader
}

/** DOM id of a provider's test result; a name may hold any letter, so it is written as hexadecimal. */
export const providerTestId = (source: ProviderSource, name: string) =>
  `test-${source}-${[...new TextEncoder().encode(name)].map((byte) => byte.toString(16)).join("")}`

/** Live: `<Replace target={providerTestId(source, name)}>`. */
export function ProviderTest({ provider, reader }: ProviderTestProps) {
  const words = settingsWords(reader.locale)
  const { test } = provider
  return (
    <div id={providerTestId(provider.source, provider.name)} class="test-result" role="status">
      {test?.ok === true && (
        <p class="good-text">
          <Icon name="check" />
          <span>{words.testOk(duration(test.ms, reader.locale))}</span>
        </p>
      )}
      {test?.ok === false && (
        <p class="bad-text">
          <Icon name="cross" />
          <span>
            {test.sentence}
            {test.detail !== undefined && <span class="hint mono"> {test.detail}</span>}
          </span>
        </p>
      )}
    </div>
  )
}
