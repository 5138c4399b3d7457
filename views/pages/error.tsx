import { errorWords } from "../../src/lib/i18n/errors.ts"
import { urls } from "../../src/lib/urls.ts"
import { Details } from "../components/small.tsx"
import { Entry } from "../layouts/entry.tsx"
import type { ErrorView } from "../props/frame.ts"
import type { Reader } from "../props/reader.ts"

/** The same for strangers and members, so that it says nothing about what exists. */
export function ErrorPage({ page }: { page: ErrorView }) {
  const words = errorWords(page.reader.locale)
  const [title, text] = errorSentences(page.status, page.reader)
  return (
    <Entry page={{ ...page, title }} reload={page.status === 503 ? reload(page) : undefined}>
      <p class="error-status number">{page.status}</p>
      <h1>{title}</h1>
      <p>{page.sentence ?? text}</p>
      {page.retryAfter !== undefined && <p>{words.wait(page.retryAfter)}</p>}
      {page.requestId !== undefined && <p class="hint mono">{words.requestNumber(page.requestId)}</p>}
      <Details detail={page.detail} reader={page.reader} />
      <WaysOn page={page} />
    </Entry>
  )
}

/** First the way that helps most: the same page once more, the page the form stood on, or the door. */
function WaysOn({ page }: { page: ErrorView }) {
  const words = errorWords(page.reader.locale)
  const back = page.again ?? page.from
  const home = page.signedIn
    ? { url: urls.loops(), name: words.toLoops }
    : { url: urls.signIn(back), name: words.toSignIn }
  const nearer =
    back === undefined || page.status === 401 || (page.again !== undefined && hopeless.has(page.status))
      ? undefined
      : { url: back, name: page.again === undefined ? words.backToPage : words.tryAgain }
  const ways = nearer === undefined ? [home] : [nearer, home]
  return (
    <div class="form-foot start">
      {ways.map(({ url, name }, index) => (
        <a class={["button", index === 0 ? "primary" : "quiet"]} href={url}>
          {name}
        </a>
      ))}
    </div>
  )
}

/** Asking once more for the same address gives the same answer. */
const hopeless = new Set<ErrorView["status"]>([400, 403, 404, 405, 421])

const reload = ({ retryAfter, again, from }: ErrorView) => ({ after: retryAfter ?? 3, url: again ?? from })

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
