/** The last bytes of a stream that never ends, each found again by its place in the whole. */
export class Ring {
  #bytes: Uint8Array<ArrayBuffer> | undefined
  #total = 0

  constructor(readonly limit: number) {}

  /** How many bytes there ever were. */
  get total(): number {
    return this.#total
  }

  /** Place of the first byte that is still here. */
  get start(): number {
    return Math.max(0, this.#total - this.limit)
  }

  push(bytes: Uint8Array): void {
    this.#bytes ??= new Uint8Array(this.limit)
    this.#total += bytes.length
    const kept = bytes.subarray(Math.max(0, bytes.length - this.limit))
    const at = (this.#total - kept.length) % this.limit
    const untilEdge = kept.subarray(0, this.limit - at)
    this.#bytes.set(untilEdge, at)
    this.#bytes.set(kept.subarray(untilEdge.length), 0)
  }

  /** A copy of what stands from a place on, at most `most` bytes; less where the buffer's edge is. */
  read(from: number, most: number): Uint8Array {
    if (!this.#bytes || from < this.start) return new Uint8Array(0)
    const at = from % this.limit
    const length = Math.min(most, this.#total - from, this.limit - at)
    return this.#bytes.slice(at, at + Math.max(0, length))
  }
}
