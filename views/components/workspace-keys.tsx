import { outsideWords } from "../../src/lib/i18n/outside.ts"
import { outsideUrls } from "../../src/lib/outside-urls.ts"
import type { KeyView, OutsidePageView } from "../props/outside.ts"
import { Field, FormError, PostForm } from "./form.tsx"
import { PasswordAgain } from "./password-again.tsx"
import { FoldLabel } from "./small.tsx"

/** What the workspace shows to hosts outside: to be made, stored and removed. */
export function WorkspaceKeys({ page }: { page: OutsidePageView }) {
  const words = outsideWords(page.reader.locale)
  return (
    <section class="stack" id="keys">
      <h2>{words.keysTitle}</h2>
      <p class="hint">{words.keysLead}</p>
      {page.keys.length === 0 ? (
        <p>{words.keysNone}</p>
      ) : (
        <ul class="cards">
          {page.keys.map((key) => (
            <Key of={key} page={page} />
          ))}
        </ul>
      )}
      <details class="fold" open={Object.keys(page.keyForm.errors).length > 0}>
        <FoldLabel>{words.makeKey}</FoldLabel>
        <PostForm action={outsideUrls.keys} formToken={page.formToken} class="stack" label={words.makeKey}>
          <KeyName id="key-name" form={page.keyForm} page={page} />
          <PasswordAgain
            id="key-password"
            errors={page.keyForm.errors}
            asked={page.asksPassword}
            reader={page.reader}
          />
          <div class="form-foot">
            <button type="submit" class="button">
              {words.make}
            </button>
          </div>
        </PostForm>
      </details>
      <details class="fold" open={Object.keys(page.tokenForm.errors).length > 0}>
        <FoldLabel>{words.storeToken}</FoldLabel>
        <PostForm action={outsideUrls.tokens} formToken={page.formToken} class="stack" label={words.storeToken}>
          <KeyName id="token-name" form={page.tokenForm} page={page} />
          <Field name="token" label={words.token} hint={words.tokenHint} errors={page.tokenForm.errors}>
            {(control) => <input {...control} type="password" autocomplete="off" maxlength="1000" required />}
          </Field>
          <PasswordAgain
            id="token-password"
            errors={page.tokenForm.errors}
            asked={page.asksPassword}
            reader={page.reader}
          />
          <div class="form-foot">
            <button type="submit" class="button">
              {words.store}
            </button>
          </div>
        </PostForm>
      </details>
    </section>
  )
}

function KeyName({ id, form, page }: { id: string; form: OutsidePageView["keyForm"]; page: OutsidePageView }) {
  const words = outsideWords(page.reader.locale)
  return (
    <Field name={id} label={words.keyName} hint={words.keyNameHint} errors={form.errors}>
      {(control) => (
        <input
          {...control}
          name="name"
          type="text"
          class="mono"
          value={form.name}
          maxlength="64"
          autocomplete="off"
          required
        />
      )}
    </Field>
  )
}

function Key({ of: key, page }: { of: KeyView; page: OutsidePageView }) {
  const words = outsideWords(page.reader.locale)
  return (
    <li class="card stack" data-key={key.name}>
      <div class="card-head">
        <h3>{key.name}</h3>
        <span class="tag">{key.kind === "key" ? words.keyKind : words.tokenKind}</span>
      </div>
      {key.public !== undefined && (
        <>
          <textarea class="mono" rows="3" readonly aria-label={words.publicHalf(key.name)} spellcheck="false">
            {key.public}
          </textarea>
          <p class="hint">{words.publicHint}</p>
        </>
      )}
      {key.kind === "key" && key.public === undefined && <p class="hint">{words.publicUnknown}</p>}
      {key.kind === "token" && <TokenReplacement of={key} page={page} />}
      <KeyRemoval of={key} page={page} />
    </li>
  )
}

function TokenReplacement({ of: { name, usedBy }, page }: { of: KeyView; page: OutsidePageView }) {
  const words = outsideWords(page.reader.locale)
  const id = `${name}-token`
  return (
    <details class="fold" open={page.errors[id] !== undefined}>
      <FoldLabel>{words.replaceToken}</FoldLabel>
      <PostForm action={outsideUrls.tokenReplace(name)} formToken={page.formToken} class="stack">
        <p>{usedBy.length === 0 ? words.replaceUnused : words.replaceUsed(usedBy)}</p>
        <Field name={id} label={words.token} hint={words.tokenHint} errors={page.errors}>
          {(control) => (
            <input {...control} name="token" type="password" autocomplete="off" maxlength="1000" required />
          )}
        </Field>
        <PasswordAgain
          id={`${name}-replace-password`}
          errors={page.errors}
          asked={page.asksPassword}
          reader={page.reader}
        />
        <div class="form-foot">
          <button type="submit" class="button" aria-label={words.replaceNamed(name)}>
            {words.replaceYes}
          </button>
        </div>
      </PostForm>
    </details>
  )
}

function KeyRemoval({ of: { name, uses, usedBy }, page }: { of: KeyView; page: OutsidePageView }) {
  const words = outsideWords(page.reader.locale)
  const [changed, password] = [page.errors[name], page.errors[`${name}-password`]]
  return (
    <details class="fold" open={changed !== undefined || password !== undefined}>
      <FoldLabel>{words.removeKey}</FoldLabel>
      <PostForm action={outsideUrls.keyRemove(name)} formToken={page.formToken} class="stack">
        <FormError errors={changed === undefined ? {} : { form: changed }} />
        <p>{usedBy.length === 0 ? words.keyUnused : words.keyUsed(usedBy)}</p>
        <input type="hidden" name="uses" value={uses} />
        <PasswordAgain id={`${name}-password`} errors={page.errors} asked={page.asksPassword} reader={page.reader} />
        <div class="form-foot">
          <button type="submit" class="button danger" aria-label={words.removeKeyNamed(name)}>
            {words.removeKeyYes}
          </button>
        </div>
      </PostForm>
    </details>
  )
}
