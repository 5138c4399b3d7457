import type { Clock } from "../clock.ts"

/** One viewer's open stream. Frames leave in order; a viewer that falls too far behind is cut and resumes by id. */
export interface Viewer {
  /** Sends one unnamed event. `id`, one line, becomes the Last-Event-ID of a later reconnect. */
  send(html: string, id?: number | string): void
  /** Sends a frame that was encoded once for many viewers. */
  pass(frame: Uint8Array): void
  /** Resolves when the reader has taken almost all that was sent, or has gone: for whoever has much to send. */
  drained(): Promise<void>
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
  counts?: StreamCounts
}

/** Of all streams since the beginning; `open` is now. */
export interface StreamCounts {
  open: number
  frames: number
  bytes: number
  /** Readers that were cut because they were too far behind. */
  cut: number
}

export const noStreams = (): StreamCounts => ({ open: 0, frames: 0, bytes: 0, cut: 0 })

const encoder = new TextEncoder()
/** What may wait for a reader while more is sent to it in a row. */
const lowWater = 64 * 1024

/**
 * Answers with a server-sent event stream (WHATWG HTML, section 9.2) and hands its viewer to `open`.
 * The caller must switch off the server's idle time-out for the request.
 */
export function eventStream(open: (viewer: Viewer) => void, options: StreamOptions): Response {
  let outlet: Outlet | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        outlet = createOutlet(controller, options)
        open(outlet.viewer)
      },
      pull: () => outlet?.taken(),
      cancel: () => outlet?.left(),
    },
    { highWaterMark: 0, size: (piece) => piece?.byteLength ?? 0 },
  )
  return new Response(body, { headers: streamHeaders })
}

/** Headers of every stream, and all that somebody gets who asks for the headers alone. */
export const streamHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
}

/** Our end of an open stream. */
interface Outlet {
  viewer: Viewer
  /** The reader wants more than there is. */
  taken(): void
  /** The reader is gone. */
  left(): void
}

function createOutlet(
  controller: ReadableStreamDefaultController<Uint8Array>,
  { clock, retryMs = 1_000, heartbeatMs = 8_000, maxBuffered = 1 << 20, counts = noStreams() }: StreamOptions,
): Outlet {
  const ended = new AbortController()
  let waiting: (() => void)[] = []
  counts.open++
  let stopBeat = clock.after(heartbeatMs, beat)
  pass(encoder.encode(`retry: ${retryMs}\n: open\n\n`))

  function beat(): void {
    pass(encoder.encode(": beat\n\n"))
    if (!ended.signal.aborted) stopBeat = clock.after(heartbeatMs, beat)
  }

  /** Bytes that wait for the reader. */
  function unsent(): number {
    return -(controller.desiredSize ?? 0)
  }

  function pass(bytes: Uint8Array): void {
    if (ended.signal.aborted) return
    if (unsent() > maxBuffered) {
      counts.cut++
      return close()
    }
    counts.frames++
    counts.bytes += bytes.byteLength
    controller.enqueue(bytes)
  }

  function close(): void {
    if (ended.signal.aborted) return
    left()
    controller.close()
  }

  function left(): void {
    if (ended.signal.aborted) return
    stopBeat()
    counts.open--
    ended.abort()
    taken()
  }

  function taken(): void {
    const all = waiting
    waiting = []
    for (const go of all) go()
  }

  return {
    viewer: {
      send: (html, id) => pass(encodeFrame(html, id)),
      pass,
      async drained() {
        while (!ended.signal.aborted && unsent() > lowWater) await new Promise<void>((go) => waiting.push(go))
      },
      close,
      ended: ended.signal,
    },
    taken,
    left,
  }
}

export const encodeFrame = (html: string, id?: number | string): Uint8Array => encoder.encode(frame(html, id))

/** A newline inside data would end the frame: every line gets its own `data:` prefix. */
export function frame(html: string, id?: number | string): string {
  const lines = html.includes("\r") ? html.replace(/\r\n?/g, "\n") : html
  return `${id === undefined ? "" : `id: ${id}\n`}data: ${lines.replaceAll("\n", "\ndata: ")}\n\n`
}
