import { describe, expect, test } from "bun:test"
import { numbersFrom } from "../testing/seeded.ts"
import { multipartOf, NotMultipart } from "./multipart.ts"

/** A body that arrives in pieces of the given sizes, over and over. */
function arriving(bytes: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> {
  let at = 0
  let turn = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      const size = sizes[turn++ % sizes.length] ?? 1
      controller.enqueue(bytes.subarray(at, at + size))
      at += size
    },
  })
}

async function read(type: string, body: ReadableStream<Uint8Array>) {
  const parts: { name: string; filename: string | undefined; text: string }[] = []
  for await (const { name, filename, body: content } of multipartOf(type, body))
    parts.push({ name, filename, text: Buffer.from(await new Response(content).arrayBuffer()).toString("latin1") })
  return parts
}

async function formBytes(form: FormData): Promise<{ type: string; bytes: Uint8Array }> {
  const response = new Response(form)
  return { type: response.headers.get("content-type") ?? "", bytes: new Uint8Array(await response.arrayBuffer()) }
}

describe("a form with files", () => {
  test("is read as it was sent, in whatever pieces it arrives", async () => {
    const random = numbersFrom(5)
    const content = Buffer.from(Array.from({ length: 5_000 }, () => "\r\n-ab"[random(5)] ?? "x").join(""))
    const form = new FormData()
    form.append("replace", "1")
    form.append("file", new File([content], 'dir/税 "率".bin'))
    form.append("file", new File([], "empty"))
    const { type, bytes } = await formBytes(form)
    for (const sizes of [[1], [7, 1, 64], [3_000], [1 << 20]]) {
      const parts = await read(type, arriving(bytes, sizes))
      expect(parts.map(({ name, filename }) => [name, filename])).toEqual([
        ["replace", undefined],
        ["file", 'dir/税 "率".bin'],
        ["file", "empty"],
      ])
      expect(parts.map(({ text }) => text)).toEqual(["1", content.toString("latin1"), ""])
    }
  })

  test("goes on after a file that nobody read, or only began to read", async () => {
    const form = new FormData()
    for (const name of ["a", "b", "c"]) form.append("file", new File([name.repeat(9_000)], name))
    const { type, bytes } = await formBytes(form)
    const names: (string | undefined)[] = []
    for await (const { filename, body } of multipartOf(type, arriving(bytes, [500]))) {
      names.push(filename)
      if (filename === "b") await body.getReader().read()
    }
    expect(names).toEqual(["a", "b", "c"])
  })

  test("that breaks off, has no boundary, no name or no end of a head is none", async () => {
    const type = "multipart/form-data; boundary=x"
    const part = '--x\r\ncontent-disposition: form-data; name="f"; filename="f"\r\n\r\n'
    const bad: [string, string][] = [
      ["multipart/form-data", `${part}a\r\n--x--`],
      ["application/json", "{}"],
      [type, `${part}a`],
      [type, ""],
      [type, "--x\r\ncontent-type: text/plain\r\n\r\na\r\n--x--"],
      [type, `--x\r\n${"a: b\r\n".repeat(5_000)}`],
      [type, `${part}a\r\n--xjunk`],
    ]
    for (const [given, body] of bad) {
      const outcome = await read(given, arriving(Buffer.from(body), [10])).catch((error: unknown) => error)
      expect([body.slice(0, 80), outcome instanceof NotMultipart]).toEqual([body.slice(0, 80), true])
    }
  })
})
