import { tokenWords } from "../../src/lib/i18n/tokens.ts"
import { tokenUrls } from "../../src/lib/token-urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { PasswordAgain } from "../components/password-again.tsx"
import { Time } from "../components/small.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { TokensPageView, TokenView } from "../props/tokens.ts"

/** Settings → API tokens: a person's own. */
export function TokensPage({ page }: { page: TokensPageView }) {
  const words = tokenWords(page.reader.locale)
  return (
    <SettingsFrame page={page} at={tokenUrls.tokens()} lead={words.lead} notice={page.notice}>
      {page.made !== undefined && (
        <div class="notice stack" role="status" data-made>
          <p>{words.made}</p>
          <input type="text" class="mono" readonly value={page.made} aria-label={words.token} />
        </div>
      )}
      {page.tokens.length === 0 && <p>{words.none}</p>}
      <ul class="cards">
        {page.tokens.map((token) => (
          <Token token={token} page={page} />
        ))}
      </ul>
      <NewToken page={page} />
    </SettingsFrame>
  )
}

function Token({ token, page }: { token: TokenView; page: TokensPageView }) {
  const { reader, formToken } = page
  const words = tokenWords(reader.locale)
  const label = token.label || words.nameless
  return (
    <li class="card" data-token={token.label}>
      <div class="card-head">
        <h2>{label}</h2>
        <span class="tag">{token.writes ? words.scopeWrite : words.scopeRead}</span>
        {token.ended && <span class="tag">{words.ended}</span>}
      </div>
      <p class="card-facts">
        <span>
          {words.created} <Time at={token.createdAt} reader={reader} />
        </span>
        <span>
          {token.usedAt === undefined ? words.unused : words.used}{" "}
          {token.usedAt !== undefined && <Time at={token.usedAt} reader={reader} />}
        </span>
        <span>
          {token.endsAt === undefined ? words.endsNever : words.ends}{" "}
          {token.endsAt !== undefined && <Time at={token.endsAt} reader={reader} />}
        </span>
      </p>
      <div class="card-acts">
        <PostForm action={token.revokeUrl} formToken={formToken}>
          <button type="submit" class="button small danger" aria-label={words.revokeNamed(label)}>
            {words.revoke}
          </button>
        </PostForm>
      </div>
    </li>
  )
}

function NewToken({ page }: { page: TokensPageView }) {
  const words = tokenWords(page.reader.locale)
  const scopes = [
    ["git:read", words.scopeRead],
    ["git:write", words.scopeWrite],
  ] as const
  const ends = [
    ["30", words.in30],
    ["90", words.in90],
    ["365", words.in365],
    ["never", words.never],
  ] as const
  return (
    <section class="stack">
      <h2>{words.make}</h2>
      <PostForm action={tokenUrls.tokens()} formToken={page.formToken} class="stack" label={words.make}>
        <FormError errors={page.errors} />
        <Field name="label" label={words.label} hint={words.labelHint} errors={page.errors}>
          {(control) => (
            <input {...control} type="text" value={page.values.label} maxlength="64" autocomplete="off" required />
          )}
        </Field>
        <Field name="scope" label={words.scope} errors={page.errors}>
          {(control) => (
            <select {...control}>
              {scopes.map(([value, name]) => (
                <option value={value} selected={value === page.values.scope}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field name="days" label={words.days} errors={page.errors}>
          {(control) => (
            <select {...control}>
              {ends.map(([value, name]) => (
                <option value={value} selected={value === (page.values.days ?? "90")}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <PasswordAgain asked={page.asksPassword} errors={page.errors} reader={page.reader} />
        <div class="form-foot">
          <button type="submit" class="button primary">
            {words.makeIt}
          </button>
        </div>
      </PostForm>
    </section>
  )
}
