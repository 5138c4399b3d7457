import { expect, test } from "bun:test"
import { diffBlocks } from "./document-diff.ts"

test("a document's change is told block by block, what goes before what comes", () => {
  const before = "# A\n\none\n\ntwo\nlines\n"
  const after = "# A\n\none\n\n2\nlines\n\n- new\n"
  expect(diffBlocks(before, after)).toEqual([
    { kind: "same", text: "# A" },
    { kind: "same", text: "one" },
    { kind: "removed", text: "two\nlines" },
    { kind: "added", text: "2\nlines" },
    { kind: "added", text: "- new" },
  ])
})

test("code and front matter with blank lines in them are blocks of their own", () => {
  const text = "---\na: 1\n\nb: 2\n---\n\n```\none\n\ntwo\n```\n"
  expect(diffBlocks("", text).map((block) => block.text)).toEqual(["---\na: 1\n\nb: 2\n---", "```\none\n\ntwo\n```"])
  expect(diffBlocks(text, text).every(({ kind }) => kind === "same")).toBe(true)
  expect(diffBlocks("", "")).toEqual([])
})
