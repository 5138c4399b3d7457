import { pathBytes, pathOf } from "../lib/file-path.ts"

const ascii = /^[\u0000-\u007f]*$/

/** A path from its bytes, one per character. */
export const pathFromBytes = (bytes: string): string =>
  ascii.test(bytes) ? bytes : pathOf(Buffer.from(bytes, "latin1"))

/** The bytes of a path, one per character. */
export const bytesOfPath = (path: string): string => (ascii.test(path) ? path : pathBytes(path).toString("latin1"))

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** A line as people read it: what is no UTF-8, and what would move the cursor, stands as an escape. */
export function shownLine(bytes: string): string {
  const text = ascii.test(bytes) ? bytes : decoded(bytes)
  return text.replace(unseen, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`)
}

const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

function decoded(bytes: string): string {
  try {
    return strict.decode(Buffer.from(bytes, "latin1"))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return pathOf(Buffer.from(bytes, "latin1")).replace(
      /[\udc80-\udcff]/g,
      (byte) => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16)}`,
    )
  }
}

export const latin1 = (piece: Uint8Array): string =>
  Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString("latin1")
