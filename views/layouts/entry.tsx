import { commonWords } from "../../src/lib/i18n/common.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { urls } from "../../src/lib/urls.ts"
import { Mark } from "../icons/mark.tsx"
import { LanguageForm } from "../components/preferences.tsx"
import type { DocumentView } from "../props/frame.ts"
import { Document, type Reload } from "./document.tsx"

interface EntryProps {
  page: DocumentView
  wide?: boolean
  reload?: Reload | undefined
  children?: Child
}

/** One quiet card in the middle: signing in, setting up, errors for strangers. */
export function Entry({ page, wide, reload, children }: EntryProps) {
  const words = commonWords(page.reader.locale)
  return (
    <Document page={page} class="entry" reload={reload}>
      <header class="entry-head">
        <a class="brand" href={urls.home}>
          <Mark />
          <span>{page.workspace}</span>
        </a>
        <LanguageForm reader={page.reader} formToken={page.formToken} label={words.language} />
      </header>
      <main id="content" class={["entry-card", wide && "entry-wide"]} tabindex="-1">
        {children}
      </main>
    </Document>
  )
}
