import { describe, expect, test } from "bun:test"
import { folderOf, isName, joined, nameOf, parsePath, pathBytes, pathOf, pathText, shownPath } from "./file-path.ts"
import { numbersFrom } from "../testing/seeded.ts"

describe("a name on disk", () => {
  test("that is no UTF-8 is a text of its own, and comes back byte for byte", () => {
    const cases: [Uint8Array, string][] = [
      [Buffer.from("a -> b.txt"), "a -> b.txt"],
      [Buffer.from("税率.md"), "税率.md"],
      [Uint8Array.of(0x61, 0xff), "a\udcff"],
      [Uint8Array.of(0xe7, 0xa8), "\udce7\udca8"],
      [Uint8Array.of(0xed, 0xa0, 0x80), "\udced\udca0\udc80"],
      [Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), "\ufeffa"],
    ]
    for (const [bytes, path] of cases) {
      expect(pathOf(bytes)).toBe(path)
      expect([...pathBytes(path)]).toEqual([...bytes])
    }
  })

  test("of any bytes has an address that leads back to it and to nothing else", () => {
    const random = numbersFrom(7)
    const texts = new Map<string, string>()
    for (let round = 0; round < 2_000; round++) {
      const bytes = Uint8Array.from({ length: 1 + random(6) }, () => 1 + random(255)).filter((byte) => byte !== 0x2f)
      const path = pathOf(bytes)
      if (path === "" || path === "." || path === "..") continue
      const text = pathText(path)
      expect(encodeURIComponent(text)).toBeString()
      expect(parsePath(text)).toBe(path)
      expect(texts.get(text) ?? path).toBe(path)
      texts.set(text, path)
    }
    expect(texts.size).toBeGreaterThan(1_500)
  })

  test("is shown with what cannot be seen, or would turn the line around, as an escape", () => {
    expect(shownPath("a\nb\tc")).toBe("a\\nb\\tc")
    expect(shownPath("a\udcff\u001b[31m")).toBe("a\\xff\\x1b[31m")
    expect(shownPath("exe\u202etxt.\ufeff")).toBe("exe\\u202etxt.\\ufeff")
    expect(shownPath("--help 税率 \"quoted\" 'x'")).toBe("--help 税率 \"quoted\" 'x'")
  })
})

describe("a path from outside", () => {
  test("that goes up, is absolute, holds a NUL or empty names is none", () => {
    const up = `/~${Buffer.from("../x").toString("base64url")}`
    const bad = [
      "..",
      "a/..",
      "../a",
      "/etc/passwd",
      "a//b",
      "a/",
      "./a",
      "a/./b",
      "a\0b",
      "\ud800",
      up,
      "/~",
      `${"a/".repeat(5_000)}a`,
    ]
    for (const text of bad) expect([text, parsePath(text) ?? "none"]).toEqual([text, text === "/~" ? "" : "none"])
    for (const value of [7, null, ["a"], {}]) expect(parsePath(value)).toBeUndefined()
    expect(parsePath("a".repeat(256))).toBeUndefined()
  })

  test("is taken as it is when it names something beneath the root", () => {
    for (const text of ["", "a", "a/b c/--help", "...", "..a", "%2e%2e", "a\\..\\b"]) expect(parsePath(text)).toBe(text)
    expect(parsePath(undefined)).toBe("")
  })

  test("has a name and a folder", () => {
    expect([nameOf("a/b/c"), folderOf("a/b/c"), nameOf("c"), folderOf("c")]).toEqual(["c", "a/b", "c", ""])
    expect([joined("", "c"), joined("a/b", "c")]).toEqual(["c", "a/b/c"])
    expect([isName("a"), isName("a/b"), isName(""), isName(".."), isName("é".repeat(128))]).toEqual([
      ...[true, false, false, false, false],
    ])
  })
})
