import { expect, test } from "bun:test"
import { numbersFrom } from "../../testing/seeded.ts"
import { Decoder, head, json, ProtocolBroken } from "./decoder.ts"
import { frame, type FrameType, limits } from "./protocol.ts"

const framed = (type: FrameType, payload: Uint8Array) => Buffer.concat([head(type, payload.length), payload])

function decoded(pieces: Iterable<Uint8Array>, decoder = new Decoder()): [number, string][] {
  const frames: [number, string][] = []
  for (const piece of pieces) {
    decoder.push(piece, (type, payload) => frames.push([type, Buffer.from(payload).toString("latin1")]))
  }
  return frames
}

const conversation = Buffer.concat([
  framed(frame.hello, json({ kind: "control" })),
  framed(frame.ping, new Uint8Array(0)),
  framed(frame.stdout, Buffer.from("some output")),
  framed(frame.stdinEnd, new Uint8Array(0)),
])
const said: [number, string][] = [
  [frame.hello, '{"kind":"control"}'],
  [frame.ping, ""],
  [frame.stdout, "some output"],
  [frame.stdinEnd, ""],
]

test("frames come out whole, however the bytes were cut on the way", () => {
  for (let size = 1; size <= conversation.length; size++) {
    const pieces = []
    for (let at = 0; at < conversation.length; at += size) pieces.push(conversation.subarray(at, at + size))
    expect(decoded(pieces)).toEqual(said)
  }
})

test("a frame that claims to be too long is refused before its content is kept", () => {
  const claim = head(frame.stdout, limits.frame + 1)
  expect(() => decoded([claim])).toThrow(ProtocolBroken)
  expect(decoded([head(frame.stdout, limits.frame)])).toEqual([])
})

test("a stranger's first frame has a much lower limit", () => {
  const decoder = new Decoder(limits.hello)
  expect(() => decoded([head(frame.hello, limits.hello + 1)], decoder)).toThrow("frame of 4097 bytes")
})

test("an unknown type of frame is refused", () => {
  expect(() => decoded([Buffer.from([0, 0, 0, 0, 1, 65])])).toThrow("unknown frame type 0")
  expect(() => decoded([Buffer.from([255, 0, 0, 0, 1, 65])])).toThrow("unknown frame type 255")
})

test("a long frame that arrives byte by byte is put together without copying it again and again", () => {
  const payload = Buffer.alloc(limits.frame, 7)
  const bytes = framed(frame.data, payload)
  let arrived = 0
  const decoder = new Decoder()
  for (let at = 0; at < bytes.length; at++) {
    decoder.push(bytes.subarray(at, at + 1), (_type, whole) => (arrived = whole.length))
  }
  expect(arrived).toBe(payload.length)
})

test("no bytes whatever do more than end their own connection", () => {
  const number = numbersFrom(2_026)
  let refused = 0
  for (let round = 0; round < 20_000; round++) {
    const length = number(64)
    const bytes = Uint8Array.from({ length }, () => number(256))
    // Half of them begin like a frame, so that what lies behind the head is reached too.
    if (round % 2 === 0 && length > 5) bytes.set([frame.stdout, 0, 0, number(2), number(256)])
    try {
      for (const [, text] of decoded([bytes])) expect(text.length).toBeLessThanOrEqual(limits.frame)
    } catch (error) {
      if (!(error instanceof ProtocolBroken)) throw error
      refused++
    }
  }
  expect(refused).toBeGreaterThan(1_000)
})

test("any conversation that was cut and mixed at random either comes out as said or is refused", () => {
  const number = numbersFrom(7)
  for (let round = 0; round < 5_000; round++) {
    const bytes = Buffer.from(conversation)
    const at = number(bytes.length)
    bytes[at] = number(256)
    const cut = number(bytes.length)
    try {
      const frames = decoded([bytes.subarray(0, cut), bytes.subarray(cut)])
      expect(frames.length).toBeLessThanOrEqual(conversation.length)
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolBroken)
    }
  }
})
