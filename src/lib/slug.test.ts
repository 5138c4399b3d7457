import { expect, test } from "bun:test"
import { slug } from "./slug.ts"

test("a title becomes a branch name's part", () => {
  const check = (title: string, expected: string) => expect(slug(title)).toBe(expected)
  check("Fix the Parser", "fix-the-parser")
  check("  -- a/b..c~^: --  ", "a-b-c")
  check("修复解析器", "loop")
  check("Größe 2", "gr-e-2")
  check("", "loop")
  check("x".repeat(40), "x".repeat(32))
  check(`${"x".repeat(31)} yz`, "x".repeat(31))
  check("../../etc/passwd", "etc-passwd")
})

test("whatever the title, the branch is one that git takes", () => {
  for (const title of ["\0", "a\nb", "--upload-pack=x", "HEAD", "@{1}", "a.lock", "💥", ".."])
    expect(slug(title)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
})
