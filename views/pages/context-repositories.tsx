import { commonWords } from "../../src/lib/i18n/common.ts"
import { contextWords } from "../../src/lib/i18n/context.ts"
import { outsideWords } from "../../src/lib/i18n/outside.ts"
import { outsideUrls } from "../../src/lib/outside-urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { OutsideState } from "../components/outside-state.tsx"
import { SettingsNav } from "../components/settings-nav.tsx"
import { Frame } from "../layouts/frame.tsx"
import type { AttachView, KeyView, OutcomeView, OutsidePageView } from "../props/outside.ts"

/** Settings → Context repositories, for administrators. */
export function ContextRepositoriesPage({ page }: { page: OutsidePageView }) {
  const words = outsideWords(page.reader.locale)
  return (
    <Frame page={page} class="settings-page">
      <div class="page-head">
        <h1>{commonWords(page.reader.locale).settings}</h1>
      </div>
      <SettingsNav at={outsideUrls.page()} reader={page.reader} admin={page.user.admin} />
      <div class="settings-lead">
        <p class="lead">{words.lead}</p>
      </div>
      {page.notice !== undefined && (
        <p class="notice" role="status">
          {page.notice}
        </p>
      )}
      <ul class="cards">
        {page.contexts.map((context) => (
          <Context context={context} page={page} />
        ))}
      </ul>
      <Keys page={page} />
      <Hook page={page} />
    </Frame>
  )
}

interface ContextProps {
  context: AttachView
  page: OutsidePageView
}

function Context({ context, page }: ContextProps) {
  const { reader } = page
  const words = outsideWords(reader.locale)
  const { shelf, attached, state } = context
  return (
    <li class="card stack" id={shelf} data-context={shelf}>
      <div class="card-head">
        <h2>{contextWords(reader.locale)[shelf]}</h2>
      </div>
      <p>{attached ? words.attachedTo(attached.address) : words.hosted}</p>
      {state !== undefined && <OutsideState outside={state} reader={reader} formToken={page.formToken} />}
      {context.outcome !== undefined && <Outcome outcome={context.outcome} context={context} page={page} />}
      {attached ? <Attached context={context} page={page} /> : <AttachForm context={context} page={page} />}
    </li>
  )
}

function AttachForm({ context: { shelf, values, errors }, page }: ContextProps) {
  const { reader, formToken, keys } = page
  const words = outsideWords(reader.locale)
  return (
    <PostForm action={outsideUrls.attach(shelf)} formToken={formToken} class="stack" label={words.attach}>
      <FormError errors={errors} />
      <Field name={`${shelf}-address`} label={words.address} hint={words.addressHint} errors={errors}>
        {(control) => (
          <input
            {...control}
            name="address"
            type="text"
            class="mono"
            value={values.address}
            maxlength="500"
            spellcheck="false"
            autocomplete="off"
            required
          />
        )}
      </Field>
      <Field name={`${shelf}-credential`} label={words.credential} hint={words.credentialHint} errors={errors}>
        {(control) => (
          <select {...control} name="credential">
            <option value="">{words.credentialNone}</option>
            {keys.map(({ name, kind }) => (
              <option value={name} selected={name === values.credential}>
                {kind === "key" ? words.keyOption(name) : words.tokenOption(name)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div class="form-foot">
        <button type="submit" class="button primary">
          {words.attach}
        </button>
        <button type="submit" class="button" formaction={outsideUrls.test(shelf)}>
          {words.test}
        </button>
      </div>
      <p class="hint">{words.attachHint}</p>
    </PostForm>
  )
}

function Outcome({ outcome, context, page }: ContextProps & { outcome: OutcomeView }) {
  const words = outsideWords(page.reader.locale)
  const { shelf, values } = context
  return (
    <div
      class={["notice", !outcome.good && "warning", "stack"]}
      role="status"
      data-outcome={outcome.good ? "good" : "bad"}
    >
      <p>{outcome.sentence}</p>
      {outcome.detail !== undefined && (
        <details class="fold">
          <summary>{words.hostSays}</summary>
          <p class="mono">{outcome.detail}</p>
        </details>
      )}
      {outcome.hostKey !== undefined && (
        <PostForm action={outsideUrls.host(shelf)} formToken={page.formToken} class="stack">
          <input type="hidden" name="address" value={values.address} />
          <input type="hidden" name="credential" value={values.credential} />
          <input type="hidden" name="fingerprint" value={outcome.hostKey.fingerprint} />
          <p>
            {words.fingerprint}: <code>{outcome.hostKey.fingerprint}</code>
          </p>
          <button type="submit" class="button">
            {words.confirmHost}
          </button>
        </PostForm>
      )}
      {outcome.mergeUrl !== undefined && (
        <p>
          <a class="button" href={outcome.mergeUrl}>
            {words.openMerge}
          </a>
        </p>
      )}
    </div>
  )
}

function Attached({ context: { shelf, errors }, page }: ContextProps) {
  const words = outsideWords(page.reader.locale)
  return (
    <>
      <FormError errors={errors} />
      <details class="fold">
        <summary>{words.detach}</summary>
        <PostForm action={outsideUrls.detach(shelf)} formToken={page.formToken} class="stack">
          <p>{words.detachLead}</p>
          <div class="form-foot">
            <button type="submit" class="button danger">
              {words.detachYes}
            </button>
          </div>
        </PostForm>
      </details>
    </>
  )
}

function Keys({ page }: { page: OutsidePageView }) {
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
        <summary>{words.makeKey}</summary>
        <PostForm action={outsideUrls.keys} formToken={page.formToken} class="stack" label={words.makeKey}>
          <KeyName id="key-name" form={page.keyForm} page={page} />
          <div class="form-foot">
            <button type="submit" class="button">
              {words.make}
            </button>
          </div>
        </PostForm>
      </details>
      <details class="fold" open={Object.keys(page.tokenForm.errors).length > 0}>
        <summary>{words.storeToken}</summary>
        <PostForm action={outsideUrls.tokens} formToken={page.formToken} class="stack" label={words.storeToken}>
          <KeyName id="token-name" form={page.tokenForm} page={page} />
          <Field name="token" label={words.token} hint={words.tokenHint} errors={page.tokenForm.errors}>
            {(control) => <input {...control} type="password" autocomplete="off" maxlength="1000" required />}
          </Field>
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
    </li>
  )
}

function Hook({ page }: { page: OutsidePageView }) {
  const words = outsideWords(page.reader.locale)
  return (
    <section class="stack" id="hook">
      <h2>{words.hookTitle}</h2>
      <p class="hint">{words.hookLead}</p>
      {page.hook === undefined ? (
        <p>{words.hookNone}</p>
      ) : (
        <input type="text" class="mono" readonly value={page.hook} aria-label={words.hookAddress} />
      )}
      <PostForm action={outsideUrls.hookRenew} formToken={page.formToken}>
        <button type="submit" class="button">
          {page.hook === undefined ? words.hookMake : words.hookRenew}
        </button>
      </PostForm>
    </section>
  )
}
