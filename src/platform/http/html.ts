import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { contentSecurityPolicy } from "./headers.ts"

export interface HtmlOptions {
  status?: number
  headers?: Record<string, string> | Headers
  /** Only for the pages with the editor or the terminal. */
  inlineStyle?: boolean
  /** Shows texts in which there may be diagrams. */
  diagrams?: boolean
  /** Origin of the one preview that the page may show in a frame and post to. */
  preview?: string
}

/** A whole document. This file is the only one that makes HTML responses. */
export function htmlPage(document: SafeHtml | null, options: HtmlOptions = {}): Response {
  return respond(`<!doctype html>${document ?? ""}`, options)
}

/** Stands in a document where the pieces of a page go that is sent as it is made. */
const piecesHere = '<template data-pieces="here"></template>'

/**
 * A document whose last part takes its time: what stands before the pieces is sent at once, then each piece as it is
 * ready. Text cannot hold the mark, since it is escaped.
 */
export function htmlStream(
  document: SafeHtml | null,
  pieces: AsyncGenerator<SafeHtml | null>,
  options: HtmlOptions = {},
): Response {
  const [before = "", after = ""] = `<!doctype html>${document ?? ""}`.split(piecesHere)
  const encoder = new TextEncoder()
  let rest: string | undefined = after
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(before)),
    async pull(controller) {
      const next = await pieces.next()
      if (!next.done) return controller.enqueue(encoder.encode(String(next.value ?? "")))
      if (rest !== undefined) controller.enqueue(encoder.encode(rest))
      rest = undefined
      controller.close()
    },
    cancel: async () => void (await pieces.return(undefined)),
  })
  // Proxies must pass it on as it comes, and nothing of ours waits for its end.
  return respond(body, { ...options, headers: { ...options.headers, "x-accel-buffering": "no" } })
}

/** A piece of a page, for htmx. */
export function htmlFragment(fragment: SafeHtml | null, options: HtmlOptions = {}): Response {
  return respond(String(fragment ?? ""), options)
}

/** True when htmx asked: it wants a fragment, not a document. */
export const isFragment = (request: Request): boolean => request.headers.get("hx-request") === "true"

/**
 * Sends the browser to one of our own addresses, as the answer to a form. htmx would follow a 303 itself and put the
 * page where a fragment belongs, so it is told in its own header.
 */
export function redirectTo(url: string, request: Request, headers = new Headers()): Response {
  if (!isFragment(request)) {
    headers.set("location", url)
    return new Response(null, { status: 303, headers })
  }
  headers.set("hx-redirect", url)
  return new Response(null, { status: 200, headers })
}

function respond(
  html: string | ReadableStream<Uint8Array>,
  { status = 200, headers, inlineStyle, diagrams, preview }: HtmlOptions,
): Response {
  const all = new Headers(headers)
  all.set("content-type", "text/html; charset=utf-8")
  all.append("vary", "HX-Request")
  if (inlineStyle || diagrams || preview !== undefined)
    all.set("content-security-policy", contentSecurityPolicy({ inlineStyle, diagrams, preview }))
  return new Response(html, { status, headers: all })
}
