import { expect, test } from "bun:test"
import { shellWord } from "./shell-word.ts"

test("a word stays one word for a shell, with quotes, spaces and whatever else it holds", () => {
  const cases: [text: string, shown: string][] = [
    ["plain", "'plain'"],
    ["", "''"],
    ["a b; $(id) `id` \\ \n", "'a b; $(id) `id` \\ \n'"],
    ["ada's", `'ada'\\''s'`],
  ]
  for (const [text, shown] of cases) expect(shellWord(text)).toBe(shown)
})
