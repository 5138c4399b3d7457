import { expect, test } from "bun:test"
import { bestMatches } from "./best-matches.ts"

test("names that hold the words come before names that hold only their letters", () => {
  const names = ["docs/a-b-c.md", "src/abc.ts", "abc", "x/abcdef", "abc/other", "cba"]
  expect(bestMatches(names, "abc")).toEqual(["abc", "x/abcdef", "src/abc.ts", "abc/other", "docs/a-b-c.md"])
  expect(bestMatches(names, "zz")).toEqual([])
})
