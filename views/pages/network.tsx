import { commonWords } from "../../src/lib/i18n/common.ts"
import { networkWords } from "../../src/lib/i18n/network.ts"
import { urls } from "../../src/lib/urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { NetworkView } from "../props/network.ts"

export function NetworkPage({ page }: { page: NetworkView }) {
  const words = networkWords(page.reader.locale)
  return (
    <SettingsFrame page={page} at={urls.network} lead={words.networkLead} notice={page.notice}>
      <PostForm action={urls.network} formToken={page.formToken} class="stack">
        <FormError errors={page.errors} />
        <Mode page={page} />
        <Lists page={page} />
        <div class="form-foot">
          <button type="submit" class="button primary">
            {commonWords(page.reader.locale).save}
          </button>
        </div>
      </PostForm>
    </SettingsFrame>
  )
}

function Mode({ page: { reader, values, errors } }: { page: NetworkView }) {
  const words = networkWords(reader.locale)
  const modes = [
    ["open", words.modeOpen, words.modeOpenHint],
    ["allow-list", words.modeAllowList, words.modeAllowListHint],
    ["gateway-only", words.modeGatewayOnly, words.modeGatewayOnlyHint],
  ] as const
  return (
    <fieldset class="stack">
      <legend>
        <strong>{words.mode}</strong>
      </legend>
      {modes.map(([value, name, hint]) => (
        <label class="check">
          <input type="radio" name="mode" value={value} checked={values.mode === value} />
          <span>
            {name} <span class="hint">{hint}</span>
          </span>
        </label>
      ))}
      {errors["mode"] !== undefined && <p class="field-error">{errors["mode"]}</p>}
    </fieldset>
  )
}

function Lists({ page: { reader, values, errors } }: { page: NetworkView }) {
  const words = networkWords(reader.locale)
  return (
    <>
      <Field name="hosts" label={words.hosts} hint={words.hostsHint} errors={errors}>
        {(control) => (
          <textarea {...control} class="mono" rows="6" spellcheck="false" data-grow>
            {values.hosts}
          </textarea>
        )}
      </Field>
      <label class="check">
        <input type="checkbox" name="driversMayAllow" value="yes" checked={values.driversMayAllow} />
        <span>{words.driversMayAllow}</span>
      </label>
      <p class="hint">{words.driversMayAllowHint}</p>
      <Field name="ranges" label={words.ranges} hint={`${words.rangesHint} ${words.blockCompany}`} errors={errors}>
        {(control) => (
          <textarea {...control} class="mono" rows="4" spellcheck="false" data-grow>
            {values.ranges}
          </textarea>
        )}
      </Field>
    </>
  )
}
