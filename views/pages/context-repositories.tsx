import { outsideWords } from "../../src/lib/i18n/outside.ts"
import { outsideUrls } from "../../src/lib/outside-urls.ts"
import { AttachCard } from "../components/attach-card.tsx"
import { PostForm } from "../components/form.tsx"
import { PasswordAgain } from "../components/password-again.tsx"
import { WorkspaceKeys } from "../components/workspace-keys.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { OutsidePageView } from "../props/outside.ts"

/** Settings → Context repositories, for administrators. */
export function ContextRepositoriesPage({ page }: { page: OutsidePageView }) {
  const words = outsideWords(page.reader.locale)
  return (
    <SettingsFrame page={page} at={outsideUrls.page()} lead={words.lead} notice={page.notice}>
      <div class="stack">
        <ul class="cards">
          {page.contexts.map((context) => (
            <AttachCard context={context} page={page} keys={page.keys} />
          ))}
        </ul>
        <WorkspaceKeys page={page} />
        <Hook page={page} />
      </div>
    </SettingsFrame>
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
