import { expect, test } from "bun:test"
import { Replay } from "./replay.ts"

const text = (replay: Replay) => Buffer.concat(replay.pieces()).toString()

function filled(limit: number, ...pieces: string[]): Replay {
  const replay = new Replay(limit)
  for (const piece of pieces) replay.push(Buffer.from(piece))
  return replay
}

test("what was not acknowledged is there in order", () => {
  const replay = filled(100, "one ", "two ", "three")
  expect(text(replay)).toBe("one two three")
  expect(replay.overflowed).toBe(false)
})

test("an acknowledgement drops exactly its bytes, also in the middle of a piece", () => {
  const replay = filled(100, "abc", "def", "ghi")
  replay.acknowledge(4)
  expect(text(replay)).toBe("efghi")
  replay.acknowledge(5)
  expect(text(replay)).toBe("")
  expect(replay.size).toBe(0)
})

test("an acknowledgement of more than there is drops all and no more", () => {
  const replay = filled(100, "abc")
  replay.acknowledge(1_000)
  replay.push(Buffer.from("next"))
  expect(text(replay)).toBe("next")
  expect(replay.overflowed).toBe(false)
})

test("beyond the limit the oldest bytes go, and it says so", () => {
  const replay = filled(5, "abc", "def")
  expect(text(replay)).toBe("bcdef")
  expect(replay.overflowed).toBe(true)
  replay.push(Buffer.from("0123456789"))
  expect(text(replay)).toBe("56789")
})
