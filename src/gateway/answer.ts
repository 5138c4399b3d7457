import type { Clock } from "../platform/clock.ts"
import { messageMeter, streamMeter, type UsageMeter } from "./usage-meter.ts"

/** Answers of providers may set these and no others. */
const passedBack = ["content-type", "content-encoding", "cache-control", "request-id", "retry-after", "x-should-retry"]

export function answerHeaders(upstream: Headers): Headers {
  const headers = new Headers()
  for (const [name, value] of upstream) {
    if (name.startsWith("anthropic-") || passedBack.includes(name)) headers.set(name, value)
  }
  return headers
}

export interface Passing {
  upstream: Response
  clock: Clock
  /** Milliseconds without a byte after which the stream is given up. */
  silenceMs: number
  /** Ends the connection to the provider. */
  abort(why: string): void
  /** Called once, when the answer is over in whatever way, before its last bytes are passed on. */
  over(end: { meter: UsageMeter; how: "complete" | "cut" | "silent" | "left"; error?: unknown }): Promise<void>
  firstByte(): void
}

/** The provider's answer, byte for byte as it comes: read only when the agent reads, watched for silence, counted. */
export function passOn(passing: Passing): Response {
  const { upstream } = passing
  const isStream = (upstream.headers.get("content-type") ?? "").includes("text/event-stream")
  const body = upstream.body ? watched(upstream.body, isStream ? streamMeter() : messageMeter(), passing) : null
  return new Response(body, { status: upstream.status, headers: answerHeaders(upstream.headers) })
}

function watched(body: ReadableStream<Uint8Array>, meter: UsageMeter, passing: Passing): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let ended = false
  const end = async (how: "complete" | "cut" | "silent" | "left", error?: unknown) => {
    if (ended) return
    ended = true
    await passing.over({ meter, how, error })
  }
  const watch = createWatch(passing)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        watch.wait()
        const { done, value } = await reader.read().catch(async (error: unknown) => {
          watch.stop()
          await end(watch.silent ? "silent" : "cut", error)
          throw error
        })
        watch.rest()
        if (done) {
          watch.stop()
          await end("complete")
          return controller.close()
        }
        passing.firstByte()
        meter.feed(value)
        // The turn is reported done once these bytes arrive: the ledger must have its line before.
        if (meter.complete) await end("complete")
        controller.enqueue(value)
      },
      async cancel() {
        watch.stop()
        passing.abort("left")
        await end("left")
      },
    },
    { highWaterMark: 0 },
  )
}

/** The time of silence is looked at in parts, one after the other. */
const parts = 8

/**
 * Gives up a provider that is waited for and says nothing: when the last part of the time is over, and at most one
 * part early. One timer serves all pieces of a stream, of which there may be thousands in a second.
 */
function createWatch({ clock, silenceMs, abort }: Passing) {
  let waiting = false
  let silent = false
  let quietParts = 0
  let stopTimer: (() => void) | undefined
  const arm = () => (stopTimer = clock.after(silenceMs / parts, look))
  const look = () => {
    stopTimer = undefined
    if (!waiting) return
    if (++quietParts < parts) return void arm()
    silent = true
    abort("silent")
  }
  return {
    get silent() {
      return silent
    },
    wait() {
      waiting = true
      quietParts = 0
      if (!stopTimer) arm()
    },
    rest: () => void (waiting = false),
    stop() {
      waiting = false
      stopTimer?.()
    },
  }
}
