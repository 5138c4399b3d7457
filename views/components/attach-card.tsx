import { contextWords } from "../../src/lib/i18n/context.ts"
import { outsideWords } from "../../src/lib/i18n/outside.ts"
import { personalHomeWords } from "../../src/lib/i18n/personal-home.ts"
import { outsideUrls } from "../../src/lib/outside-urls.ts"
import type { FrameView } from "../props/frame.ts"
import type { AttachView, KeyView, OutcomeView } from "../props/outside.ts"
import type { Reader } from "../props/reader.ts"
import { Field, FormError, PostForm } from "./form.tsx"
import { OutsideState } from "./outside-state.tsx"
import { PasswordAgain } from "./password-again.tsx"
import { FoldLabel } from "./small.tsx"

interface AttachCardProps {
  context: AttachView
  page: FrameView & { asksPassword: boolean }
  /** Those to choose from; absent where the address says which one is shown. */
  keys?: KeyView[]
}

/** One context and its home outside: how it stands, and what can be done about it. */
export function AttachCard({ context, page, keys }: AttachCardProps) {
  const { reader } = page
  const words = outsideWords(reader.locale)
  const { shelf, attached, state } = context
  return (
    <li class="card stack" id={shelf} data-context={shelf}>
      <div class="card-head">
        <h2>{contextWords(reader.locale)[shelf]}</h2>
      </div>
      <p>{attached ? words.attachedTo(attached.address) : words.hosted}</p>
      {context.reviewsOutside && (
        <p class={["notice", attached === undefined && "warning"]} data-review>
          {attached ? words.reviewOutside : words.reviewNowhere}
        </p>
      )}
      {attached?.credential !== undefined && keys?.every(({ name }) => name !== attached.credential) && (
        <p class="notice warning">{words.keyGone(attached.credential)}</p>
      )}
      {state !== undefined && <OutsideState outside={state} reader={reader} formToken={page.formToken} />}
      {context.outcome !== undefined && <Outcome outcome={context.outcome} context={context} page={page} />}
      <Review context={context} page={page} />
      {attached ? <Attached context={context} page={page} /> : <AttachForm context={context} page={page} keys={keys} />}
    </li>
  )
}

/** Where proposals are reviewed, the other way round, with what follows from that. */
function Review({ context: { shelf, attached, reviewsOutside }, page }: AttachCardProps) {
  if (shelf === "personal" || (attached === undefined && !reviewsOutside)) return null
  const words = outsideWords(page.reader.locale)
  return (
    <details class="fold">
      <FoldLabel>{words.reviewWhere}</FoldLabel>
      <PostForm action={outsideUrls.review(shelf)} formToken={page.formToken} class="stack">
        <p>{reviewsOutside ? words.reviewHereLead : words.reviewOutsideLead}</p>
        <input type="hidden" name="review" value={reviewsOutside ? "here" : "outside"} />
        <div class="form-foot">
          <button type="submit" class="button">
            {reviewsOutside ? words.reviewHereYes : words.reviewOutsideYes}
          </button>
        </div>
      </PostForm>
    </details>
  )
}

function AttachForm({ context: { shelf, values, errors }, page, keys }: AttachCardProps) {
  const { reader, formToken } = page
  const words = outsideWords(reader.locale)
  const hint = shelf === "personal" ? personalHomeWords(reader.locale).addressHint : words.addressHint
  return (
    <PostForm action={outsideUrls.attach(shelf)} formToken={formToken} class="stack" label={words.attach}>
      <FormError errors={errors} />
      <Field name={`${shelf}-address`} label={words.address} hint={hint} errors={errors}>
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
      {keys !== undefined && <Credential shelf={shelf} values={values} errors={errors} keys={keys} reader={reader} />}
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

interface CredentialProps extends Pick<AttachView, "shelf" | "values" | "errors"> {
  keys: KeyView[]
  reader: Reader
}

function Credential({ shelf, values, errors, keys, reader }: CredentialProps) {
  const words = outsideWords(reader.locale)
  return (
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
  )
}

function Outcome({ outcome, context, page }: AttachCardProps & { outcome: OutcomeView }) {
  const words = outsideWords(page.reader.locale)
  return (
    <div
      class={["notice", !outcome.good && "warning", "stack"]}
      role="status"
      data-outcome={outcome.good ? "good" : "bad"}
    >
      <p>{outcome.sentence}</p>
      {outcome.detail !== undefined && (
        <details class="fold">
          <FoldLabel>{words.hostSays}</FoldLabel>
          <p class="mono">{outcome.detail}</p>
        </details>
      )}
      {outcome.hostKey !== undefined && (
        <HostKey fingerprint={outcome.hostKey.fingerprint} context={context} page={page} />
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

function Attached({ context: { shelf, errors }, page }: AttachCardProps) {
  const words = outsideWords(page.reader.locale)
  return (
    <>
      <FormError errors={errors} />
      <details class="fold" open={Object.keys(errors).length > 0}>
        <FoldLabel>{words.detach}</FoldLabel>
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

/** Which host is the right one holds for everybody here: only administrators say so. */
function HostKey({ fingerprint, context, page }: AttachCardProps & { fingerprint: string }) {
  const { shelf, values, mayConfirm } = context
  const words = outsideWords(page.reader.locale)
  const shown = (
    <p class="long">
      {words.fingerprint}: <code>{fingerprint}</code>
    </p>
  )
  if (!mayConfirm)
    return (
      <div class="stack">
        {shown}
        <p>{personalHomeWords(page.reader.locale).askAdmin}</p>
      </div>
    )
  return (
    <PostForm action={outsideUrls.host(shelf)} formToken={page.formToken} class="stack">
      <input type="hidden" name="address" value={values.address} />
      <input type="hidden" name="credential" value={values.credential} />
      <input type="hidden" name="fingerprint" value={fingerprint} />
      {shown}
      <button type="submit" class="button">
        {words.confirmHost}
      </button>
    </PostForm>
  )
}
