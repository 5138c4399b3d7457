import { expect, test } from "bun:test"
import type { NotPlaced } from "../loops/index.ts"
import { LinkFailed } from "../sandbox/index.ts"
import { textPieces } from "./long-text.tsx"

const say = ({ why }: NotPlaced) => `The sandbox <is> ${why}.`

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
  for await (const piece of textPieces(streamOf([bytes.subarray(0, 4), bytes.subarray(4)]), say))
    pieces.push(String(piece))
  expect(pieces.join("")).toBe("&lt;i&gt;ü\ufffd&lt;/i&gt;")
})

test("nothing is read on for a reader who has left", async () => {
  let ended = 0
  const pieces = textPieces(
    streamOf([new Uint8Array([65]), new Uint8Array([66])], () => ended++),
    say,
  )
  expect(String((await pieces.next()).value)).toBe("A")
  await pieces.return(null)
  expect(ended).toBe(1)
})

test("a text that cannot be opened says why in its place", async () => {
  const pieces: string[] = []
  const nowhere = async () => ({ kind: "not-placed", why: "gone" }) as const
  for await (const piece of textPieces(nowhere, say)) pieces.push(String(piece))
  expect(pieces).toEqual(["The sandbox &lt;is&gt; gone."])
})

test("a text whose sandbox goes away in the middle ends with why, and what came stays", async () => {
  const half = ["the first half", undefined]
  const cut = async () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        const next = half.shift()
        if (next !== undefined) controller.enqueue(new TextEncoder().encode(next))
        else controller.error(new LinkFailed("gone", "the link is gone"))
      },
    })
  const pieces: string[] = []
  for await (const piece of textPieces(cut, say)) pieces.push(String(piece))
  expect(pieces.join("")).toBe("the first half\n\nThe sandbox &lt;is&gt; gone.")
})
