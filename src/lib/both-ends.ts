import { Gathered } from "./gathered.ts"

/** Of the beginning and of the end of an output, in bytes. */
const shownPart = 32 << 10

/** What is shown of an output. `cut`: bytes that were left out between the beginning and the end. */
export interface Ends {
  text: string
  end?: string
  cut: number
}

/** Keeps the beginning and the end of a text of any length, in UTF-8. No character is shown in part. */
export class BothEnds {
  readonly #first = new Gathered()
  readonly #last = new Gathered()
  #cut = 0

  push(bytes: Uint8Array): void {
    const room = Math.max(0, shownPart - this.#first.size)
    this.#first.push(bytes.subarray(0, room))
    this.#last.push(bytes.subarray(room))
    if (this.#last.size > 2 * shownPart) this.#keepEnd()
  }

  /** Nothing is left here afterwards. */
  take(): Ends {
    this.#keepEnd()
    const first = this.#first.take()
    const last = this.#last.take()
    if (this.#cut === 0) return { text: Buffer.concat([first, last]).toString(), cut: 0 }
    const from = firstWhole(last)
    const upTo = lastWhole(first)
    const cut = this.#cut + from + (first.length - upTo)
    return { text: first.toString("utf8", 0, upTo), end: last.toString("utf8", from), cut }
  }

  #keepEnd(): void {
    this.#cut += Math.max(0, this.#last.size - shownPart)
    this.#last.keepLast(shownPart)
  }
}

/** Every further byte of a character in UTF-8 begins with these bits. */
const isFurther = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

function firstWhole(bytes: Uint8Array): number {
  let at = 0
  while (at < 3 && isFurther(bytes[at])) at++
  return at
}

/** Where the last character begins that may be broken off; the end when none is. */
function lastWhole(bytes: Uint8Array): number {
  let at = bytes.length - 1
  while (at > 0 && at > bytes.length - 4 && isFurther(bytes[at])) at--
  return at + lengthFrom(bytes[at] ?? 0) > bytes.length ? at : bytes.length
}

/** How many bytes a character has whose first is this one. */
function lengthFrom(lead: number): number {
  if (lead < 0xc0) return 1
  if (lead < 0xe0) return 2
  return lead < 0xf0 ? 3 : 4
}
