/** What is in a file, judged by its bytes and by nothing that its name says; and how a text goes through a form. */
import { commonEnds } from "./diff.ts"

const lookedAt = 8 << 10

/** Raster images that a browser shows without running anything. */
const signatures: readonly [type: string, test: (head: Buffer) => boolean][] = [
  ["image/png", (head) => head.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"))],
  ["image/jpeg", (head) => head.subarray(0, 3).equals(Buffer.of(0xff, 0xd8, 0xff))],
  ["image/gif", (head) => /^GIF8[79]a/.test(head.toString("latin1", 0, 6))],
  ["image/webp", (head) => /^RIFF....WEBP/s.test(head.toString("latin1", 0, 12))],
]

export const imageType = (head: Uint8Array): string | undefined =>
  signatures.find(([, test]) => test(Buffer.from(head)))?.[0]

/** Valid UTF-8 without a NUL at its beginning; undefined for everything else. `cut`: the last letter may be torn. */
export function textIn(bytes: Uint8Array, { cut = false } = {}): string | undefined {
  if (bytes.subarray(0, lookedAt).includes(0)) return undefined
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut })
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** The same of a piece that may begin in the middle of a letter. */
export function textFrom(bytes: Uint8Array): string | undefined {
  let start = 0
  while (start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++
  return textIn(bytes.subarray(start), { cut: true })
}

const mark = "\ufeff"
const ending = /\r\n|\n|\r/

/** As it stands in a form: no byte order mark, and every line ends alike. */
export const toForm = (text: string): string =>
  (text.startsWith(mark) ? text.slice(1) : text).replaceAll(new RegExp(ending, "g"), "\n")

/**
 * What came out of a form, in the manner of the text that went into it: its byte order mark, and the line endings of the
 * lines that stayed or were replaced. New lines end as most of the old ones did.
 */
export function fromForm(sent: string, before: string): string {
  const lines = linesOf(toForm(sent))
  const old = linesOf(before.startsWith(mark) ? before.slice(1) : before)
  const usual = usualEnding(old)
  const { tail } = commonEnds(lines.map(textOf), old.map(textOf))
  const whole = lines.map(({ text, end }, index) => {
    const fromEnd = lines.length - index
    const kept = fromEnd <= tail ? old[old.length - fromEnd] : undefined
    const before = kept ?? (index < old.length - tail ? old[index] : undefined)
    return text + (end === "" ? "" : before?.end || usual)
  })
  return (before.startsWith(mark) ? mark : "") + whole.join("")
}

interface Line {
  text: string
  end: string
}

function linesOf(text: string): Line[] {
  const parts = text.split(/(\r\n|\n|\r)/)
  const lines: Line[] = []
  for (let at = 0; at < parts.length; at += 2) lines.push({ text: parts[at] ?? "", end: parts[at + 1] ?? "" })
  return lines
}

function usualEnding(lines: readonly Line[]): string {
  const counts = new Map<string, number>()
  for (const { end } of lines) if (end !== "") counts.set(end, (counts.get(end) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "\n"
}

const textOf = ({ text }: Line) => text

/** Whether a form gives it back byte for byte. */
export const isEditable = (text: string): boolean => !text.includes("\0") && fromForm(toForm(text), text) === text
