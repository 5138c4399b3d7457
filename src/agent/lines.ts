import { Gathered } from "../lib/gathered.ts"

export interface Line {
  text: string
  /** Where it begins and where the next one does, in bytes of everything that was pushed. */
  start: number
  end: number
}

/** A line that is longer than allowed is given as its beginning, this many bytes of it. */
const beginning = 64 << 10

/** Cuts bytes into lines. Every byte is looked at once, however many pieces a line comes in, and memory is bounded. */
export function createLines(longest: number, take: (line: Line) => void): { push(piece: Uint8Array): void } {
  const open = new Gathered()
  let read = 0
  let start = 0
  let isTooLong = false

  function keep(bytes: Uint8Array): void {
    if (!isTooLong && open.size + bytes.length > longest) {
      open.push(bytes.subarray(0, Math.max(0, beginning - open.size)))
      isTooLong = true
      const kept = open.take().subarray(0, beginning)
      open.push(kept)
    } else if (!isTooLong) open.push(bytes)
  }

  return {
    push(piece) {
      let from = 0
      for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, from)) {
        const last = piece.subarray(from, at)
        const isWhole = open.size === 0 && !isTooLong && last.length <= longest
        if (!isWhole) keep(last)
        const end = read + at + 1
        const text = new TextDecoder().decode(isWhole ? last : open.take())
        isTooLong = false
        from = at + 1
        take({ text, start, end })
        start = end
      }
      keep(piece.subarray(from))
      read += piece.length
    },
  }
}

const newline = 10
