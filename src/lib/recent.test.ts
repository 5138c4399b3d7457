import { expect, test } from "bun:test"
import { createRecent } from "./recent.ts"

test("what was not used for longest is forgotten first, and what is set or got counts as used", () => {
  const recent = createRecent<string, number>(2)
  recent.set("a", 1)
  recent.set("b", 2)
  expect(recent.get("a")).toBe(1)
  recent.set("c", 3)
  expect([recent.get("a"), recent.get("b"), recent.get("c")]).toEqual([1, undefined, 3])
  recent.set("a", 4)
  recent.set("d", 5)
  expect([recent.get("a"), recent.get("c"), recent.get("d")]).toEqual([4, undefined, 5])
  recent.delete("a")
  expect(recent.get("a")).toBeUndefined()
})

test("texts in memory are bounded, and the ones that nobody asks for go first", () => {
  const texts = createRecent<string, string>(10, ({ length }) => length)
  texts.set("a", "aaaa")
  texts.set("b", "bbbb")
  expect(texts.get("a")).toBe("aaaa")
  texts.set("c", "cccc")
  expect([texts.get("a"), texts.get("b"), texts.get("c")]).toEqual(["aaaa", undefined, "cccc"])
  texts.set("d", "much too long for it")
  expect(texts.get("d")).toBeUndefined()
})
