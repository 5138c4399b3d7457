import { pathBytes, pathOf } from "../lib/file-path.ts"

const ascii = /^[\u0000-\u007f]*$/

/** A path from its bytes, one per character. */
export const pathFromBytes = (bytes: string): string =>
  ascii.test(bytes) ? bytes : pathOf(Buffer.from(bytes, "latin1"))

/** The bytes of a path, one per character. */
export const bytesOfPath = (path: string): string => (ascii.test(path) ? path : pathBytes(path).toString("latin1"))

/** A line as people read it: what is no UTF-8, and what would move the cursor, stands as an escape. */
export const shownLine = (bytes: string): string =>
  pathFromBytes(bytes).replace(unseen, (letter) => `\\x${(letter.charCodeAt(0) & 0xff).toString(16).padStart(2, "0")}`)

/** Bytes that are no UTF-8 are lone surrogates, whose low byte they are. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\udc80-\udcff]/gu

export const latin1 = (piece: Uint8Array): string =>
  Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString("latin1")
