import { expect, test } from "bun:test"
import { createScrubber } from "./scrub.ts"

const value = "p4ss/w+rd"
const scrubber = createScrubber([{ name: "DB_PASSWORD", value }])
const shown = "[secret DB_PASSWORD]"

test("a value never shows, however it is written", () => {
  const check = (text: string, expected: string) => expect(scrubber.text(text)).toBe(expected)
  check(`psql ${value} now`, `psql ${shown} now`)
  check(`https://h/?p=${encodeURIComponent(value)}&x`, `https://h/?p=${shown}&x`)
  check("nothing to hide", "nothing to hide")
  check(`${value}${value}`, `${shown}${shown}`)
})

test("a value with quotes and newlines is found inside JSON", () => {
  const key = 'line "one"\nline two'
  const { text } = createScrubber([{ name: "KEY", value: key }])
  expect(text(JSON.stringify({ key }))).toBe('{"key":"[secret KEY]"}')
})

test("a value is found inside base64, wherever in the bytes it begins", () => {
  for (const before of ["", "a", "ab", "abc"])
    for (const after of ["", "x", "\n", "xyz"]) {
      const encoded = Buffer.from(before + value + after).toString("base64")
      expect(scrubber.text(encoded)).toContain(shown)
      expect(scrubber.text(Buffer.from(before + value + after).toString("base64url"))).toContain(shown)
    }
})

test("a value that comes in pieces is held back until it is known to be one", () => {
  for (let cut = 1; cut < value.length; cut++) {
    const stream = scrubber.stream()
    const first = stream.push(`see ${value.slice(0, cut)}`)
    expect(first).toBe("see ")
    expect(first + stream.push(`${value.slice(cut)} ok`) + stream.end()).toBe(`see ${shown} ok`)
  }
})

test("what only looked like a beginning is shown in the end", () => {
  const stream = scrubber.stream()
  expect(stream.push("a p4ss")).toBe("a ")
  expect(stream.push("port")).toBe("p4ssport")
  expect(stream.push("p4")).toBe("")
  expect(stream.end()).toBe("p4")
})

test("every string inside a message is looked at, names of fields too", () => {
  const message = { type: "user", content: [{ text: value, n: 3, none: null }], [value]: true }
  expect(scrubber.deep(message)).toEqual({
    type: "user",
    content: [{ text: shown, n: 3, none: null }],
    [shown]: true,
  } as never)
})

test("short values are left alone, they would hide ordinary words", () => {
  expect(createScrubber([{ name: "PIN", value: "1234567" }]).text("1234567")).toBe("1234567")
})

test("a value with a dollar sign does not confuse the replacement", () => {
  expect(createScrubber([{ name: "$&", value: "cash$money$" }]).text("cash$money$")).toBe("[secret $&]")
})
