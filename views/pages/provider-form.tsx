import { commonWords } from "../../src/lib/i18n/common.ts"
import { settingsWords } from "../../src/lib/i18n/settings.ts"
import { urls } from "../../src/lib/urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { ProviderTest } from "../components/provider-test.tsx"
import { Frame } from "../layouts/frame.tsx"
import type { ProviderFormView } from "../props/settings.ts"

export function ProviderFormPage({ page }: { page: ProviderFormView }) {
  const words = settingsWords(page.reader.locale)
  const { existing } = page
  const action = existing === undefined ? urls.providers : urls.provider(existing.source, existing.name)
  return (
    <Frame page={page} class="narrow-page">
      <h1>{existing === undefined ? words.newProviderTitle : words.editProviderTitle(existing.name)}</h1>
      {existing === undefined && <Presets page={page} />}
      <PostForm action={action} formToken={page.formToken} class="stack">
        <FormError errors={page.errors} />
        {page.test !== undefined && (
          <ProviderTest
            provider={{ source: page.values.source, name: page.values.name, test: page.test }}
            reader={page.reader}
          />
        )}
        <Fields page={page} />
        <div class="form-foot">
          <a class="button" href={urls.providers}>
            {commonWords(page.reader.locale).cancel}
          </a>
          <button type="submit" class="button primary">
            {commonWords(page.reader.locale).save}
          </button>
        </div>
      </PostForm>
    </Frame>
  )
}

function Presets({ page }: { page: ProviderFormView }) {
  const words = settingsWords(page.reader.locale)
  return (
    <nav class="presets" aria-label={words.preset}>
      {page.presets.map((preset) => (
        <a
          class="button small"
          href={urls.newProvider(preset.id)}
          aria-current={preset.id === page.preset ? "true" : undefined}
        >
          {preset.label}
        </a>
      ))}
      <a class="button small" href={urls.newProvider()} aria-current={page.preset === undefined ? "true" : undefined}>
        {words.presetBlank}
      </a>
    </nav>
  )
}

function Fields({ page }: { page: ProviderFormView }) {
  const { values, errors } = page
  const words = settingsWords(page.reader.locale)
  return (
    <>
      <Field
        name="name"
        label={words.name}
        hint={page.existing === undefined ? words.nameHint : words.nameFixed}
        errors={errors}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            value={values.name}
            maxlength="64"
            required
            readonly={page.existing !== undefined}
          />
        )}
      </Field>
      <Field name="address" label={words.address} hint={words.addressHint} errors={errors}>
        {(control) => <input {...control} type="url" value={values.address} spellcheck="false" required />}
      </Field>
      <KeyFields page={page} />
      <Field name="models" label={words.models} hint={words.modelsHint} errors={errors}>
        {(control) => (
          <textarea {...control} class="mono" rows="4" spellcheck="false" data-grow>
            {values.models}
          </textarea>
        )}
      </Field>
      {page.mayEditWorkspace && page.existing === undefined ? (
        <Field name="source" label={words.source} errors={errors}>
          {(control) => (
            <select {...control}>
              <option value="personal" selected={values.source === "personal"}>
                {words.sourcePersonalHint}
              </option>
              <option value="workspace" selected={values.source === "workspace"}>
                {words.sourceWorkspaceHint}
              </option>
            </select>
          )}
        </Field>
      ) : (
        <input type="hidden" name="source" value={values.source} />
      )}
      <label class="check">
        <input type="checkbox" name="enabled" value="yes" checked={values.enabled} />
        <span>{words.enabled}</span>
      </label>
      <label class="check">
        <input type="checkbox" name="default" value="yes" checked={values.isDefault} />
        <span>{words.useAsDefault}</span>
      </label>
    </>
  )
}

function KeyFields({ page }: { page: ProviderFormView }) {
  const { values, errors } = page
  const words = settingsWords(page.reader.locale)
  const ways = [
    ["x-api-key", words.authXApiKey],
    ["bearer", words.authBearer],
    ["none", words.authNone],
  ] as const
  return (
    <div class="columns">
      <Field name="key" label={words.key} hint={page.keySet ? words.keyStoredHint : words.keyHint} errors={errors}>
        {(control) => <input {...control} type="password" autocomplete="off" spellcheck="false" />}
      </Field>
      <Field name="auth" label={words.auth} errors={errors}>
        {(control) => (
          <select {...control}>
            {ways.map(([value, name]) => (
              <option value={value} selected={values.auth === value}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  )
}
