import { accountWords } from "../../src/lib/i18n/accounts.ts"
import { urls } from "../../src/lib/urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { Entry } from "../layouts/entry.tsx"
import type { SignInView } from "../props/accounts.ts"

export function SignInPage({ page }: { page: SignInView }) {
  const words = accountWords(page.reader.locale)
  return (
    <Entry page={page}>
      <h1>{words.signInTo(page.workspace)}</h1>
      {page.notice !== undefined && (
        <p class="notice" role="status">
          {page.notice}
        </p>
      )}
      <PostForm action={urls.signIn()} class="stack">
        <FormError errors={page.errors} />
        {page.next !== undefined && <input type="hidden" name="next" value={page.next} />}
        <Field name="name" label={words.name} errors={page.errors}>
          {(control) => (
            <input
              {...control}
              type="text"
              value={page.name}
              autocomplete="username"
              autocapitalize="none"
              spellcheck="false"
              maxlength="64"
              required
              autofocus={page.name === ""}
            />
          )}
        </Field>
        <Field name="password" label={words.password} errors={page.errors}>
          {(control) => (
            <input
              {...control}
              type="password"
              autocomplete="current-password"
              maxlength="256"
              required
              autofocus={page.name !== ""}
            />
          )}
        </Field>
        <button type="submit" class="button primary wide">
          {words.signIn}
        </button>
      </PostForm>
    </Entry>
  )
}
