import { ErrorPage, errorSentences } from "../../views/pages/error.tsx"
import type { ErrorView } from "../../views/props/frame.ts"
import { Toast } from "../../views/components/toast.tsx"
import { errorWords } from "../lib/i18n/errors.ts"
import { parseNext } from "../lib/page-paths.ts"
import { htmlFragment, htmlPage, isFragment } from "../platform/http/html.ts"
import { type Problem, problemHeaders, type ShowProblem } from "../platform/http/problem.ts"
import { targetOf } from "../platform/http/target.ts"
import { type Visitor, visitorIfKnown } from "../platform/http/visitor.ts"
import type { Documents } from "./documents.ts"

/** How a refusal looks that has no page of its own: a page for people, a toast for htmx, JSON for programs. */
export function createShowProblem(documents: Documents): ShowProblem {
  return (problem, request) => {
    const headers = problemHeaders(problem)
    const visitor = visitorIfKnown(request) ?? documents.stranger(request)
    if (wantsJson(request)) return asJson(problem, visitor, headers)
    const view = { ...errorView(problem, visitor, documents), ...waysBack(request) }
    if (!isFragment(request)) return htmlPage(<ErrorPage page={view} />, { status: problem.status, headers })
    const toast = <Toast text={sentenceOf(problem, view.reader)} level="error" reader={view.reader} />
    return htmlFragment(toast, { status: problem.status, headers: { ...headers, "hx-reswap": "none" } })
  }
}

const wantsJson = (request: Request): boolean => (request.headers.get("accept") ?? "").startsWith("application/json")

function asJson(problem: Problem, visitor: Visitor, headers: Record<string, string>): Response {
  const message = sentenceOf(problem, { locale: "en", now: 0 })
  const error = { code: problem.code, message, request: visitor.requestId }
  return Response.json({ error }, { status: problem.status, headers })
}

/** What happened and, where that is known, when trying again makes sense. */
function sentenceOf({ status, retryAfter }: Problem, reader: ErrorView["reader"]): string {
  const [, text] = errorSentences(status, reader)
  return retryAfter === undefined ? text : `${text} ${errorWords(reader.locale).wait(retryAfter)}`
}

/** The page itself, or the page of ours that a refused form stood on. */
function waysBack(request: Request): Pick<ErrorView, "again" | "from"> {
  const { pathname, search } = targetOf(request)
  if (request.method === "GET") return { again: parseNext(pathname + search) }
  const referer = URL.parse(request.headers.get("referer") ?? "")
  return { from: referer ? parseNext(referer.pathname + referer.search) : undefined }
}

function errorView(problem: Problem, visitor: Visitor, documents: Documents): ErrorView {
  return {
    ...documents.document(visitor, ""),
    status: problem.status,
    ...(problem.status === 500 && { requestId: visitor.requestId }),
    ...(problem.retryAfter !== undefined && { retryAfter: problem.retryAfter }),
    signedIn: visitor.user !== undefined,
  }
}
