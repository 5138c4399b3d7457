import type { ByteReader } from "../platform/http1/byte-reader.ts"

/** A browser's connection that was taken over from HTTP. */
export interface Socket {
  /** What the browser sends from now on; read at the reader's pace. */
  readonly incoming: ReadableStream<Uint8Array>
  /** Resolves when the browser has taken it, or is gone. */
  write(bytes: Uint8Array): Promise<void>
  end(): void
  destroy(): void
  /** Answers with a status alone, if nothing was answered yet, and closes. */
  refuse(status: number): void
  onClose(then: () => void): void
}

interface Joined {
  socket: Socket
  reader: ByteReader
  writer: WritableStreamDefaultWriter<Uint8Array>
  stirred(): void
}

const largestPiece = 64 * 1024

/** Bytes in both directions, untouched, each at the pace of whoever reads them; the end of one is the end of both. */
export async function joinBoth({ socket, reader, writer, stirred }: Joined): Promise<void> {
  const outward = async () => {
    for (let piece = await reader.take(largestPiece); piece; piece = await reader.take(largestPiece)) {
      stirred()
      await socket.write(piece)
    }
    socket.end()
  }
  const inward = async () => {
    for await (const piece of socket.incoming) {
      stirred()
      await writer.write(piece)
    }
    await reader.cancel()
  }
  await Promise.all([outward(), inward()])
}
