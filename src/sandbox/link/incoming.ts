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

/** Bytes that came over a wire, as a stream that slows the wire down when nobody reads it. */
export class Incoming {
  readonly stream: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #pace: Pace | undefined

  constructor() {
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => this.#pace?.set(this, false),
        cancel: () => this.#leave(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: buffered }),
    )
  }

  paceBy(pace: Pace): void {
    this.#pace = pace
  }

  push(bytes: Uint8Array): void {
    this.#controller?.enqueue(bytes)
    if ((this.#controller?.desiredSize ?? 1) <= 0) this.#pace?.set(this, true)
  }

  /** No more will come; what is queued can still be read. */
  end(): void {
    this.#controller?.close()
    this.#leave()
  }

  #leave(): void {
    this.#controller = undefined
    this.#pace?.set(this, false)
  }
}
