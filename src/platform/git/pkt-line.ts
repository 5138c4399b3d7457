import type { PipeReader } from "./pipe-reader.ts"

/** Bytes of the longest line, with its length in front (gitprotocol-common(5)). */
const longest = 65_520
const head = 4

export const flush = "0000"

/** One line of git's protocol: four hexadecimal digits that say how long it is, themselves included, and its content. */
export function pktLine(content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === "string" ? Buffer.from(content) : content
  if (bytes.length + head > longest) throw new Error("a line of git's protocol is too long")
  return Buffer.concat([Buffer.from((bytes.length + head).toString(16).padStart(head, "0")), bytes])
}

/** What the other side sent is not git's protocol. */
export class NoProtocol extends Error {
  override readonly name = "NoProtocol"
}

/** Lines up to the next flush. Never more than `most` bytes of them. */
export async function readLines(pipe: PipeReader, most: number): Promise<Uint8Array[]> {
  const lines: Uint8Array[] = []
  for (let size = 0; ;) {
    const digits = Buffer.from(await pipe.bytes(head)).toString("latin1")
    if (digits === flush) return lines
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 0
    size += length
    if (length <= head || length > longest || size > most) throw new NoProtocol("a line has no length that it may have")
    lines.push(await pipe.bytes(length - head))
  }
}
