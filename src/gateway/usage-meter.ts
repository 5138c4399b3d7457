import { z } from "zod"
import { Gathered } from "../lib/gathered.ts"

/** Tokens by kind, as the Messages API counts them. */
export interface Tokens {
  input: number
  output: number
  cacheRead: number
  cacheWrite5m: number
  cacheWrite1h: number
}

/** Reads usage off an answer while it passes. Never changes a byte of it. */
export interface UsageMeter {
  feed(bytes: Uint8Array): void
  /** Nothing follows that is counted: the stream said it is over. */
  readonly complete: boolean
  /** What was counted so far; after a cut stream that is what the provider will charge at least. */
  tokens(): Tokens
}

const count = z.number().int().nonnegative().nullish()
const UsageFields = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  cache_creation: z.object({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }).nullish(),
})
type UsageFields = z.infer<typeof UsageFields>
const StreamEvent = z.object({
  type: z.string(),
  message: z.object({ usage: UsageFields.nullish() }).nullish(),
  usage: UsageFields.nullish(),
})
const WholeMessage = z.object({ usage: UsageFields })

const none: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }
const longestLine = 1 << 20
const longestMessage = 4 << 20

/**
 * For `text/event-stream`: `message_start` has the first counts, each `message_delta` newer ones. All other lines pass
 * as bytes that are searched and neither decoded nor kept.
 */
export function streamMeter(): UsageMeter {
  /** The beginning of a line whose end has not come yet. */
  const open = new Gathered(1 << 10)
  let isTooLong = false
  let tokens = none
  let complete = false

  function line(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes)
    if (!/^data:.*"(message_start|message_delta|message_stop)"/.test(text)) return
    const event = StreamEvent.safeParse(parseJson(text.slice(5)))
    if (!event.success) return
    tokens = newer(tokens, event.data.message?.usage ?? event.data.usage)
    complete ||= event.data.type === "message_stop"
  }

  function keep(bytes: Uint8Array): void {
    isTooLong ||= open.size + bytes.length > longestLine
    if (isTooLong) open.take()
    else if (bytes.length > 0) open.push(bytes)
  }

  /** Of whole lines, those that may count. */
  function search(lines: Buffer): void {
    for (let at = lines.indexOf(mark); at >= 0;) {
      const end = lines.indexOf(newline, at)
      line(lines.subarray(lines.lastIndexOf(newline, at) + 1, end))
      at = lines.indexOf(mark, end)
    }
  }

  return {
    feed(bytes) {
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const first = piece.indexOf(newline)
      if (first < 0) return keep(piece)
      keep(piece.subarray(0, first))
      if (!isTooLong) line(open.take())
      isTooLong = false
      const last = piece.lastIndexOf(newline)
      search(piece.subarray(first + 1, last + 1))
      keep(piece.subarray(last + 1))
    },
    get complete() {
      return complete
    },
    tokens: () => tokens,
  }
}

const newline = 10
/** Stands in every line that counts. */
const mark = Buffer.from('"message_')

/** For an answer in one piece. */
export function messageMeter(): UsageMeter {
  const decoder = new TextDecoder()
  let text = ""
  return {
    feed(bytes) {
      if (text.length <= longestMessage) text += decoder.decode(bytes, { stream: true })
    },
    complete: false,
    tokens() {
      const whole = WholeMessage.safeParse(parseJson(text))
      return whole.success ? newer(none, whole.data.usage) : none
    },
  }
}

/** Counts are totals so far; one that is left out keeps its value. */
function newer(before: Tokens, usage: UsageFields | null | undefined): Tokens {
  if (!usage) return before
  const long = usage.cache_creation?.ephemeral_1h_input_tokens
  const written = usage.cache_creation_input_tokens
  const short =
    usage.cache_creation?.ephemeral_5m_input_tokens ?? (typeof written === "number" ? written - (long ?? 0) : undefined)
  return {
    input: usage.input_tokens ?? before.input,
    output: usage.output_tokens ?? before.output,
    cacheRead: usage.cache_read_input_tokens ?? before.cacheRead,
    cacheWrite5m: short === undefined ? before.cacheWrite5m : Math.max(0, short),
    cacheWrite1h: long ?? before.cacheWrite1h,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
