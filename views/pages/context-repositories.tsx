import { commonWords } from "../../src/lib/i18n/common.ts"
import { contextWords } from "../../src/lib/i18n/context.ts"
import { outsideWords } from "../../src/lib/i18n/outside.ts"
import { outsideUrls } from "../../src/lib/outside-urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { OutsideState } from "../components/outside-state.tsx"
import { PasswordAgain } from "../components/password-again.tsx"
import { SettingsNav } from "../components/settings-nav.tsx"
import { WorkspaceKeys } from "../components/workspace-keys.tsx"
import { Frame } from "../layouts/frame.tsx"
import type { AttachView, OutcomeView, OutsidePageView } from "../props/outside.ts"

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
      <WorkspaceKeys page={page} />
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
      {attached?.credential !== undefined && !page.keys.some(({ name }) => name === attached.credential) && (
        <p class="notice warning">{words.keyGone(attached.credential)}</p>
      )}
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
      <details class="fold" open={Object.keys(errors).length > 0}>
        <summary>{words.detach}</summary>
        <PostForm action={outsideUrls.detach(shelf)} formToken={page.formToken} class="stack">
          <p>{words.detachLead}</p>
          <PasswordAgain id={`${shelf}-password`} errors={errors} asked={page.asksPassword} reader={page.reader} />
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
      <PostForm action={outsideUrls.hookRenew} formToken={page.formToken} class="stack">
        <PasswordAgain id="hook-password" errors={page.errors} asked={page.asksPassword} reader={page.reader} />
        <div class="form-foot">
          <button type="submit" class="button">
            {page.hook === undefined ? words.hookMake : words.hookRenew}
          </button>
        </div>
      </PostForm>
    </section>
  )
}
