import { expect, test } from "bun:test"
import { textPieces } from "./long-text.tsx"

const streamOf =
  (pieces: Uint8Array[], ended: () => void = () => {}) =>
  async () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        const next = pieces.shift()
        if (next) controller.enqueue(next)
        else controller.close()
      },
      cancel: ended,
    })

test("a letter that is cut by two pieces is one letter, and markup stays text", async () => {
  const bytes = new TextEncoder().encode("<i>ü\0</i>")
  const pieces: string[] = []
  for await (const piece of textPieces(streamOf([bytes.subarray(0, 4), bytes.subarray(4)]))) pieces.push(String(piece))
  expect(pieces.join("")).toBe("&lt;i&gt;ü\ufffd&lt;/i&gt;")
})

test("nothing is read on for a reader who has left", async () => {
  let ended = 0
  const pieces = textPieces(streamOf([new Uint8Array([65]), new Uint8Array([66])], () => ended++))
  expect(String((await pieces.next()).value)).toBe("A")
  await pieces.return(null)
  expect(ended).toBe(1)
})

test("a text that cannot be opened says why in its place", async () => {
  const pieces: string[] = []
  for await (const piece of textPieces(async () => "The sandbox <is> away.")) pieces.push(String(piece))
  expect(pieces).toEqual(["The sandbox &lt;is&gt; away."])
})
