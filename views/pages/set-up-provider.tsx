import { settingsWords } from "../../src/lib/i18n/settings.ts"
import { urls } from "../../src/lib/urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { SetUpSteps } from "../components/set-up-steps.tsx"
import { Entry } from "../layouts/entry.tsx"
import type { ProviderChoiceView } from "../props/settings.ts"

export function SetUpProviderPage({ page }: { page: ProviderChoiceView }) {
  const words = settingsWords(page.reader.locale)
  return (
    <Entry page={page} wide>
      <SetUpSteps at="provider" reader={page.reader} />
      <h1>{words.choiceTitle}</h1>
      <p class="lead">{words.choiceLead}</p>
      <PostForm action={urls.setUpProvider} formToken={page.formToken} class="stack ways">
        <FormError errors={page.errors} />
        <Ways page={page} />
        <button type="submit" class="button primary wide">
          {words.goOn}
        </button>
      </PostForm>
    </Entry>
  )
}

/** A way's own field stands inside its card and shows when the way is chosen. */
function Ways({ page }: { page: ProviderChoiceView }) {
  const words = settingsWords(page.reader.locale)
  const { values, errors } = page
  return (
    <fieldset class="bare stack">
      <legend class="unseen">{words.choiceTitle}</legend>
      {page.environmentKey !== undefined && (
        <Way
          value="environment"
          chosen={values.way}
          label={words.wayEnvironment(page.environmentKey)}
          hint={words.wayEnvironmentHint}
        />
      )}
      <Way value="demo" chosen={values.way} label={words.wayDemo} hint={words.wayDemoHint} />
      <Way value="key" chosen={values.way} label={words.wayKey} hint={words.wayKeyHint} />
      <div class="way-field for-key">
        <Field name="key" label={words.key} errors={errors}>
          {(control) => <input {...control} type="password" autocomplete="off" spellcheck="false" />}
        </Field>
      </div>
      <Way value="address" chosen={values.way} label={words.wayAddress} hint={words.wayAddressHint} />
      <div class="way-field for-address">
        <Field name="address" label={words.address} errors={errors}>
          {(control) => <input {...control} type="url" value={values.address} spellcheck="false" />}
        </Field>
      </div>
    </fieldset>
  )
}

function Way({ value, chosen, label, hint }: { value: string; chosen: string; label: string; hint: string }) {
  return (
    <label class="choice way">
      <input type="radio" name="way" value={value} checked={value === chosen} required />
      <span>
        <b>{label}</b>
        <span class="hint">{hint}</span>
      </span>
    </label>
  )
}
