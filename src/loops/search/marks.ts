/**
 * Which three bytes in a row a text has, as bits of a hash table (a Bloom filter with one hash). Whether a word may be
 * in a text is told from its bits alone; it never says no where the word is.
 */
export interface Marks {
  add(text: string): void
  /** The bits so far in as few bytes as leave most of them clear; then it begins anew. */
  take(): Uint8Array
}

/** As powers of two: of all bits, and of the smallest table. */
const allBits = 17
const fewestBits = 9
/** Bits of a table for each that is set. */
const roomy = 4

export function createMarks(): Marks {
  let bits = new Uint8Array(2 ** (allBits - 3))
  return {
    add(text) {
      const bytes = lowered(text)
      for (let at = 2; at < bytes.length; at++) set(bits, placeOf(bytes, at))
    },
    take() {
      const folded = fold(bits)
      bits = new Uint8Array(bits.length)
      return folded
    },
  }
}

/** As texts are compared. */
const lowered = (text: string): Uint8Array => Buffer.from(text.toLowerCase())

const placeOf = (bytes: Uint8Array, end: number): number => {
  const three = ((bytes[end] ?? 0) << 16) | ((bytes[end - 1] ?? 0) << 8) | (bytes[end - 2] ?? 0)
  return Math.imul(three, 0x9e3779b1) >>> (32 - allBits)
}

const set = (bits: Uint8Array, place: number): void => {
  bits[place >> 3] = (bits[place >> 3] ?? 0) | (1 << (place & 7))
}

/** The upper half is laid upon the lower one for as long as there is room enough. */
function fold(bits: Uint8Array): Uint8Array {
  let count = 0
  for (const byte of bits) for (let rest = byte; rest > 0; rest &= rest - 1) count++
  let folded = bits
  while (folded.length > 2 ** (fewestBits - 3) && folded.length * 4 >= count * roomy) {
    const half = folded.length / 2
    folded = folded.slice(0, half).map((byte, at) => byte | (folded[at + half] ?? 0))
  }
  return folded
}

/** What `mayHold` asks a table for: the places of every three bytes of the words. Shorter words have none. */
export function placesOf(words: readonly string[]): number[] {
  const places = new Set<number>()
  for (const word of words) {
    const bytes = lowered(word)
    for (let at = 2; at < bytes.length; at++) places.add(placeOf(bytes, at))
  }
  return [...places]
}

/** Whether a text with this table may have all the words; `size` is the table's, in bytes. */
export function mayHold(
  tables: Uint8Array,
  { start, size }: { start: number; size: number },
  places: number[],
): boolean {
  const mask = size * 8 - 1
  return places.every((place) => {
    const folded = place & mask
    return ((tables[start + (folded >> 3)] ?? 0) & (1 << (folded & 7))) !== 0
  })
}
