import { BadHttp, type ByteReader } from "./byte-reader.ts"
import { type AnswerHead, parseHeaderLines, valuesOf } from "./head.ts"

/** How an answer's body ends. */
export type Framing =
  { kind: "none" } | { kind: "length"; bytes: number } | { kind: "chunked" } | { kind: "until-close" }

/** RFC 9112, section 6.3. What could be read in two ways is refused: that is how answers are smuggled. */
export function framingOf(method: string, head: AnswerHead): Framing {
  const { status } = head
  const framing = framedBy(head)
  return method === "HEAD" || status < 200 || status === 204 || status === 304 ? { kind: "none" } : framing
}

function framedBy({ minor, headers }: AnswerHead): Framing {
  const codings = valuesOf(headers, "transfer-encoding")
  const lengths = valuesOf(headers, "content-length")
  if (codings.length + lengths.length > 1) throw new BadHttp("more than one length or transfer coding")
  const [coding] = codings
  const [length] = lengths
  if (coding !== undefined) {
    if (minor === 0 || coding.toLowerCase() !== "chunked") throw new BadHttp("a strange transfer coding")
    return { kind: "chunked" }
  }
  if (length === undefined) return { kind: "until-close" }
  if (!/^\d{1,15}$/.test(length)) throw new BadHttp("a length that is none")
  return { kind: "length", bytes: Number(length) }
}

const largestPiece = 64 * 1024
const longestChunkLine = 1024
const longestTrailers = 8 * 1024

/** The body's bytes as they come, at the reader's pace. Throws BadHttp when it ends before its end. */
export async function* piecesOf(reader: ByteReader, framing: Framing): AsyncGenerator<Uint8Array, void, undefined> {
  switch (framing.kind) {
    case "none":
      return
    case "length":
      return yield* exactly(reader, framing.bytes)
    case "chunked":
      return yield* chunks(reader)
    case "until-close":
      for (;;) {
        const piece = await reader.take(largestPiece)
        if (!piece) return
        yield piece
      }
  }
}

async function* exactly(reader: ByteReader, bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let left = bytes
  while (left > 0) {
    const piece = await reader.take(Math.min(left, largestPiece))
    if (!piece) throw new BadHttp("it ended before its end")
    left -= piece.length
    yield piece
  }
}

async function* chunks(reader: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const line = (await reader.past("\r\n", longestChunkLine)).toString("latin1").slice(0, -2)
    const size = /^([0-9a-fA-F]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/.exec(line)?.[1]
    if (size === undefined) throw new BadHttp("a chunk without a size")
    const bytes = Number.parseInt(size, 16)
    if (bytes === 0) break
    yield* exactly(reader, bytes)
    if ((await reader.past("\r\n", 2)).length !== 2) throw new BadHttp("a chunk without an end")
  }
  // Trailers must be headers, and end here.
  const lines: string[] = []
  for (let left = longestTrailers; ;) {
    const line = await reader.past("\r\n", left)
    if (line.length === 2) break
    left -= line.length
    lines.push(line.toString("latin1").slice(0, -2))
  }
  parseHeaderLines(lines)
}
