import { previewWords } from "../../src/lib/i18n/previews.ts"
import { Entry } from "../layouts/entry.tsx"
import type { EnteringView } from "../props/previews.ts"

/** Posts a ticket to the preview's own host name: by itself with script, with one press of a button without. */
export function EnteringPage({ page }: { page: EnteringView }) {
  const words = previewWords(page.reader.locale)
  return (
    <Entry page={page}>
      <h1>{words.entering(page.name)}</h1>
      <p>{words.enteringLead}</p>
      <form method="post" action={page.enterUrl} data-enter>
        <input type="hidden" name="ticket" value={page.ticket} />
        <p class="form-foot start">
          <button type="submit" class="button primary">
            {words.goOn}
          </button>
        </p>
      </form>
    </Entry>
  )
}
