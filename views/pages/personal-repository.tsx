import { outsideWords } from "../../src/lib/i18n/outside.ts"
import { personalHomeWords } from "../../src/lib/i18n/personal-home.ts"
import { outsideUrls } from "../../src/lib/outside-urls.ts"
import { AttachCard } from "../components/attach-card.tsx"
import { Field, PostForm } from "../components/form.tsx"
import { PasswordAgain } from "../components/password-again.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { PersonalRepositoryView } from "../props/outside.ts"
import { FoldLabel } from "../components/small.tsx"

/** Settings → Personal repository, for everybody about their own. */
export function PersonalRepositoryPage({ page }: { page: PersonalRepositoryView }) {
  const words = personalHomeWords(page.reader.locale)
  return (
    <SettingsFrame page={page} at={outsideUrls.personal()} lead={words.lead} notice={page.notice}>
      <p class="hint">{words.vaults}</p>
      <div class="stack">
        <ul class="cards">
          <AttachCard context={page.home} page={page} />
        </ul>
        <section class="stack" id="keys">
          <h2>{words.keysTitle}</h2>
          <p class="hint">{words.keysLead}</p>
          <ul class="cards">
            <Key page={page} />
            <Token page={page} />
          </ul>
        </section>
      </div>
    </SettingsFrame>
  )
}

function Key({ page }: { page: PersonalRepositoryView }) {
  const words = personalHomeWords(page.reader.locale)
  return (
    <li class="card stack" data-key="ssh">
      <div class="card-head">
        <h3>{words.keyTitle}</h3>
      </div>
      {page.key === undefined ? (
        <>
          <p>{words.keyNone}</p>
          <MakeKey label={words.makeKey} page={page} />
        </>
      ) : (
        <>
          <textarea class="mono" rows="3" readonly aria-label={words.publicHalf} spellcheck="false">
            {page.key}
          </textarea>
          <p class="hint">{outsideWords(page.reader.locale).publicHint}</p>
          <details class="fold" open={Object.keys(page.keyErrors).length > 0}>
            <FoldLabel>{words.makeAnother}</FoldLabel>
            <p>{words.makeAnotherLead}</p>
            <MakeKey label={outsideWords(page.reader.locale).make} page={page} />
          </details>
        </>
      )}
    </li>
  )
}

function MakeKey({ label, page }: { label: string; page: PersonalRepositoryView }) {
  return (
    <PostForm action={outsideUrls.personalKey} formToken={page.formToken} class="stack" label={label}>
      <PasswordAgain id="key-password" errors={page.keyErrors} asked={page.asksPassword} reader={page.reader} />
      <div class="form-foot">
        <button type="submit" class="button">
          {label}
        </button>
      </div>
    </PostForm>
  )
}

function Token({ page }: { page: PersonalRepositoryView }) {
  const { locale } = page.reader
  const [words, outside] = [personalHomeWords(locale), outsideWords(locale)]
  const label = page.token ? words.replaceToken : words.storeToken
  return (
    <li class="card stack" data-key="https">
      <div class="card-head">
        <h3>{words.tokenTitle}</h3>
      </div>
      <p>{page.token ? words.tokenThere : words.tokenNone}</p>
      <details class="fold" open={Object.keys(page.tokenErrors).length > 0}>
        <FoldLabel>{label}</FoldLabel>
        <PostForm action={outsideUrls.personalToken} formToken={page.formToken} class="stack" label={label}>
          <Field name="token" label={outside.token} hint={outside.tokenHint} errors={page.tokenErrors}>
            {(control) => <input {...control} type="password" autocomplete="off" maxlength="1000" required />}
          </Field>
          <PasswordAgain id="token-password" errors={page.tokenErrors} asked={page.asksPassword} reader={page.reader} />
          <div class="form-foot">
            <button type="submit" class="button">
              {outside.store}
            </button>
          </div>
        </PostForm>
      </details>
    </li>
  )
}
