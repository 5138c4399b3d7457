import { expect, test } from "bun:test"
import { frontMatterOf } from "./front-matter.ts"

test("front matter is read as keys and values for people, and the body comes without it", () => {
  const text =
    "---\nname: tax\ndescription: 'Rates: EU'\ntags: [a, 1]\ndue: 2026-01-31\nof:\n  x: true\nnone:\n---\n# Body\n"
  expect(frontMatterOf(text)).toEqual({
    entries: [
      ["name", "tax"],
      ["description", "Rates: EU"],
      ["tags", "a, 1"],
      ["due", "2026-01-31"],
      ["of", "x: true"],
      ["none", ""],
    ],
    body: "# Body\n",
    lines: 9,
  })
})

test("a text without front matter, or whose front matter never ends, is all body", () => {
  for (const text of ["# A\n---\n", "---\na: 1\n", "", " ---\na: 1\n---\n"])
    expect(frontMatterOf(text)).toEqual({ entries: [], body: text, lines: 0 })
})

test("front matter that is no YAML, or would grow without end, is shown as it stands", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b]`
  for (const yaml of ["a: [", "- a list", "just words", bomb, `a: [${"1,".repeat(500)}]`, `a: ${"[".repeat(5_000)}`])
    expect(frontMatterOf(`---\n${yaml}\n---\nbody`)).toMatchObject({ entries: [], broken: yaml, body: "body" })
  expect(frontMatterOf("---\n---\nbody")).toMatchObject({ entries: [], body: "body", lines: 2 })
})
