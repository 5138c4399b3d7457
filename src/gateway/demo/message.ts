import type { NewId } from "../../lib/ids.ts"
import type { Part } from "./parts.ts"
import { type MessagesRequest, plainText } from "./request.ts"

/** A block of the answer, whole, and the pieces that it is streamed in. */
export type Piece =
  | { kind: "block"; block: AnswerBlock; pieces: string[]; everyMs?: number }
  | { kind: "break" }
  | { kind: "refusal"; status: number }

export type AnswerBlock =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> }

/** Whatever other models sign is not readable here either: it only says who made it. */
export const signature = Buffer.from("loopat demo").toString("base64")

export interface Answer {
  id: string
  model: string
  pieces: Piece[]
  stop: "end_turn" | "tool_use" | "max_tokens"
  usage: Usage
}

export interface Usage {
  input_tokens: number
  cache_creation_input_tokens: number
  cache_read_input_tokens: number
  output_tokens: number
  service_tier: "standard"
}

export function composeAnswer(request: MessagesRequest, parts: Part[], ids: NewId): Answer {
  const { kept, cut } = withinTokens(parts, request.max_tokens)
  const pieces = kept.map((part) => pieceOf(part, ids))
  const blocks = blocksIn(pieces)
  return {
    id: `msg_${ids.hex(12)}`,
    model: request.model,
    pieces,
    stop: cut ? "max_tokens" : reasonToStop(blocks),
    usage: {
      input_tokens: tokens(request.messages),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: request.system ? tokens([plainText(request.system), request.tools]) : 0,
      output_tokens: tokens(blocks),
      service_tier: "standard",
    },
  }
}

const reasonToStop = (blocks: AnswerBlock[]) =>
  blocks.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn"

export const blocksIn = (pieces: Piece[]): AnswerBlock[] =>
  pieces.flatMap((piece) => (piece.kind === "block" ? [piece.block] : []))

/** Four characters count as one token; the bytes of pictures are left out. */
export const tokens = (value: unknown): number => {
  const text = JSON.stringify(value, (key, inner: unknown) => (key === "data" ? "" : inner)) ?? ""
  return Math.max(1, Math.ceil(text.length / 4))
}

/** A request may allow fewer tokens than the script has: the first test of a provider allows one. */
function withinTokens(parts: Part[], limit: number): { kept: Part[]; cut: boolean } {
  let left = limit * 4
  const kept: Part[] = []
  for (const part of parts) {
    if (part.kind !== "text") {
      kept.push(part)
      continue
    }
    const characters = [...part.text]
    kept.push({ kind: "text", text: characters.slice(0, left).join("") })
    left -= characters.length
    if (left < 0) return { kept, cut: true }
  }
  return { kept, cut: false }
}

function pieceOf(part: Part, ids: NewId): Piece {
  switch (part.kind) {
    case "thinking":
      return { kind: "block", block: { type: "thinking", thinking: part.text, signature }, pieces: split(part.text) }
    case "text":
      return { kind: "block", block: { type: "text", text: part.text }, pieces: split(part.text) }
    case "slow": {
      const text = part.pieces.join("")
      return { kind: "block", block: { type: "text", text }, pieces: part.pieces, everyMs: part.everyMs }
    }
    case "tool": {
      const { name, input } = part
      const block: AnswerBlock = { type: "tool_use", id: `toolu_${ids.hex(12)}`, name, input }
      return { kind: "block", block, pieces: split(JSON.stringify(input)) }
    }
    case "break":
    case "refusal":
      return part
  }
}

/** Pieces as large as a few tokens: some Latin words, or some Chinese characters. */
const split = (text: string): string[] => text.match(/[^\p{Script=Han}]{1,20}|\p{Script=Han}{1,6}/gu) ?? []
