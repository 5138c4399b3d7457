import { OutsidePage } from "../../views/pages/outside.tsx"
import type { OutsideView } from "../../views/props/previews.ts"
import { negotiate } from "../lib/i18n/locale.ts"
import { previewWords } from "../lib/i18n/previews.ts"
import { urls } from "../lib/urls.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import { htmlPage } from "../platform/http/html.ts"
import type { Box } from "../sandbox/index.ts"
import { framedBy } from "./headers.ts"
import { headerOf, type Knock, ownPaths } from "./knock.ts"
import { listeningPorts } from "./ports.ts"
import { labelOf, type Share } from "./share.ts"

export interface PagesNeeds {
  log: Log
  closedPort: number
  frames(): readonly string[]
  /** Where people find the app, without a path; undefined while it is not known. */
  appOrigin(): string | undefined
  workspaceName(): string
  /** The program's style sheet, which these pages wear too. */
  style(): Promise<Response> | undefined
}

/** Our own pages on the previews' host names: few words, and nothing of what belongs to the app. */
export interface Pages {
  nothing(knock: Knock): Response
  entrance(share: Share, knock: Knock): Response
  tooLate(share: Share, knock: Knock): Response
  noLink(knock: Knock): Response
  tooMany(knock: Knock): Response
  full(knock: Knock): Response
  tooLarge(knock: Knock): Response
  resting(knock: Knock): Response
  notListening(knock: Knock, inside: { port: number; box: Box }): Promise<Response>
  silent(knock: Knock, port: number): Response
  nonsense(knock: Knock, port: number): Response
  notAllowed(knock: Knock): Response
  missing(knock: Knock): Response
  outside(knock: Knock): Response
  noWorker(knock: Knock): Response
  style(): Promise<Response>
}

type Sentence = (words: ReturnType<typeof previewWords>) => [title: string, text: string]

interface Shown extends Partial<Pick<OutsideView, "ports" | "openUrl">> {
  status: number
  reloads?: boolean
  retryAfter?: number
}

/** Waits so long before it asks again by itself. */
const reloadS = 2

export function createPages(needs: PagesNeeds): Pages {
  function page(knock: Knock, sentence: Sentence, { status, reloads, retryAfter, ...shown }: Shown): Response {
    const locale = negotiate(headerOf(knock, "accept-language") ?? null)
    const [title, text] = sentence(previewWords(locale))
    const again = reloads && knock.method === "GET" ? { reloadS } : {}
    const view = { ...shown, ...again, locale, title, text, workspace: needs.workspaceName(), styleUrl: ownPaths.style }
    const headers = {
      ...ownHeaders(needs.frames()),
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    }
    return htmlPage(<OutsidePage page={view} />, { status, headers })
  }

  /** Where the app lets somebody in who may. */
  const openUrl = (share: Share): string | undefined => {
    const origin = needs.appOrigin()
    return origin === undefined ? undefined : origin + urls.previewEntrance(labelOf(share))
  }

  return {
    nothing: (knock) => page(knock, (words) => [words.nothingTitle, words.nothingText], { status: 404 }),
    entrance: (share, knock) =>
      page(knock, (words) => [words.entranceTitle, words.entranceText], { status: 401, openUrl: openUrl(share) }),
    tooLate(share, knock) {
      const refused = page(knock, (words) => [words.tooLateTitle, words.tooLateText], {
        ...{ status: 403, openUrl: openUrl(share) },
      })
      // Its form may still be on the way.
      refused.headers.set("connection", "close")
      return refused
    },
    noLink: (knock) => page(knock, (words) => [words.noLinkTitle, words.noLinkText], { status: 404 }),
    tooMany: (knock) =>
      page(knock, (words) => [words.tooManyTitle, words.tooManyText], { status: 429, retryAfter: 60 }),
    full: (knock) => page(knock, (words) => [words.fullTitle, words.fullText], { status: 503, retryAfter: 5 }),
    tooLarge: (knock) => page(knock, (words) => [words.tooLargeTitle, words.tooLargeText], { status: 413 }),
    resting: (knock) => page(knock, (words) => [words.restingTitle, words.restingText], { status: 502, reloads: true }),
    async notListening(knock, { port, box }) {
      let ports: number[] = []
      await bestEffort(needs.log, "list the ports of a sandbox", async () => {
        ports = await listeningPorts(box, needs.closedPort)
      })
      return page(knock, (words) => [words.notListeningTitle(port), words.notListeningText(port)], {
        ...{ status: 502, reloads: true, ports },
      })
    },
    silent: (knock, port) =>
      page(knock, (words) => [words.silentTitle(port), words.silentText], { status: 504, reloads: true }),
    nonsense: (knock, port) => page(knock, (words) => [words.nonsenseTitle(port), words.nonsenseText], { status: 502 }),
    notAllowed: (knock) => {
      const refused = page(knock, (words) => [words.methodTitle, words.methodText], { status: 405 })
      refused.headers.set("allow", "GET, HEAD")
      return refused
    },
    missing: (knock) => page(knock, (words) => [words.missingTitle, words.missingText], { status: 404 }),
    outside: (knock) => page(knock, (words) => [words.outsideTitle, words.outsideText], { status: 403 }),
    noWorker: (knock) => page(knock, (words) => [words.noWorkerTitle, words.noWorkerText], { status: 403 }),
    async style() {
      const answer = (await needs.style()) ?? new Response(null, { status: 404 })
      // In the app its name changes with its content; here a newer program must be able to have another.
      answer.headers.set("cache-control", "public, max-age=600")
      return answer
    },
  }
}

const ownHeaders = (frames: readonly string[]): Record<string, string> => ({
  "content-security-policy": `default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; ${framedBy(frames)}`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
})
