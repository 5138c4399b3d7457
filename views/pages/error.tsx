import { commonWords } from "../../src/lib/i18n/common.ts"
import { errorWords } from "../../src/lib/i18n/errors.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import { Entry } from "../layouts/entry.tsx"
import type { ErrorView } from "../props/frame.ts"
import type { Reader } from "../props/reader.ts"

/** The same for strangers and members, so that it says nothing about what exists. */
export function ErrorPage({ page }: { page: ErrorView }) {
  const words = errorWords(page.reader.locale)
  const [title, text] = errorSentences(page.status, page.reader)
  return (
    <Entry page={{ ...page, title }} reloadAfter={page.status === 503 ? (page.retryAfter ?? 3) : undefined}>
      <p class="error-status number">{page.status}</p>
      <h1>{title}</h1>
      <p>{page.sentence ?? text}</p>
      {page.retryAfter !== undefined && <p>{words.waitSeconds(page.retryAfter)}</p>}
      {page.requestId !== undefined && <p class="hint mono">{words.requestNumber(page.requestId)}</p>}
      {page.detail !== undefined && (
        <details class="fold">
          <summary>
            <Icon name="chevron" />
            <span class="fold-label">{commonWords(page.reader.locale).details}</span>
          </summary>
          <pre class="detail" tabindex="0">
            {page.detail}
          </pre>
        </details>
      )}
      <div class="form-foot start">
        <a class="button primary" href={page.signedIn ? urls.loops() : urls.signIn()}>
          {page.signedIn ? words.toLoops : words.toSignIn}
        </a>
      </div>
    </Entry>
  )
}

/** Title and sentence of a status, for pages and for toasts. */
export function errorSentences(status: ErrorView["status"], reader: Reader): [title: string, text: string] {
  const words = errorWords(reader.locale)
  const sentences: Record<ErrorView["status"], [string, string]> = {
    400: [words.title400, words.text400],
    401: [words.title401, words.text401],
    403: [words.title403, words.text403],
    404: [words.title404, words.text404],
    405: [words.title405, words.text405],
    409: [words.title409, words.text409],
    413: [words.title413, words.text413],
    421: [words.title421, words.text421],
    422: [words.title422, words.text422],
    429: [words.title429, words.text429],
    500: [words.title500, words.text500],
    503: [words.title503, words.text503],
    507: [words.title507, words.text507],
  }
  return sentences[status]
}
