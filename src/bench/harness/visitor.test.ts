import { expect, test } from "bun:test"
import { createFrameReader, frameId } from "./visitor.ts"

const body = "retry: 1000\n: open\n\nid: 7\ndata: <p>ä</p>\n\n: beat\n\ndata: two\ndata: lines\n\n"

function chunked(text: string, size: number): Buffer {
  const bytes = Buffer.from(text)
  const parts: Buffer[] = [Buffer.from("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")]
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"))
  }
  return Buffer.concat(parts)
}

test("frames come out whole, however the stream was cut into chunks and pieces", () => {
  for (const chunk of [1, 5, 1_000]) {
    for (const piece of [1, 3, 10_000]) {
      const frames: string[] = []
      const read = createFrameReader((frame) => frames.push(frame))
      const all = chunked(body, chunk)
      for (let at = 0; at < all.length; at += piece) read(all.subarray(at, at + piece))
      expect(frames).toEqual(["id: 7\ndata: <p>ä</p>", "data: two\ndata: lines"])
      expect(frames.map(frameId)).toEqual([7, undefined])
    }
  }
})
