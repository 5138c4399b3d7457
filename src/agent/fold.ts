import { type EventOf, type TranscriptEvent, WantedStrictness } from "../loops/index.ts"
import { type Block, blocksOf } from "./blocks.ts"
import type { Kept } from "./oversize.ts"

/** One thing in the conversation, before anybody's language or rights. `id` never changes. */
export type Piece = { id: string; seq: number } & (
  | {
      kind: "message"
      by: string
      at: number
      text: string
      clientId: string
      waiting: boolean
      images: EventOf<"user-message">["attachments"]
    }
  | { kind: "text"; text: string }
  | { kind: "thinking"; text: string; ms?: number }
  | ToolPiece
  | { kind: "ask"; asked: EventOf<"asked">; answered?: EventOf<"answered"> }
  | {
      kind: "end"
      outcome: "done" | "interrupted"
      ms?: number
      usage?: NonNullable<EventOf<"turn-finished">["usage"]>
      changed?: EventOf<"turn-changed">
    }
  /** `passed`: another turn has begun since, so there is nothing to try again. */
  | { kind: "failure"; failed: EventOf<"turn-failed">; changed?: EventOf<"turn-changed">; passed?: true }
  /** What a turn changed whose end stands further back. */
  | { kind: "changed"; changed: EventOf<"turn-changed"> }
  | { kind: "notice"; level: "info" | "warning" | "error"; code: string; text: string }
  | { kind: "mode"; by: string; mode: string }
  | { kind: "network"; by: string; host: string; allowed: boolean }
  | ({ kind: "strictness"; by: string } & WantedStrictness)
  | { kind: "refused"; refused: EventOf<"network-refused"> }
  | { kind: "proposal"; event: EventOf<"proposal"> }
  | { kind: "shell"; ran: EventOf<"shell"> }
  | { kind: "divider"; what: "compacted" | "reset" }
  | { kind: "gone" }
)

export interface ToolPiece {
  kind: "tool"
  tool: string
  input: Record<string, unknown>
  state: "pending" | "ok" | "failed"
  result?: string
  ms?: number
  nested: boolean
  at: number
  /** Where all of its input or result lies, when the page has only the beginning. */
  whole?: Kept
}

export type Patch = { op: "append" | "replace"; piece: Piece }

/** What later events may still change. Bounded by what is open, not by the length of the transcript. */
export interface Fold {
  /** Accepted messages that no turn has begun with. */
  waiting: Map<number, EventOf<"user-message">>
  /** Of those, the one that stands in the conversation already, because nothing comes before it. */
  placed: Set<number>
  tools: Map<string, Piece & ToolPiece>
  asks: Map<string, EventOf<"asked">>
  turn?: { id: string; since: number }
  /** The end of the newest turn that has ended: what it changed is known a moment later. */
  ended?: { turn: string; piece: Piece & { kind: "end" | "failure" } }
  /** The message of the newest turn: it may have to wait again. */
  begun?: EventOf<"user-message">
}

export const newFold = (): Fold => ({ waiting: new Map(), placed: new Set(), tools: new Map(), asks: new Map() })

/** Takes one event in and says what it changes for a reader. Events come in order. */
export function foldEvent(fold: Fold, event: TranscriptEvent): Patch[] {
  const at = Date.parse(event.at)
  if (event.turn !== null && fold.turn?.id !== event.turn) fold.turn = { id: event.turn, since: at }
  const react = reactions[event.kind as keyof typeof reactions] as ((fold: Fold, event: never) => Patch[]) | undefined
  return react?.(fold, event as never) ?? []
}

/** The conversation that these events make, in order. */
export function piecesOf(fold: Fold, events: readonly TranscriptEvent[]): Piece[] {
  const pieces = new Map<string, Piece>()
  for (const event of events)
    for (const { op, piece } of foldEvent(fold, event))
      if (op === "append" || pieces.has(piece.id)) pieces.set(piece.id, piece)
  return [...pieces.values()].filter((piece) => piece.kind !== "gone")
}

/** In one message a place that is made cannot be aimed at: what changes it later is made right at once. */
export function collapse(patches: readonly Patch[]): Patch[] {
  const made = new Map<string, number>()
  const collapsed: Patch[] = []
  for (const patch of patches) {
    const at = made.get(patch.piece.id)
    if (patch.op === "replace" && at !== undefined) collapsed[at] = { op: "append", piece: patch.piece }
    else if (patch.op === "append") made.set(patch.piece.id, collapsed.push(patch) - 1)
    else collapsed.push(patch)
  }
  return collapsed.filter(({ op, piece }) => op === "replace" || piece.kind !== "gone")
}

/** Ids come from outside and become part of a page: only plain ones are taken as they are. */
const toolId = (call: string): string =>
  /^[A-Za-z0-9_-]{1,80}$/.test(call) ? `t-${call}` : `t-x${Bun.hash(call).toString(36)}`

const shortestShown = 100

const append = (piece: Piece): Patch[] => [{ op: "append", piece }]
const replace = (piece: Piece): Patch[] => [{ op: "replace", piece }]
const eventId = (seq: number) => `e-${seq}`
const messageId = (seq: number) => `m-${seq}`

const reactions = {
  "user-message"(fold: Fold, event: EventOf<"user-message">): Patch[] {
    const first = fold.waiting.size === 0 && fold.turn === undefined
    fold.waiting.set(event.seq, event)
    if (!first) return []
    fold.placed.add(event.seq)
    return append(messagePiece(event, true))
  },

  "queue-changed"(fold: Fold, event: EventOf<"queue-changed">): Patch[] {
    const message = fold.waiting.get(event.message)
    if (!message) return waitAgain(fold, event)
    if (event.op === "remove") {
      fold.waiting.delete(event.message)
      return fold.placed.delete(event.message)
        ? replace({ kind: "gone", id: messageId(message.seq), seq: message.seq })
        : []
    }
    if (event.op !== "edit" || event.text === undefined) return []
    const edited = { ...message, text: event.text }
    fold.waiting.set(event.message, edited)
    return fold.placed.has(event.message) ? replace(messagePiece(edited, true)) : []
  },

  "turn-started"(fold: Fold, event: EventOf<"turn-started">): Patch[] {
    const begun = event.messages.flatMap((seq) => {
      const message = fold.waiting.get(seq)
      if (!message) return []
      fold.waiting.delete(seq)
      fold.begun = message
      const piece = messagePiece(message, false)
      return fold.placed.delete(seq) ? replace(piece) : append(piece)
    })
    return [...passFailure(fold), ...begun]
  },

  "turn-finished"(fold: Fold, event: EventOf<"turn-finished">): Patch[] {
    const ms = event.usage?.ms ?? (fold.turn && Date.parse(event.at) - fold.turn.since)
    const { outcome, usage } = event
    const took = { ...(ms !== undefined && { ms }), ...(usage && { usage }) }
    return [...closeTurn(fold), ...endPatch(fold, event, { kind: "end", ...placeAt(event), outcome, ...took })]
  },

  "turn-failed"(fold: Fold, event: EventOf<"turn-failed">): Patch[] {
    const before = [...passFailure(fold), ...closeTurn(fold)]
    return [...before, ...endPatch(fold, event, { kind: "failure", ...placeAt(event), failed: event })]
  },

  "turn-changed"({ ended }: Fold, event: EventOf<"turn-changed">): Patch[] {
    if (ended?.turn === event.of) {
      ended.piece = { ...ended.piece, changed: event }
      return replace(ended.piece)
    }
    return append({ kind: "changed", ...placeAt(event), changed: event })
  },

  agent(fold: Fold, event: EventOf<"agent">): Patch[] {
    const { parent, blocks } = blocksOf(event.message, event.blobs)
    return blocks.flatMap((block, index) => blockPatches(fold, event, { block, index, nested: parent !== undefined }))
  },

  asked(fold: Fold, event: EventOf<"asked">): Patch[] {
    fold.asks.set(event.ask, event)
    return append({ kind: "ask", id: event.ask, seq: event.seq, asked: event })
  },

  answered(fold: Fold, event: EventOf<"answered">): Patch[] {
    const asked = fold.asks.get(event.ask)
    if (!asked) return []
    fold.asks.delete(event.ask)
    return replace({ kind: "ask", id: event.ask, seq: asked.seq, asked, answered: event })
  },

  set(_: Fold, { seq, what, to, by }: EventOf<"set">): Patch[] {
    const place = { id: eventId(seq), seq, by }
    if (what === "mode" && typeof to === "string") return append({ kind: "mode", ...place, mode: to })
    const strictness = what === "strictness" ? WantedStrictness.safeParse(to) : undefined
    if (strictness?.success) return append({ kind: "strictness", ...place, ...strictness.data })
    const change = what === "network" && typeof to === "object" && to !== null ? Object.entries(to)[0] : undefined
    return change ? append({ kind: "network", ...place, host: String(change[1]), allowed: change[0] === "allow" }) : []
  },

  shell: (_: Fold, ran: EventOf<"shell">): Patch[] => append({ kind: "shell", ...placeAt(ran), ran }),

  "network-refused": (_: Fold, event: EventOf<"network-refused">): Patch[] =>
    append({ kind: "refused", ...placeAt(event), refused: event }),

  proposal: (_: Fold, event: EventOf<"proposal">): Patch[] => append({ kind: "proposal", ...placeAt(event), event }),

  notice: (_: Fold, event: EventOf<"notice">): Patch[] =>
    append({ kind: "notice", ...placeAt(event), level: event.level, code: event.code, text: event.text }),
}

const placeAt = ({ seq }: TranscriptEvent) => ({ id: eventId(seq), seq })

function endPatch(fold: Fold, { turn }: TranscriptEvent, piece: Piece & { kind: "end" | "failure" }): Patch[] {
  if (turn !== null) fold.ended = { turn, piece }
  return append(piece)
}

function passFailure({ ended }: Fold): Patch[] {
  if (ended?.piece.kind !== "failure" || ended.piece.passed) return []
  ended.piece = { ...ended.piece, passed: true }
  return replace(ended.piece)
}

const messagePiece = (event: EventOf<"user-message">, waiting: boolean): Piece => ({
  kind: "message",
  id: messageId(event.seq),
  seq: event.seq,
  by: event.by,
  at: Date.parse(event.at),
  text: event.text,
  clientId: event.clientId,
  waiting,
  images: event.attachments,
})

/** Sent again after a failure: it stands where it stood. */
function waitAgain(fold: Fold, { op, message }: EventOf<"queue-changed">): Patch[] {
  const { begun } = fold
  if (op !== "now" || begun?.seq !== message || fold.turn) return []
  fold.waiting.set(message, begun)
  fold.placed.add(message)
  return replace(messagePiece(begun, true))
}

/** Tools that never got a result will get none any more. */
function closeTurn(fold: Fold): Patch[] {
  const open = [...fold.tools.values()]
  fold.tools.clear()
  delete fold.turn
  return open.flatMap((piece) => replace({ ...piece, state: "failed" }))
}

/** Their cards say everything. */
const shownAsAsk = new Set(["AskUserQuestion", "ExitPlanMode"])

function blockPatches(
  fold: Fold,
  event: EventOf<"agent">,
  { block, index, nested }: { block: Block; index: number; nested: boolean },
): Patch[] {
  const { seq } = event
  const place = { id: index === 0 ? eventId(seq) : `${eventId(seq)}-${index}`, seq }
  switch (block.kind) {
    case "text":
    case "thinking":
      return nested ? [] : append({ ...block, ...place })
    case "call": {
      if (shownAsAsk.has(block.tool)) return []
      const { tool, input } = block
      const piece = {
        kind: "tool",
        id: toolId(block.id),
        seq,
        tool,
        input,
        state: "pending",
        nested,
        at: Date.parse(event.at),
        ...(block.whole && { whole: block.whole }),
      } as const
      fold.tools.set(piece.id, piece)
      return append(piece)
    }
    case "result":
      return resultPatch(fold, block, Date.parse(event.at))
    case "boundary":
      return append({ kind: "divider", what: block.what, ...place })
    case "task-ended":
      return append({ kind: "notice", level: "info", code: "task-ended", text: block.summary, ...place })
  }
}

function resultPatch(fold: Fold, block: Extract<Block, { kind: "result" }>, at: number): Patch[] {
  const tool = fold.tools.get(toolId(block.call))
  if (!tool) return []
  fold.tools.delete(tool.id)
  const ms = at - tool.at
  // Lines that were written together have one time: how long something so short took is not known.
  const took = ms >= shortestShown ? { ms } : {}
  const whole = block.whole ? { whole: block.whole } : {}
  return replace({ ...tool, state: block.failed ? "failed" : "ok", result: block.text, ...took, ...whole })
}
