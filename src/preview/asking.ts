import { headBytes, type HeaderList, valuesOf } from "../platform/http1/head.ts"
import { LinkFailed } from "../sandbox/index.ts"
import { headersForInside } from "./headers.ts"
import type { Knock } from "./knock.ts"
import type { Line } from "./lines.ts"
import type { Quiet } from "./quiet.ts"

/** The body is longer than a request may carry. */
export class TooLarge extends Error {
  override readonly name = "TooLarge"
}

export interface Asked {
  knock: Knock
  secure: boolean
  /** Bytes that the body may have. */
  most: number
}

/**
 * Sends a request as it came, but for what belongs to the way. Resolves when all of it has left. Whoever answers before
 * that may hang up on the rest, which is no failure; a body that is too long or that its browser gave up is.
 */
export async function sendRequest(line: Line, quiet: Quiet, { knock, secure, most }: Asked): Promise<void> {
  const { head, chunked } = requestHead(knock, secure)
  const write = async (bytes: Uint8Array) => {
    await line.writer.write(bytes)
    quiet.stirred()
  }
  let sent = 0
  try {
    await write(head)
    for await (const piece of knock.body ?? []) {
      sent += piece.length
      if (sent > most) throw new TooLarge()
      await write(chunked ? asChunk(piece) : piece)
    }
    if (chunked) await write(Buffer.from("0\r\n\r\n"))
  } catch (error) {
    if (!(error instanceof LinkFailed)) throw error
  }
}

function requestHead(knock: Knock, secure: boolean): { head: Buffer; chunked: boolean } {
  const { method, target, headers, host = "", address, body } = knock
  const [length] = valuesOf(headers, "content-length")
  const chunked = body !== undefined && length === undefined
  const all: HeaderList = [
    ...headersForInside(headers, { host, address, secure }),
    ...(chunked ? [["Transfer-Encoding", "chunked"] as const] : []),
    ...(body && length !== undefined ? [["Content-Length", length] as const] : []),
  ]
  return { head: headBytes(`${method} ${target} HTTP/1.1`, all), chunked }
}

const asChunk = (piece: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")])
