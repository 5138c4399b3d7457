/** One part of a multipart/form-data body (RFC 7578). Its body must be read, or left, before the next part comes. */
export interface Part {
  name: string
  /** Present for files; as it was sent. */
  filename?: string
  body: ReadableStream<Uint8Array>
}

const longestHead = 16 << 10
const mostParts = 10_000

export class NotMultipart extends Error {
  override readonly name = "NotMultipart"
}

const boundaryIn = (contentType: string): string | undefined => {
  const found = /^multipart\/form-data;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  return found?.[1] ?? found?.[2]
}

/** Whether a body of this type can be read as parts. */
export const isMultipart = (contentType: string): boolean => boundaryIn(contentType) !== undefined

/** The parts of a body as they arrive: nothing of a file is held but the piece at hand. Throws NotMultipart. */
export async function* multipartOf(contentType: string, body: ReadableStream<Uint8Array>): AsyncGenerator<Part> {
  const mark = boundaryIn(contentType)
  if (!mark || mark.length > 200) throw new NotMultipart("no boundary")
  const source = new Source(body.getReader())
  try {
    yield* partsOf(source, Buffer.from(`\r\n--${mark}`))
  } finally {
    await source.leave()
  }
}

async function* partsOf(source: Source, delimiter: Buffer): AsyncGenerator<Part> {
  // The first boundary has no line before it.
  source.putBack(Buffer.from("\r\n"))
  for await (const _ of source.until(delimiter)) continue
  for (let count = 0; count < mostParts; count++) {
    const after = await source.take(2)
    if (after.toString() === "--") return
    if (after.toString() !== "\r\n") throw new NotMultipart("a boundary in the middle of a line")
    const { name, filename } = readHead(await source.line(Buffer.from("\r\n\r\n"), longestHead))
    const pieces = source.until(delimiter)
    const isFile = filename !== undefined
    yield { name, ...(isFile && { filename }), body: streamOf(pieces) }
    for await (const _ of pieces) continue
  }
  throw new NotMultipart("too many parts")
}

function readHead(head: string): { name: string; filename?: string } {
  const line = head.split("\r\n").find((one) => /^content-disposition:\s*form-data/i.test(one))
  const name = line && /;\s*name="([^"]*)"/i.exec(line)?.[1]
  if (line === undefined || name === undefined) throw new NotMultipart("a part without a name")
  const filename = /;\s*filename="([^"]*)"/i.exec(line)?.[1]
  // Browsers write these three letters so (WHATWG HTML, multipart form data).
  const plain = (text: string) => text.replace(/%0A/g, "\n").replace(/%0D/g, "\r").replace(/%22/g, '"')
  return { name: plain(name), ...(filename !== undefined && { filename: plain(filename) }) }
}

const streamOf = (pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )

/** What arrived and was not taken yet. */
class Source {
  #held = Buffer.alloc(0)
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader
  }

  putBack(bytes: Buffer): void {
    this.#held = Buffer.concat([bytes, this.#held])
  }

  async leave(): Promise<void> {
    await this.#reader.cancel()
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#reader.read()
    if (done) throw new NotMultipart("the body ends before its last boundary")
    this.#held = this.#held.length === 0 ? Buffer.from(value) : Buffer.concat([this.#held, value])
  }

  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) await this.#more()
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }

  async line(end: Buffer, most: number): Promise<string> {
    for (;;) {
      const at = this.#held.indexOf(end)
      if (at >= 0) {
        const text = (await this.take(at + end.length)).toString("utf8", 0, at)
        return text
      }
      if (this.#held.length > most) throw new NotMultipart("a head without an end")
      await this.#more()
    }
  }

  /** Everything before a delimiter, which is taken away. A second call after the end gives nothing more. */
  async *until(delimiter: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#held.indexOf(delimiter)
      if (at >= 0) {
        const last = this.#held.subarray(0, at)
        this.#held = this.#held.subarray(at + delimiter.length)
        if (last.length > 0) yield last
        return
      }
      // What may be the beginning of the delimiter stays.
      const safe = this.#held.length - delimiter.length + 1
      if (safe > 0) {
        const piece = this.#held.subarray(0, safe)
        this.#held = this.#held.subarray(safe)
        yield piece
      }
      await this.#more()
    }
  }
}
