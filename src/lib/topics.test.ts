import { expect, test } from "bun:test"
import { topicsOf } from "./topics.ts"

test("topics of a title are its hash words, in any script, without case, each once", () => {
  const check = (title: string, ...topics: string[]) => expect([title, topicsOf(title)]).toEqual([title, topics])
  check("Fix the parser")
  check("Fix #Parser and #parser, then #docs-2", "parser", "docs-2")
  check("#税率 更新 #q3_2026", "税率", "q3_2026")
  check("C# is none, nor issue#12, but (#this) is", "this")
  check("# alone, ## twice, #!")
  check(`#${"x".repeat(200)}`, "x".repeat(64))
})
