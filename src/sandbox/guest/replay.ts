/** The last bytes of a stream, up to a limit, until somebody says they are safe elsewhere. */
export class Replay {
  #pieces: Uint8Array[] = []
  #size = 0
  #dropped = false

  constructor(readonly limit: number) {}

  /** True when bytes were lost that nobody acknowledged. */
  get overflowed(): boolean {
    return this.#dropped
  }

  get size(): number {
    return this.#size
  }

  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes)
    this.#size += bytes.length
    const excess = this.#size - this.limit
    if (excess <= 0) return
    this.#dropped = true
    this.#drop(excess)
  }

  acknowledge(bytes: number): void {
    this.#drop(Math.min(bytes, this.#size))
  }

  pieces(): readonly Uint8Array[] {
    return this.#pieces
  }

  #drop(bytes: number): void {
    this.#size -= bytes
    let left = bytes
    let whole = 0
    while (left > 0) {
      const first = this.#pieces[whole]
      if (!first) break
      if (first.length > left) {
        this.#pieces[whole] = first.subarray(left)
        break
      }
      left -= first.length
      whole++
    }
    this.#pieces.splice(0, whole)
  }
}
