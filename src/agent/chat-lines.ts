import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import { strictnessWords } from "../lib/i18n/strictness.ts"
import type { LoopId } from "../lib/ids.ts"
import type { EventOf, TranscriptEvent } from "../loops/index.ts"
import { headlineOf } from "./activity.ts"
import { type Fold, type Piece, piecesOf } from "./fold.ts"
import { questionsOf } from "./present.ts"

/** One line of `chat_history.jsonl` (format description B3): what a person saw, without the machinery. */
export interface ChatLine {
  /** The transcript's line that it comes from. */
  seq: number
  at: string
  /** A person's name, `agent` or `loopat`. */
  by: string
  text: string
  /** What the agent did after it had said this, such as "Edit src/a.ts". */
  tools: string[]
  turn: string | null
}

/** What these lines of the transcript showed; they end with the end of a turn. */
export function chatLines(fold: Fold, events: readonly TranscriptEvent[], loop: LoopId): ChatLine[] {
  const bySeq = new Map(events.map((event) => [event.seq, event]))
  const begun = new Map(
    events.flatMap((event) =>
      event.kind === "turn-started" ? event.messages.map((seq) => [seq, event] as const) : [],
    ),
  )
  const end = events.at(-1)
  const lines: ChatLine[] = []
  for (const piece of piecesOf(fold, events)) {
    const event = begun.get(piece.seq) ?? bySeq.get(piece.seq) ?? end
    if (!event) continue
    const at = piece.kind === "message" ? new Date(piece.at).toISOString() : event.at
    const place = { seq: piece.seq, at, turn: event.turn }
    const last = lines.at(-1)
    if (piece.kind !== "tool") lines.push(...said(piece).map((one) => ({ ...place, tools: [], ...one })))
    else if (last?.by === "agent" && last.turn === place.turn) last.tools.push(headline(piece, loop))
    else lines.push({ ...place, by: "agent", text: "", tools: [headline(piece, loop)] })
  }
  return lines
}

function headline(piece: Extract<Piece, { kind: "tool" }>, loop: LoopId): string {
  const what = headlineOf(piece, loop)
  return what === piece.tool ? what : `${piece.tool} ${what}`
}

type Said = Pick<ChatLine, "by" | "text">

const words = agentOutcomes("en")

function said(piece: Exclude<Piece, { kind: "tool" }>): Said[] {
  switch (piece.kind) {
    case "message":
      return piece.waiting ? [] : [{ by: piece.by, text: piece.text }]
    case "shell":
      return [{ by: piece.ran.by, text: `!${piece.ran.command}` }]
    case "text":
      return [{ by: "agent", text: piece.text }]
    case "ask":
      return asked(piece.asked, piece.answered)
    case "network":
      return [{ by: "loopat", text: words[piece.allowed ? "hostAllowed" : "hostForgotten"](piece.by, piece.host) }]
    default:
      return notices(piece)
  }
}

/** What the program itself said. */
function notices(piece: Piece): Said[] {
  switch (piece.kind) {
    case "failure":
      return [{ by: "loopat", text: piece.failed.sentence }]
    case "notice":
      return [{ by: "loopat", text: piece.text }]
    case "refused":
      return [{ by: "loopat", text: refusedText(piece.refused) }]
    case "strictness":
      return [{ by: "loopat", text: strictnessWords("en").changed(piece.by, piece.hardening, piece.network) }]
    case "divider":
      return [{ by: "loopat", text: words[piece.what] }]
    default:
      return []
  }
}

const refusedText = ({ places }: EventOf<"network-refused">) =>
  `The network refused: ${places.map(({ host, port }) => `${host}:${port}`).join(", ")}`

function asked(ask: EventOf<"asked">, answered: EventOf<"answered"> | undefined): Said[] {
  const questions = questionsOf(ask).map(({ question }) => question)
  const text = questions.length > 0 ? questions.join("\n") : `May I use ${ask.tool ?? ask.what}?`
  if (!answered) return [{ by: "agent", text }]
  const answers = Object.values(answered.answers ?? {}).filter((answer) => typeof answer === "string")
  const answer = [answered.decision === "answer" ? undefined : answered.decision, ...answers, answered.note]
  const by = answered.by
  return [
    { by: "agent", text },
    { by, text: answer.filter(Boolean).join(": ") },
  ]
}
