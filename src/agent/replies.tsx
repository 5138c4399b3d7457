import { ComposerError } from "../../views/components/composer.tsx"
import { Toast } from "../../views/components/toast.tsx"
import { LoopPage } from "../../views/pages/loop.tsx"
import { Replace } from "../../views/partials.tsx"
import { targets } from "../../views/targets.ts"
import { agentWords } from "../lib/i18n/agent.ts"
import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import { imageWords } from "../lib/i18n/images.ts"
import { shellWords } from "../lib/i18n/shell.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import { suggestionWords } from "../lib/i18n/suggestions.ts"
import { mostImages } from "../lib/message-images.ts"
import { urls } from "../lib/urls.ts"
import { htmlFragment, htmlPage, isFragment, redirectTo } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { DrivenLoop } from "../loops/index.ts"
import type { RefusedImage } from "./message-replies.ts"
import type { Answered } from "./asks.ts"
import { loopPage } from "./page.ts"
import type { Doing } from "./route-needs.ts"
import type { CommandAccepted } from "./shells.ts"
import type { Queued, Sent } from "./work.ts"

const readerOf = ({ needs }: Doing, request: Request) => ({ locale: visitorOf(request).locale, now: needs.clock.now() })
const wordsFor = (request: Request) => agentOutcomes(visitorOf(request).locale)

/** Pieces that find their own places; whatever the form aimed at stays as it is. */
const partials = (pieces: SafeHtml | null, status = 200): Response =>
  htmlFragment(pieces, { status, headers: { "hx-reswap": "none" } })

/** What changed comes over the stream; without script the page is read again. */
export function done(request: Request, loop: DrivenLoop): Response {
  return isFragment(request) ? partials(null) : redirectTo(urls.loop(loop.record.id), request)
}

export function showSent(doing: Doing, request: Request, loop: DrivenLoop): Response {
  if (!isFragment(request)) return redirectTo(urls.loop(loop.record.id), request)
  return partials(<ErrorUnderComposer />)
}

/** A message that is a command: it begins at once, and its block comes over the stream. */
export async function runCommand(
  doing: Doing,
  typed: RefusedMessage & { agentSees: boolean },
  command: string,
): Promise<Response> {
  const { request, loop, clientId, agentSees } = typed
  const outcome = await doing.shells.run(loop, { command, clientId, agentSees })
  if (outcome.kind !== "accepted") return refuseMessage(doing, typed, outcome)
  if (!isFragment(request)) await doing.shells.ended(loop.record.id, clientId)
  return showSent(doing, request, loop)
}

const ErrorUnderComposer = ({ sentence }: { sentence?: string }) => (
  <Replace target={targets.composerError}>
    <ComposerError sentence={sentence} />
  </Replace>
)

type NotSent = Exclude<Sent | CommandAccepted, { kind: "accepted" }> | RefusedImage | { kind: "image-of-command" }

interface RefusedMessage {
  request: Request
  loop: DrivenLoop
  text: string
  clientId: string
  /** Of a command. */
  agentSees?: boolean
}

/** The text stays where it was typed. */
export async function refuseMessage(doing: Doing, refused: RefusedMessage, outcome: NotSent): Promise<Response> {
  const { request, loop, text, clientId, agentSees } = refused
  const error = messageSentence(request, outcome)
  const status = statusOf[outcome.kind]
  if (isFragment(request)) return partials(<ErrorUnderComposer sentence={error} />, status)
  const keptId = outcome.kind === "bad-client-id" ? {} : { clientId }
  const page = await loopPage(
    doing,
    { request, loop },
    {
      ...{ text, error, ...keptId },
      ...(agentSees !== undefined && { agentSees }),
    },
  )
  return htmlPage(<LoopPage page={page} />, { status, diagrams: true })
}

const statusOf: Record<NotSent["kind"], number> = {
  empty: 422,
  "too-long": 422,
  "bad-client-id": 422,
  "queue-full": 409,
  "no-command": 422,
  "command-too-long": 422,
  "too-many-commands": 409,
  "no-space": 507,
  "no-such-image": 409,
  "too-many-images": 422,
  "image-too-large": 422,
  "not-an-image": 422,
  "images-full": 409,
  "image-of-command": 422,
}

function messageSentence(request: Request, { kind }: NotSent): string {
  const { locale } = visitorOf(request)
  const words = agentWords(locale)
  const shell = shellWords(locale)
  const images = imageWords(locale)
  const sentences: Record<NotSent["kind"], string> = {
    empty: words.messageEmpty,
    "too-long": words.messageTooLong,
    "bad-client-id": words.notSent,
    "queue-full": agentOutcomes(locale).queueFull,
    "no-command": shell.empty,
    "command-too-long": shell.tooLongCommand,
    "too-many-commands": shell.tooMany,
    "no-space": agentOutcomes(locale).noSpace,
    "no-such-image": images.gone(mostImages),
    "too-many-images": images.tooMany(mostImages),
    "image-too-large": images.large,
    "not-an-image": images.wrong,
    "images-full": images.full,
    "image-of-command": images.ofCommand,
  }
  return sentences[kind]
}

interface Refusal {
  sentence: string
  status: 404 | 409 | 422
  code: string
}

function toast(doing: Doing, request: Request, { sentence, status, code }: Refusal): Response {
  if (!isFragment(request)) return doing.showProblem({ status, code }, request)
  return partials(<Toast text={sentence} level="error" reader={readerOf(doing, request)} />, status)
}

export function refuseAnswer(
  doing: Doing,
  request: Request,
  outcome: Exclude<Answered, { kind: "answered" }>,
): Response {
  const words = wordsFor(request)
  switch (outcome.kind) {
    case "no-such-ask":
      return toast(doing, request, { sentence: words.askGone, status: 404, code: "no-such-ask" })
    case "already-answered":
      return toast(doing, request, { sentence: words.answeredBefore(outcome.by), status: 409, code: outcome.kind })
    case "wrong-answer":
      return toast(doing, request, { sentence: words.answerIncomplete, status: 422, code: outcome.kind })
  }
}

interface RefusedChange {
  request: Request
  loop: DrivenLoop
  /** What a waiting message should have become. */
  text?: string
}

/** The words stay where they wait; what was changed in them comes back in the composer where there is no script. */
export async function refuseSuggestion(
  doing: Doing,
  { request, loop, text }: RefusedChange,
  outcome: Exclude<Sent, { kind: "accepted" }> | { kind: "no-such-suggestion" },
): Promise<Response> {
  const gone = outcome.kind === "no-such-suggestion"
  const sentence = gone ? suggestionWords(visitorOf(request).locale).gone : messageSentence(request, outcome)
  const status = gone ? 409 : statusOf[outcome.kind]
  if (isFragment(request))
    return partials(<Toast text={sentence} level="error" reader={readerOf(doing, request)} />, status)
  const page = await loopPage(doing, { request, loop }, { text: text ?? "", error: sentence })
  return htmlPage(<LoopPage page={page} />, { status, diagrams: true })
}

/** Nothing that somebody wrote is lost: a late edit comes back in the composer, by the script or with the page. */
export async function refuseQueued(
  doing: Doing,
  { request, loop, text }: RefusedChange,
  { kind }: Exclude<Queued, { kind: "changed" }>,
): Promise<Response> {
  const words = wordsFor(request)
  const { messageEmpty, messageTooLong } = agentWords(visitorOf(request).locale)
  const late = text === undefined ? undefined : words.editTooLate
  const sentences: Record<typeof kind, string> = {
    "already-started": late ?? words.alreadyStarted,
    "not-waiting": late ?? words.notInQueue,
    empty: messageEmpty,
    "too-long": messageTooLong,
  }
  const status = kind === "empty" || kind === "too-long" ? 422 : 409
  const sentence = sentences[kind]
  if (isFragment(request)) return toast(doing, request, { sentence, status, code: kind })
  const page = await loopPage(doing, { request, loop }, { text: text ?? "", error: sentence })
  return htmlPage(<LoopPage page={page} />, { status, diagrams: true })
}
