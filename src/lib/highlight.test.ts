import { expect, test } from "bun:test"
import { dangers, xss } from "../testing/xss.ts"
import { highlight, languageOf } from "./highlight.ts"

const languages = ["ts", "html", "bash", "json", "markdown", "css", "python", "nonsense", ""]

test("code stays text in every language", () => {
  for (const text of xss) {
    for (const language of languages) {
      const html = String(highlight(text, language))
      expect({ text, language, dangers: dangers(html) }).toEqual({ text, language, dangers: [] })
      expect(html.replace(/<\/?span[^>]*>/g, "")).not.toContain("<")
    }
  }
})

test("long code is shown without colours", () => {
  expect(String(highlight("const a = 1\n".repeat(10_000), "ts"))).not.toContain("<span")
})

test("the language of a file is known from its name", () => {
  const check = (path: string, language: string) => expect(languageOf(path)).toBe(language)
  check("src/app.tsx", "tsx")
  check("a/B.YML", "yaml")
  check("run.mjs", "js")
  check("Makefile", "makefile")
  check("notes", "plaintext")
})
