import { z } from "zod"
import type { ConversationItem, FailureItem } from "../../views/props/conversation.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import { strictnessWords } from "../lib/i18n/strictness.ts"
import type { LoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { workbenchUrls } from "../lib/workbench-urls.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import { failureSentence, type Failure as GatewayFailure } from "../gateway/index.ts"
import type { EventOf } from "../loops/index.ts"
import { destinationText, entryFor } from "../sandbox/index.ts"
import type { Piece } from "./fold.ts"
import type { Kept } from "./oversize.ts"
import { proposalSentence } from "./proposal-line.ts"
import { money } from "./spent.ts"
import { shellItem } from "./shell-present.ts"
import { toolBody } from "./tool-body.ts"

/** Who reads a conversation, as far as it matters for how it looks. */
export interface Reading {
  loop: LoopId
  locale: Locale
  /** The driver: may answer and press buttons. */
  drives: boolean
  formToken?: string
  /** The workspace lets drivers add hosts to their loop's list. */
  mayAllowHosts?: boolean
  /** Makes markup of the agent's text. */
  markdown(text: string): SafeHtml
}

/** A piece as the page shows it; undefined for what has gone. */
export function itemOf(piece: Piece, reading: Reading): ConversationItem | undefined {
  const present = presenters[piece.kind] as (piece: Piece, reading: Reading) => ConversationItem | undefined
  return present(piece, reading)
}

export const itemsOf = (pieces: readonly Piece[], reading: Reading): ConversationItem[] =>
  pieces.flatMap((piece) => itemOf(piece, reading) ?? [])

type Of<K extends Piece["kind"]> = Extract<Piece, { kind: K }>

const place = ({ id, seq }: Piece) => ({ id, seq })

const presenters: { [K in Piece["kind"]]: (piece: Of<K>, reading: Reading) => ConversationItem | undefined } = {
  message: (piece, { loop }) => ({
    kind: "user-message",
    ...place(piece),
    author: piece.by,
    at: piece.at,
    text: piece.text,
    clientId: piece.clientId,
    state: piece.waiting ? "queued" : "sent",
    images: piece.images.map(({ name, sha256 }) => ({ name, url: workbenchUrls.attachment(loop, sha256) })),
  }),
  text: (piece, reading) => ({
    kind: "agent-text",
    ...place(piece),
    html: reading.markdown(piece.text),
    streaming: false,
  }),
  thinking: (piece) => ({
    kind: "thinking",
    ...place(piece),
    text: piece.text,
    streaming: false,
    ...(piece.ms !== undefined && { ms: piece.ms }),
  }),
  tool(piece, { loop }) {
    const failed = piece.state === "failed"
    const call = { tool: piece.tool, input: piece.input, result: failed ? undefined : piece.result }
    return {
      kind: "tool",
      ...place(piece),
      tool: piece.tool,
      state: piece.state,
      body: toolBody(call, loop),
      ...(failed && piece.result !== undefined && piece.result !== "" && { error: piece.result }),
      ...(piece.ms !== undefined && { ms: piece.ms }),
      ...(piece.nested && { nested: true }),
      ...(piece.whole && { whole: wholeOf(piece.whole, loop) }),
    }
  },
  ask: (piece, reading) => (piece.answered ? answeredItem(piece, piece.answered) : askItem(piece, reading)),
  changed: (piece, { loop }) => ({ kind: "turn-end", ...place(piece), changed: changesOf(piece.changed, loop) }),
  end: (piece, { locale, loop }) => ({
    kind: "turn-end",
    ...place(piece),
    outcome: piece.outcome,
    ...(piece.ms !== undefined && { ms: piece.ms }),
    ...(piece.usage && {
      tokens: { input: piece.usage.input + piece.usage.cacheRead + piece.usage.cacheWrite, output: piece.usage.output },
      ...(piece.usage.firstMs !== undefined && { firstMs: piece.usage.firstMs }),
      cost: money(piece.usage.cost, locale),
    }),
    ...(piece.changed && { changed: changesOf(piece.changed, loop) }),
  }),
  failure: (piece, reading) => failureItem(piece, reading),
  notice: (piece, { locale }) => ({
    kind: "notice",
    ...place(piece),
    level: piece.level,
    text: agentOutcomes(locale).notice(piece.code, piece.text),
  }),
  proposal: (piece, { locale }) => {
    const text = proposalSentence(piece.event, locale)
    return { kind: "notice", ...place(piece), level: "info", text }
  },
  mode: (piece, { locale }) => ({
    kind: "notice",
    ...place(piece),
    level: "info",
    text: agentOutcomes(locale).modeChanged(piece.by, piece.mode),
  }),
  network: (piece, { locale }) => ({
    kind: "notice",
    ...place(piece),
    level: "info",
    text: agentOutcomes(locale)[piece.allowed ? "hostAllowed" : "hostForgotten"](piece.by, piece.host),
  }),
  strictness: (piece, { locale }) => ({
    kind: "notice",
    ...place(piece),
    level: "info",
    text: strictnessWords(locale).changed(piece.by, piece.hardening, piece.network),
  }),
  refused: (piece, { loop, drives, mayAllowHosts = false, formToken }) => ({
    kind: "refused",
    ...place(piece),
    loop,
    places: piece.refused.places.map(({ why, ...asked }) => ({
      ...{ text: destinationText(asked), entry: entryFor(asked), inside: why === "address" },
      ...{ program: asked.program, times: asked.times },
    })),
    more: piece.refused.more,
    may: reachOf(drives, mayAllowHosts),
    ...(formToken !== undefined && { formToken }),
  }),
  shell: (piece, reading) => shellItem(piece.ran, piece.id, reading),
  divider: (piece, { locale }) => ({ kind: "divider", ...place(piece), text: agentOutcomes(locale)[piece.what] }),
  gone: () => undefined,
}

function reachOf(drives: boolean, mayAllow: boolean): "allow" | "ask" | "read" {
  if (!drives) return "read"
  return mayAllow ? "allow" : "ask"
}

const changesOf = ({ of, files, added, removed }: EventOf<"turn-changed">, loop: LoopId) => ({
  url: urls.loopChanges(loop, { turn: of }),
  files,
  added,
  removed,
})

const wholeOf = ({ sha256, bytes }: Kept, loop: LoopId) => ({
  bytes,
  ...(sha256 !== "" && { url: urls.loopBlob(loop, sha256) }),
})

function failureItem(piece: Of<"failure">, { loop, locale, drives, formToken }: Reading): FailureItem {
  const { passed, failed } = piece
  const { reason, sentence, detail, action, refused } = failed
  const byGateway = Refused.safeParse(refused)
  const kind = passed ? undefined : actions[action ?? ""]
  return {
    kind: "failure",
    ...place(piece),
    sentence: byGateway.success
      ? failureSentence(byGateway.data, locale)
      : agentOutcomes(locale).failure(reason, sentence),
    ...((byGateway.success || unsaid.has(reason)) && { kept: agentOutcomes(locale).nothingLost }),
    ...(detail !== undefined && { detail }),
    ...(piece.changed && { changed: changesOf(piece.changed, loop) }),
    ...(passed && { passed }),
    ...(drives && kind && { action: { kind, loop, formToken, settings: isForSettings(kind, byGateway.data) } }),
  }
}

const failureKinds = new Set<string>([
  "no-provider",
  "key-refused",
  "model",
  "limit",
  "credit",
  "overloaded",
  "broken",
  "request",
  "network",
  "tls",
  "silent",
  "address",
] satisfies GatewayFailure["kind"][])

/** Stored by this program; one that a later version wrote may be of another kind. */
const Refused = z.custom<GatewayFailure>(
  (value) => typeof value === "object" && value !== null && failureKinds.has(String(Reflect.get(value, "kind"))),
)

/** Providers mend these by themselves; the rest is mended, or gone around, in their settings. */
const passing = new Set<GatewayFailure["kind"]>(["overloaded", "broken", "silent"])

/** Told by a model's status alone: the sentence is about the provider and leaves the message out. */
const unsaid = new Set(["model-key", "model-model", "model-limit", "model-credit", "model-request"])

const isForSettings = (action: string, refused: GatewayFailure | undefined): boolean =>
  action === "settings" || (refused !== undefined && !passing.has(refused.kind))

const actions: Record<string, NonNullable<FailureItem["action"]>["kind"]> = {
  retry: "retry",
  continue: "continue",
  settings: "settings",
  image: "retry",
}

const Question = z.looseObject({
  question: z.string(),
  header: z.string().catch(""),
  multiSelect: z.boolean().catch(false),
  options: z.array(z.looseObject({ label: z.string(), description: z.string().optional().catch(undefined) })).catch([]),
})

/** The questions of an ask; what does not look like one is left out. */
export const questionsOf = (asked: EventOf<"asked">): z.infer<typeof Question>[] =>
  (asked.questions ?? []).flatMap((question) => Question.safeParse(question).data ?? [])

const Input = z.record(z.string(), z.unknown()).catch({})

function askItem(piece: Of<"ask">, reading: Reading): ConversationItem {
  const { asked } = piece
  const { loop, drives, formToken } = reading
  const card = {
    ...place(piece),
    loop,
    ask: asked.ask,
    mayAnswer: drives,
    at: Date.parse(asked.at),
    ...(formToken !== undefined && { formToken }),
  }
  const input = Input.parse(asked.input)
  if (asked.what === "question") {
    const questions = questionsOf(asked).map(({ header, question, multiSelect, options }) => ({
      header,
      question,
      multi: multiSelect,
      options: options.map(({ label, description }) => ({ label, ...(description !== undefined && { description }) })),
    }))
    return { kind: "question", ...card, questions }
  }
  if (asked.what === "plan") {
    const plan = typeof input.plan === "string" ? input.plan : ""
    return { kind: "plan", ...card, plan: reading.markdown(plan) }
  }
  const tool = asked.tool ?? ""
  return {
    kind: "permission",
    ...card,
    tool,
    body: toolBody({ tool, input }, loop),
    editable: tool === "Bash",
    ...(asked.reason !== undefined && { reason: asked.reason }),
    ...(asked.rule !== undefined && { rule: asked.rule }),
  }
}

const known = ["question", "permission", "plan"] as const

function answeredItem(piece: Of<"ask">, answered: EventOf<"answered">): ConversationItem {
  return {
    kind: "answered",
    ...place(piece),
    what: known.find((what) => what === piece.asked.what) ?? "other",
    by: answered.by,
    decision: decisionOf(answered.decision),
    lines: answeredLines(piece.asked, answered),
  }
}

const decisions = ["allow", "always", "deny", "answer", "withdrawn"] as const
const decisionOf = (text: string) => decisions.find((decision) => decision === text) ?? "withdrawn"

function answeredLines(asked: EventOf<"asked">, answered: EventOf<"answered">): { label?: string; text: string }[] {
  const note = answered.note === undefined ? [] : [{ text: answered.note }]
  if (asked.what === "question") {
    const answers = answered.answers ?? {}
    return [
      ...questionsOf(asked).map(({ question }) => ({ label: question, text: String(answers[question] ?? "–") })),
      ...note,
    ]
  }
  const input = Input.parse(asked.input)
  const command = answered.answers?.command ?? input.command ?? input.file_path ?? input.url
  const label = asked.tool ?? asked.what
  if (asked.what === "plan") return note
  const rule = answered.rule === undefined ? [] : [{ text: answered.rule }]
  return [{ label, text: typeof command === "string" ? command : JSON.stringify(input) }, ...rule, ...note]
}
