import { Gathered } from "../../lib/gathered.ts"
import type { Wire } from "./wire.ts"

/** One wire may feed several streams; it is paused while any of them is full. */
export class Pace {
  #full = new Set<object>()

  constructor(readonly wire: Wire) {}

  set(stream: object, full: boolean): void {
    const before = this.#full.size
    if (full) this.#full.add(stream)
    else this.#full.delete(stream)
    if (before === 0 && this.#full.size > 0) this.wire.pause()
    if (before > 0 && this.#full.size === 0) this.wire.resume()
  }
}

const buffered = 256 << 10
/** Shorter pieces that arrive together become one; what a piece costs besides its bytes counts as well. */
const small = 4 << 10
const pieceCost = 512

/**
 * Bytes that came over a wire, as a stream that slows the wire down when nobody reads it. However small the frames are
 * that they came in, what waits here is bounded.
 */
export class Incoming {
  readonly stream: ReadableStream<Uint8Array>
  readonly #left = new AbortController()
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #pace: Pace | undefined
  #gathered = new Gathered(2 * small)

  constructor() {
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => this.#pace?.set(this, false),
        cancel: () => {
          this.#leave()
          this.#left.abort()
        },
      },
      { highWaterMark: buffered, size: (piece) => (piece?.length ?? 0) + pieceCost },
    )
  }

  /** Aborts when its reader does not want the rest. */
  get left(): AbortSignal {
    return this.#left.signal
  }

  paceBy(pace: Pace): void {
    this.#pace = pace
  }

  push(bytes: Uint8Array): void {
    if (!this.#controller || bytes.length === 0) return
    if (bytes.length >= small) {
      this.#pass()
      return this.#enqueue(bytes)
    }
    // Passed on when everything that arrived with it has been looked at.
    if (this.#gathered.size === 0) queueMicrotask(() => this.#pass())
    this.#gathered.push(bytes)
    if (this.#gathered.size >= small) this.#pass()
  }

  #pass(): void {
    if (this.#gathered.size > 0) this.#enqueue(this.#gathered.take())
  }

  #enqueue(bytes: Uint8Array): void {
    this.#controller?.enqueue(bytes)
    if ((this.#controller?.desiredSize ?? 1) <= 0) this.#pace?.set(this, true)
  }

  /** No more will come; what is queued can still be read. */
  end(): void {
    this.#pass()
    this.#controller?.close()
    this.#leave()
  }

  /** What is missing will not come. After the end this is nothing. */
  fail(error: Error): void {
    this.#gathered.take()
    this.#controller?.error(error)
    this.#leave()
  }

  #leave(): void {
    this.#controller = undefined
    this.#pace?.set(this, false)
  }
}
