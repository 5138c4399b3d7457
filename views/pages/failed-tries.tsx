import { accountWords } from "../../src/lib/i18n/accounts.ts"
import { Entry } from "../layouts/entry.tsx"
import type { FailedTriesView } from "../props/accounts.ts"

export function FailedTriesPage({ page }: { page: FailedTriesView }) {
  const words = accountWords(page.reader.locale)
  return (
    <Entry page={page}>
      <h1>{words.failedTriesTitle}</h1>
      <p class="notice" role="status">
        {words.failedTries(page.count)}
      </p>
      <div class="form-foot start">
        <a class="button primary" href={page.next}>
          {words.goOn}
        </a>
      </div>
    </Entry>
  )
}
