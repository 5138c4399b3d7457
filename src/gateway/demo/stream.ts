import type { Clock } from "../../platform/clock.ts"
import { type Answer, type AnswerBlock, blocksIn, type Piece } from "./message.ts"
import { errorType } from "./parts.ts"

/** One event of the stream, sent `afterMs` after the one before. */
interface Frame {
  event: string
  payload: object
  afterMs: number
}

interface Pace {
  clock: Clock
  /** Between two pieces of text. */
  paceMs: number
  /** The reader is gone, or no longer wants it. */
  signal: AbortSignal
}

/** The answer as server-sent events in the API's order, at a reader's pace and no faster than ours. */
export function streamAnswer(answer: Answer, { clock, paceMs, signal }: Pace): ReadableStream<Uint8Array> {
  const frames = framesOf(answer, paceMs)
  const encoder = new TextEncoder()
  const cancelled = new AbortController()
  const gone = AbortSignal.any([signal, cancelled.signal])
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value: frame, done } = frames.next()
      if (done) return controller.close()
      const goes = await pause(clock, frame.afterMs, gone)
      if (!goes) return controller.error(gone.reason)
      const { event, payload } = frame
      controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify({ type: event, ...payload })}\n\n`))
    },
    cancel() {
      cancelled.abort()
    },
  })
}

/** True after the time, false when the reader left. Nothing is left waiting in either case. */
function pause(clock: Clock, ms: number, gone: AbortSignal): Promise<boolean> {
  if (gone.aborted) return Promise.resolve(false)
  if (ms === 0) return Promise.resolve(true)
  return new Promise((resolve) => {
    const end = (goes: boolean) => {
      cancelTimer()
      gone.removeEventListener("abort", leave)
      resolve(goes)
    }
    const leave = () => end(false)
    const cancelTimer = clock.after(ms, () => end(true))
    gone.addEventListener("abort", leave)
  })
}

function* framesOf(answer: Answer, paceMs: number): Generator<Frame> {
  const { id, model, pieces, stop, usage } = answer
  const begun = { stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } }
  yield at(0, "message_start", { message: { id, type: "message", role: "assistant", model, content: [], ...begun } })
  yield at(0, "ping", {})
  for (const [index, piece] of pieces.entries()) {
    if (piece.kind === "break") return
    if (piece.kind === "refusal") return yield at(paceMs, "error", { error: errorOf(piece.status) })
    const broken = pieces[index + 1]?.kind === "break"
    yield* blockFrames({ everyMs: paceMs, ...piece, index, broken })
  }
  yield at(0, "message_delta", { delta: { stop_reason: stop, stop_sequence: null }, usage })
  yield at(0, "message_stop", {})
}

type BlockPiece = Extract<Piece, { kind: "block" }> & { index: number; everyMs: number; broken: boolean }

function* blockFrames({ index, block, pieces, everyMs, broken }: BlockPiece): Generator<Frame> {
  yield at(0, "content_block_start", { index, content_block: emptied(block) })
  for (const text of pieces) yield at(everyMs, "content_block_delta", { index, delta: delta(block, text) })
  if (broken) return
  if (block.type === "thinking") {
    yield at(0, "content_block_delta", { index, delta: { type: "signature_delta", signature: block.signature } })
  }
  yield at(0, "content_block_stop", { index })
}

const at = (afterMs: number, event: string, payload: object): Frame => ({ event, payload, afterMs })

function emptied(block: AnswerBlock): object {
  switch (block.type) {
    case "thinking":
      return { type: "thinking", thinking: "", signature: "" }
    case "text":
      return { type: "text", text: "" }
    case "tool_use":
      return { ...block, input: {} }
  }
}

function delta({ type }: AnswerBlock, text: string): object {
  switch (type) {
    case "thinking":
      return { type: "thinking_delta", thinking: text }
    case "text":
      return { type: "text_delta", text }
    case "tool_use":
      return { type: "input_json_delta", partial_json: text }
  }
}

/** The same answer for a request that wants it in one piece. */
export function wholeAnswer({ id, model, pieces, stop, usage }: Answer): object {
  const content = blocksIn(pieces)
  return { id, type: "message", role: "assistant", model, content, stop_reason: stop, stop_sequence: null, usage }
}

export const errorOf = (status: number): { type: string; message: string } => ({
  type: errorType(status),
  message: `The demo script answers with status ${status}, because it was asked to.`,
})
