/**
 * Paths of a loop's files, relative to their root and without a slash at either end; the root is the empty path. Names
 * on disk are bytes: a byte that is no UTF-8 stands as a lone surrogate, U+DC80 to U+DCFF, so that every name is a text
 * of its own (the convention of Python's PEP 383).
 */

const longest = 4_096
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** The bytes of a name or path as text. */
export function pathOf(bytes: Uint8Array): string {
  const whole = decoded(bytes)
  if (whole !== undefined) return whole
  let path = ""
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((count) => decoded(bytes.subarray(at, at + count)) !== undefined)
    path += length === undefined ? escaped(bytes[at] ?? 0) : (decoded(bytes.subarray(at, at + length)) ?? "")
    at += length ?? 1
  }
  return path
}

const escaped = (byte: number) => String.fromCharCode(0xdc00 + byte)

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** The same back. */
export function pathBytes(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path)
  return Buffer.concat(
    [...path].map((letter) => (isByte(letter) ? Buffer.of(letter.charCodeAt(0) - 0xdc00) : Buffer.from(letter))),
  )
}

const isByte = (letter: string) => /^[\udc80-\udcff]$/.test(letter)

/** How a path stands in addresses and forms: as it is, or as a token when it is no UTF-8. No path begins with a slash. */
export const pathText = (path: string): string =>
  path.isWellFormed() ? path : `/~${pathBytes(path).toString("base64url")}`

/** A path from outside. Undefined for one that goes up, is absolute, or is none. */
export function parsePath(text: unknown): string | undefined {
  if (text === undefined) return ""
  if (typeof text !== "string" || text.length > longest * 2 || !text.isWellFormed()) return undefined
  const path = text.startsWith("/~") ? pathOf(Buffer.from(text.slice(2), "base64url")) : text
  if (path === "") return path
  return path.length <= longest && path.split("/").every(isName) ? path : undefined
}

/** A single name that a file or folder can have. */
export const isName = (name: string): boolean =>
  name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name) && pathBytes(name).length <= 255

/** For people to read: what cannot be seen, or would turn the line around, stands as an escape. */
export const shownPath = (path: string): string =>
  [...path].map((letter) => (unseen.test(letter) ? escapeOf(letter) : letter)).join("")

const unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/

function escapeOf(letter: string): string {
  if (letter === "\n") return "\\n"
  if (letter === "\t") return "\\t"
  const code = letter.charCodeAt(0)
  const byte = isByte(letter) ? code - 0xdc00 : code
  return byte <= 0xff ? `\\x${byte.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")))
export const joined = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`)
