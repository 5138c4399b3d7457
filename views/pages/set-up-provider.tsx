import { settingsWords } from "../../src/lib/i18n/settings.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
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
      <FormError errors={page.errors} />
      <div class="ways">
        {page.environmentKey !== undefined && (
          <Way page={page} way="environment" hint={words.wayEnvironmentHint}>
            <button type="submit" class="button primary">
              {words.wayEnvironment(page.environmentKey)}
            </button>
          </Way>
        )}
        <Way page={page} way="demo" hint={words.wayDemoHint}>
          <button type="submit" class={["button", page.environmentKey === undefined && "primary"]}>
            {words.wayDemo}
          </button>
        </Way>
        <Way page={page} way="key" title={words.wayKey} hint={words.wayKeyHint}>
          <KeyField page={page} />
        </Way>
        <Way page={page} way="address" title={words.wayAddress} hint={words.wayAddressHint}>
          <AddressField page={page} />
        </Way>
      </div>
    </Entry>
  )
}

interface WayProps {
  page: ProviderChoiceView
  way: string
  title?: string
  hint: string
  children?: Child
}

/** Each way is a form of its own, so that Enter in a field chooses the way the field belongs to. */
function Way({ page, way, title, hint, children }: WayProps) {
  return (
    <PostForm action={urls.setUpProvider} formToken={page.formToken} class="way">
      <input type="hidden" name="way" value={way} />
      {title !== undefined && <h2>{title}</h2>}
      {children}
      <p class="hint">{hint}</p>
    </PostForm>
  )
}

function KeyField({ page }: { page: ProviderChoiceView }) {
  const words = settingsWords(page.reader.locale)
  return (
    <div class="way-field">
      <Field name="key" label={words.key} errors={page.errors}>
        {(control) => <input {...control} type="password" autocomplete="off" spellcheck="false" required />}
      </Field>
      <button type="submit" class="button">
        {words.goOn}
      </button>
    </div>
  )
}

function AddressField({ page }: { page: ProviderChoiceView }) {
  const words = settingsWords(page.reader.locale)
  return (
    <div class="way-field">
      <Field name="address" label={words.address} errors={page.errors}>
        {(control) => (
          <input {...control} type="url" value={page.values.address} spellcheck="false" placeholder={ollama} required />
        )}
      </Field>
      <button type="submit" class="button">
        {words.goOn}
      </button>
    </div>
  )
}

const ollama = "http://127.0.0.1:11434"
