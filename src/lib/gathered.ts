/** Bytes collected piece by piece in memory that grows with their number, not with the number of pieces. */
export class Gathered {
  #bytes = new Uint8Array(0)
  #size = 0

  /** `first`: how much to make room for at once. */
  constructor(readonly first: number = 16 << 10) {}

  get size(): number {
    return this.#size
  }

  push(piece: Uint8Array): void {
    const needed = this.#size + piece.length
    if (needed > this.#bytes.length) {
      // Moved, not copied: of what was too small nothing is left to be collected some time.
      this.#bytes = new Uint8Array(this.#bytes.buffer.transfer(Math.max(needed, this.#bytes.length * 2, this.first)))
    }
    this.#bytes.set(piece, this.#size)
    this.#size = needed
  }

  /** Forgets what came first, down to this many bytes. */
  keepLast(count: number): void {
    if (this.#size <= count) return
    this.#bytes.copyWithin(0, this.#size - count, this.#size)
    this.#size = count
  }

  /** What was collected; nothing is left here. */
  take(): Buffer<ArrayBuffer> {
    const taken = Buffer.from(this.#bytes.buffer, 0, this.#size)
    this.#bytes = new Uint8Array(0)
    this.#size = 0
    return taken
  }
}
