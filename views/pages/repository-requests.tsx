import { requestWords } from "../../src/lib/i18n/requests.ts"
import { requestUrls } from "../../src/lib/request-urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { FoldLabel, Time } from "../components/small.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { RepositoryRequestsView, RepositoryRequestView } from "../props/repositories.ts"
import type { Reader } from "../props/reader.ts"

interface Props {
  page: RepositoryRequestsView
}

/** Settings → Repository requests, for everybody. */
export function RepositoryRequestsPage({ page }: Props) {
  const { reader, user, own, waiting } = page
  const words = requestWords(reader.locale)
  return (
    <SettingsFrame page={page} at={requestUrls.requests()} lead={words.lead} notice={page.notice}>
      <FormError errors={page.errors} />
      {user.admin && (
        <section aria-labelledby="waiting-requests">
          <h2 id="waiting-requests">{words.waitingTitle}</h2>
          {waiting.length === 0 && <p class="hint">{words.waitingNone}</p>}
          <ul class="cards">
            {waiting.map((wish) => (
              <Waiting wish={wish} page={page} />
            ))}
          </ul>
        </section>
      )}
      {own.length > 0 && (
        <section aria-labelledby="own-requests">
          <h2 id="own-requests">{words.ownTitle}</h2>
          <ul class="cards">
            {own.map((wish) => (
              <Own wish={wish} page={page} />
            ))}
          </ul>
        </section>
      )}
      <AskForm page={page} />
    </SettingsFrame>
  )
}

interface CardProps extends Props {
  wish: RepositoryRequestView
}

function Facts({ wish, reader, children }: { wish: RepositoryRequestView; reader: Reader; children?: string }) {
  return (
    <>
      <p class="card-facts">
        <span class="mono long">{wish.address}</span>
        {children !== undefined && <span>{children}</span>}
        <Time at={wish.at} reader={reader} />
      </p>
      {wish.why !== "" && <p class="long">{wish.why}</p>}
    </>
  )
}

function Waiting({ wish, page: { reader, formToken, errors } }: CardProps) {
  const words = requestWords(reader.locale)
  const error = errors[wish.id]
  return (
    <li class="card stack" data-request={wish.name}>
      <div class="card-head">
        <h3>{wish.name}</h3>
      </div>
      <Facts wish={wish} reader={reader}>
        {words.from(wish.by)}
      </Facts>
      {error !== undefined && <FormError errors={{ form: error }} />}
      <PostForm action={requestUrls.accept(wish.id)} formToken={formToken} class="stack">
        <p class="hint">{words.acceptHint}</p>
        <div class="card-acts">
          <button type="submit" class="button small primary" aria-label={words.acceptNamed(wish.name)}>
            {words.accept}
          </button>
        </div>
      </PostForm>
      <details class="fold">
        <FoldLabel>{words.decline}</FoldLabel>
        <PostForm action={requestUrls.decline(wish.id)} formToken={formToken} class="stack">
          <Field name={`answer-${wish.id}`} label={words.answer} hint={words.answerHint} errors={{}}>
            {(control) => <input {...control} name="answer" type="text" maxlength="500" autocomplete="off" />}
          </Field>
          <div class="card-acts">
            <button type="submit" class="button small" aria-label={words.declineNamed(wish.name)}>
              {words.declineYes}
            </button>
          </div>
        </PostForm>
      </details>
    </li>
  )
}

function Own({ wish, page: { reader, formToken } }: CardProps) {
  const words = requestWords(reader.locale)
  return (
    <li class="card stack" data-own-request={wish.name}>
      <div class="card-head">
        <h3>{wish.name}</h3>
        <span class="tag">{words[wish.state]}</span>
      </div>
      <Facts wish={wish} reader={reader} />
      {wish.answer !== "" && <p class="long">{words.answered(wish.answer)}</p>}
      <PostForm action={requestUrls.withdraw(wish.id)} formToken={formToken} class="card-acts">
        {wish.state === "waiting" ? (
          <button type="submit" class="button small" aria-label={words.withdrawNamed(wish.name)}>
            {words.withdraw}
          </button>
        ) : (
          <button type="submit" class="button small" aria-label={words.putAwayNamed(wish.name)}>
            {words.putAway}
          </button>
        )}
      </PostForm>
    </li>
  )
}

function AskForm({ page: { reader, formToken, values, errors } }: Props) {
  const words = requestWords(reader.locale)
  return (
    <section aria-labelledby="ask-repository">
      <h2 id="ask-repository">{words.ask}</h2>
      <PostForm action={requestUrls.requests()} formToken={formToken} class="stack" label={words.ask}>
        <Field name="name" label={words.name} hint={words.nameHint} errors={errors}>
          {(control) => (
            <input {...control} type="text" maxlength="64" autocomplete="off" value={values.name} required />
          )}
        </Field>
        <Field name="git" label={words.address} hint={words.addressHint} errors={errors}>
          {(control) => (
            <input
              {...control}
              type="text"
              class="mono"
              maxlength="500"
              autocomplete="off"
              value={values.git}
              required
            />
          )}
        </Field>
        <Field name="why" label={words.why} hint={words.whyHint} errors={errors}>
          {(control) => (
            <textarea {...control} rows="3" maxlength="500">
              {values.why}
            </textarea>
          )}
        </Field>
        <div class="form-foot">
          <button type="submit" class="button primary">
            {words.ask}
          </button>
        </div>
      </PostForm>
    </section>
  )
}
