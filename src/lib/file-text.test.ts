import { describe, expect, test } from "bun:test"
import { numbersFrom } from "../testing/seeded.ts"
import { fromForm, imageType, isEditable, textFrom, textIn, toForm } from "./file-text.ts"

describe("a text that goes through a form", () => {
  test("comes back byte for byte when nothing was changed, whatever its line endings are", () => {
    const random = numbersFrom(11)
    const pieces = ["a", "b", "", "\n", "\r\n", "\r", "\n\n", "税"]
    for (let round = 0; round < 3_000; round++) {
      const text = Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join("")
      const before = random(4) === 0 ? `\ufeff${text}` : text
      const browser = toForm(before).replaceAll("\n", "\r\n")
      expect([before, fromForm(browser, before)]).toEqual([before, before])
      expect(isEditable(before)).toBe(true)
    }
    expect(isEditable("a\0b")).toBe(false)
  })

  test("keeps the endings of the lines that stayed, and new ones end as most did", () => {
    const cases: [before: string, sent: string, after: string][] = [
      ["a\r\nb\r\nc\r\n", "a\nX\nc\n", "a\r\nX\r\nc\r\n"],
      ["a\r\nb\nc\n", "a\nb\nnew\nc\n", "a\r\nb\nnew\nc\n"],
      ["\ufeffa\n", "b\r\n", "\ufeffb\n"],
      ["a", "a\r\nb", "a\nb"],
      ["a\n", "a", "a"],
      ["", "x\r\n", "x\n"],
    ]
    for (const [before, sent, after] of cases) expect(fromForm(sent, before)).toBe(after)
  })
})

test("a file is a text when its beginning says so, also when it was cut in the middle of a letter", () => {
  const text = Buffer.from("税率".repeat(10))
  expect(textIn(text)).toBe("税率".repeat(10))
  expect(textIn(text.subarray(0, 31))).toBeUndefined()
  expect(textIn(text.subarray(0, 31), { cut: true })).toBe("税率".repeat(5))
  expect(textFrom(text.subarray(1))).toStartWith("率税")
  expect([textIn(Buffer.of(0x61, 0)), textIn(Buffer.of(0xff)), textIn(new Uint8Array())]).toEqual([
    undefined,
    undefined,
    "",
  ])
})

test("an image is known by its first bytes, and what only claims to be one is none", () => {
  const heads: [string, string | undefined][] = [
    ["\x89PNG\r\n\x1a\n", "image/png"],
    ["\xff\xd8\xff\xe0", "image/jpeg"],
    ["GIF89a", "image/gif"],
    ["RIFF\n\r\0\0WEBPVP8 ", "image/webp"],
    ["<svg xmlns=", undefined],
    ["%PDF-1.7", undefined],
    ["GIF", undefined],
  ]
  for (const [head, type] of heads) expect(imageType(Buffer.from(head, "latin1"))).toBe(type)
})
