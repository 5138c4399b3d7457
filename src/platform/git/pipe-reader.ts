/** Lines and counted bytes from a stream, in the order in which they are asked for. */
export interface PipeReader {
  /** Up to the next newline, without it. */
  line(): Promise<string>
  bytes(count: number): Promise<Uint8Array>
  /** Everything that was not asked for yet. */
  rest(): AsyncGenerator<Uint8Array>
}

/** The stream ended before what was asked for had come. */
export class CutShort extends Error {
  override readonly name = "CutShort"
}

const longestLine = 64 * 1024

export function createPipeReader(stream: ReadableStream<Uint8Array>): PipeReader {
  const source = stream.getReader()
  let held: Uint8Array = new Uint8Array(0)

  async function more(): Promise<Uint8Array> {
    const { done, value } = await source.read()
    if (done) throw new CutShort("a stream ended in the middle of what it had to say")
    return value
  }

  async function bytes(count: number): Promise<Uint8Array> {
    const pieces = [held]
    let size = held.length
    while (size < count) {
      const piece = await more()
      pieces.push(piece)
      size += piece.length
    }
    const all = pieces.length === 1 ? held : Buffer.concat(pieces)
    held = all.subarray(count)
    return all.subarray(0, count)
  }

  return {
    bytes,
    async line() {
      let end = held.indexOf(newline)
      while (end < 0) {
        if (held.length > longestLine) throw new Error("a stream has a line without end")
        held = Buffer.concat([held, await more()])
        end = held.indexOf(newline)
      }
      const line = await bytes(end)
      await bytes(1)
      return Buffer.from(line).toString("utf8")
    },
    async *rest() {
      if (held.length > 0) yield held
      held = new Uint8Array(0)
      for (;;) {
        const { done, value } = await source.read()
        if (done) return
        yield value
      }
    },
  }
}

const newline = 0x0a
