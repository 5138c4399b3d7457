/** The other side said something that is not HTTP/1.1 as we accept it, or stopped in the middle. */
export class BadHttp extends Error {
  override readonly name = "BadHttp"
}

/** It was closed before a byte of an answer had come. */
export class NothingAnswered extends BadHttp {}

const empty = new Uint8Array(0)

/** Bytes of a stream, taken in the portions that a protocol has instead of those in which they came. */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #rest: Uint8Array = empty

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader()
  }

  /** At least one byte and at most `most`; undefined at the end. */
  async take(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) if (!(await this.#more())) return undefined
    const piece = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(piece.length)
    return piece
  }

  /** Everything up to and including a mark. Throws BadHttp when it does not come within `most` bytes. */
  async past(mark: string, most: number): Promise<Buffer> {
    let from = 0
    for (;;) {
      const seen = Buffer.from(this.#rest.buffer, this.#rest.byteOffset, this.#rest.length)
      const at = seen.indexOf(mark, from, "latin1")
      if (at >= 0 && at + mark.length <= most) {
        this.#rest = this.#rest.subarray(at + mark.length)
        return seen.subarray(0, at + mark.length)
      }
      if (at >= 0 || seen.length > most) throw new BadHttp(`more than ${most} bytes of head`)
      from = Math.max(0, seen.length - mark.length + 1)
      if (!(await this.#more())) {
        throw seen.length === 0 ? new NothingAnswered("nothing was answered") : new BadHttp("it ended in its head")
      }
    }
  }

  /** What has come and was not taken. */
  leftover(): Uint8Array {
    const rest = this.#rest
    this.#rest = empty
    return rest
  }

  async cancel(): Promise<void> {
    this.#rest = empty
    await this.#reader.cancel()
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#reader.read()
    if (done) return false
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value])
    return true
  }
}
