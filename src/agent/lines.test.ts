import { expect, test } from "bun:test"
import { createLines, type Line } from "./lines.ts"

function linesOf(pieces: Iterable<Uint8Array>, longest = 1 << 20): Line[] {
  const lines: Line[] = []
  const cutter = createLines(longest, (line) => lines.push(line))
  for (const piece of pieces) cutter.push(piece)
  return lines
}

const output = Buffer.from('{"a":1}\n\n修复\nhalf')

test("lines come out whole with their places, however the bytes were cut on the way", () => {
  for (let size = 1; size <= output.length; size++) {
    const pieces = []
    for (let at = 0; at < output.length; at += size) pieces.push(output.subarray(at, at + size))
    expect(linesOf(pieces)).toEqual([
      { text: '{"a":1}', start: 0, end: 8 },
      { text: "", start: 8, end: 9 },
      { text: "修复", start: 9, end: 16 },
    ])
  }
})

test("a line beyond the limit is its beginning, and the next one is whole again", () => {
  const long = Buffer.alloc(300_000, "x")
  const after = Buffer.from("\nnext\n")
  for (const pieces of [
    [long, after],
    [Buffer.concat([long, after])],
    [long.subarray(0, 150_000), long.subarray(150_000), after],
  ]) {
    const lines = linesOf(pieces, 200_000)
    expect(lines.map(({ text, start, end }) => [text.slice(0, 4), text.length, start, end])).toEqual([
      ["xxxx", 65_536, 0, 300_001],
      ["next", 4, 300_001, 300_006],
    ])
  }
})

test("fifty megabytes without an end, in small pieces, are one pass over them", () => {
  const piece = Buffer.alloc(8_192, "x")
  function* endless() {
    for (let size = 0; size < 50 << 20; size += piece.length) yield piece
    yield Buffer.from("\n")
  }
  expect(linesOf(endless(), 64 << 20).map(({ text }) => text.length)).toEqual([50 << 20])
})

test("bytes that are no UTF-8 become replacement characters", () => {
  expect(linesOf([Uint8Array.of(0xff, 0xc3, 0x28, 10)])[0]?.text).toBe("\ufffd\ufffd(")
})
