import { accountWords } from "../../src/lib/i18n/accounts.ts"
import { urls } from "../../src/lib/urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { SetUpSteps } from "../components/set-up-steps.tsx"
import { Entry } from "../layouts/entry.tsx"
import type { SetUpView } from "../props/accounts.ts"

export function SetUpPage({ page }: { page: SetUpView }) {
  const words = accountWords(page.reader.locale)
  return (
    <Entry page={page}>
      <SetUpSteps at="account" reader={page.reader} />
      <h1>{words.setUp}</h1>
      <p class="lead">{words.setUpLead}</p>
      <PostForm action={urls.setUp} class="stack">
        <FormError errors={page.errors} />
        <Fields page={page} />
        <button type="submit" class="button primary wide">
          {words.createAccount}
        </button>
      </PostForm>
    </Entry>
  )
}

function Fields({ page }: { page: SetUpView }) {
  const { errors, values, needsToken } = page
  const words = accountWords(page.reader.locale)
  return (
    <>
      {needsToken && (
        <Field name="token" label={words.token} hint={words.tokenHint} errors={errors}>
          {(control) => (
            <input {...control} type="text" class="mono" autocomplete="off" spellcheck="false" required autofocus />
          )}
        </Field>
      )}
      <Field name="workspace" label={words.workspaceName} hint={words.workspaceHint} errors={errors}>
        {(control) => (
          <input
            {...control}
            type="text"
            value={values.workspace}
            maxlength="64"
            autocomplete="organization"
            required
          />
        )}
      </Field>
      <Field name="name" label={words.name} hint={words.nameHint} errors={errors}>
        {(control) => (
          <input
            {...control}
            type="text"
            value={values.name}
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            maxlength="32"
            required
            autofocus={!needsToken}
          />
        )}
      </Field>
      <Field name="password" label={words.password} hint={words.passwordHint} errors={errors}>
        {(control) => (
          <input {...control} type="password" autocomplete="new-password" minlength="8" maxlength="256" required />
        )}
      </Field>
    </>
  )
}
