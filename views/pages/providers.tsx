import { settingsWords } from "../../src/lib/i18n/settings.ts"
import { urls } from "../../src/lib/urls.ts"
import { PostForm } from "../components/form.tsx"
import { Menu } from "../components/menu.tsx"
import { ProviderTest, providerTestId } from "../components/provider-test.tsx"
import { Icon } from "../icons/icon.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { ProviderRowView, ProvidersView } from "../props/settings.ts"
import type { Reader } from "../props/reader.ts"

export function ProvidersPage({ page }: { page: ProvidersView }) {
  const words = settingsWords(page.reader.locale)
  return (
    <SettingsFrame
      page={page}
      at={urls.providers}
      lead={words.providersLead}
      act={
        <a class="button primary" href={urls.newProvider()}>
          <Icon name="plus" />
          <span>{words.addProvider}</span>
        </a>
      }
      notice={page.notice}
    >
      {page.providers.every(({ source }) => source === "builtin") && <p class="notice">{words.noProviders}</p>}
      <ul class="cards">
        {page.providers.map((provider) => (
          <ProviderCard provider={provider} reader={page.reader} formToken={page.formToken} />
        ))}
      </ul>
    </SettingsFrame>
  )
}

interface ProviderCardProps {
  provider: ProviderRowView
  reader: Reader
  formToken?: string | undefined
}

function ProviderCard({ provider, reader, formToken }: ProviderCardProps) {
  const words = settingsWords(reader.locale)
  const sources = { personal: words.sourcePersonal, workspace: words.sourceWorkspace, builtin: words.sourceBuiltin }
  const keys = { set: words.keySet, unset: words.keyUnset, none: words.keyNone }
  return (
    <li class={["card", !provider.enabled && "is-off"]}>
      <div class="card-head">
        <h2>{provider.name}</h2>
        <span class="tag">{sources[provider.source]}</span>
        {provider.isDefault && <span class="tag accent">{words.isDefault}</span>}
        {!provider.enabled && <span class="tag">{words.disabled}</span>}
      </div>
      <p class="card-facts">
        {provider.source === "builtin" ? (
          <span>{words.builtinHint}</span>
        ) : (
          <>
            <span class="mono cut">{provider.address}</span>
            <span class={provider.key === "unset" ? "warning-text" : undefined}>{keys[provider.key]}</span>
          </>
        )}
      </p>
      {provider.models.length > 0 && (
        <ul class="models" aria-label={words.models}>
          {provider.models.map((model) => (
            <li class="mono">{model}</li>
          ))}
        </ul>
      )}
      <ProviderTest provider={provider} reader={reader} />
      <ProviderActs provider={provider} reader={reader} formToken={formToken} />
    </li>
  )
}

function ProviderActs({ provider, reader, formToken }: ProviderCardProps) {
  const words = settingsWords(reader.locale)
  const { source, name } = provider
  return (
    <div class="card-acts">
      {source !== "builtin" && (
        <PostForm action={urls.providerTest(source, name)} formToken={formToken} live>
          <button type="submit" class="button small">
            {words.test}
          </button>
        </PostForm>
      )}
      {!provider.isDefault && provider.enabled && (
        <PostForm action={urls.providerDefault(source, name)} formToken={formToken}>
          <button type="submit" class="button small">
            {words.makeDefault}
          </button>
        </PostForm>
      )}
      {provider.editable && (
        <>
          <a class="button small" href={urls.provider(source, name)}>
            {words.edit}
          </a>
          <Menu
            id={`remove-${providerTestId(source, name)}`}
            class="button small quiet danger"
            at="middle"
            label={words.removeNamed(name)}
            face={words.remove}
          >
            <p>{words.removeAsk(name)}</p>
            <PostForm action={urls.providerDelete(source, name)} formToken={formToken} class="form-foot">
              <button type="submit" class="button danger">
                {words.remove}
              </button>
            </PostForm>
          </Menu>
        </>
      )}
    </div>
  )
}
