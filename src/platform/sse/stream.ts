import type { Clock } from "../clock.ts"

/** One viewer's open stream. Frames leave in order; a viewer that falls too far behind is cut and resumes by id. */
export interface Viewer {
  /** Sends one unnamed event. `id` becomes the Last-Event-ID of a later reconnect. */
  send(html: string, id?: number): void
  /** Ends the stream from our side. */
  close(): void
  /** Aborts when either side ended the stream. */
  readonly ended: AbortSignal
}

export interface StreamOptions {
  clock: Clock
  /** Milliseconds a reconnecting browser waits. */
  retryMs?: number
  heartbeatMs?: number
  /** Bytes that may wait for a slow reader before it is cut. */
  maxBuffered?: number
}

const encoder = new TextEncoder()

/**
 * Answers with a server-sent event stream (WHATWG HTML, section 9.2) and hands its viewer to `open`.
 * The caller must switch off the server's idle time-out for the request.
 */
export function eventStream(open: (viewer: Viewer) => void, options: StreamOptions): Response {
  const { clock, retryMs = 1_000, heartbeatMs = 8_000, maxBuffered = 4 << 20 } = options
  const ended = new AbortController()
  let stopBeat = () => {}
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          if (ended.signal.aborted) return
          stopBeat()
          ended.abort()
          controller.close()
        }
        const push = (text: string) => {
          if (ended.signal.aborted) return
          if ((controller.desiredSize ?? 0) < -maxBuffered) return end()
          controller.enqueue(encoder.encode(text))
        }
        const beat = () => {
          push(": beat\n\n")
          if (!ended.signal.aborted) stopBeat = clock.after(heartbeatMs, beat)
        }
        push(`retry: ${retryMs}\n: open\n\n`)
        stopBeat = clock.after(heartbeatMs, beat)
        open({ send: (html, id) => push(frame(html, id)), close: end, ended: ended.signal })
      },
      cancel() {
        stopBeat()
        ended.abort()
      },
    },
    { highWaterMark: 0, size: (piece) => piece?.byteLength ?? 0 },
  )
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  })
}

/** A newline inside data would end the frame: every line gets its own `data:` prefix. */
export function frame(html: string, id?: number): string {
  const data = html
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join("")
  return `${id === undefined ? "" : `id: ${id}\n`}${data}\n`
}
