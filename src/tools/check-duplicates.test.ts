import { expect, test } from "bun:test"
import { checkDuplicates } from "./check-duplicates.ts"
import { parseSource } from "./source.ts"

const run = (count: number, name = "step") => Array.from({ length: count }, (_, i) => `${name}${i}(${i})`)
const file = (path: string, ...parts: string[]) => parseSource(path, `${parts.join("\n")}\n`)
const found = (...sources: ReturnType<typeof file>[]) =>
  checkDuplicates(sources).map(
    ({ path, line, message }) => `${path}:${line} ${message.slice(0, message.indexOf(" ("))}`,
  )

test("eight equal lines in two files are found once, with both places", () => {
  const first = file("src/lib/a.ts", "begin()", ...run(9), "first()")
  const second = file("src/lib/b.ts", "start()", "more()", ...run(9), "second()")
  expect(found(first, second)).toEqual(["src/lib/b.ts:3 9 lines are the same as at src/lib/a.ts:2"])
})

test("seven equal lines are no duplicate", () => {
  expect(found(file("src/lib/a.ts", ...run(7), "first()"), file("src/lib/b.ts", ...run(7), "second()"))).toEqual([])
})

test("blank lines, comments, imports and brackets hide no copy and make none", () => {
  const plain = file("src/lib/a.ts", ...run(8))
  const spread = file("src/lib/b.ts", ...run(4), "", "// Something else is said here.", ...run(8).slice(4))
  const imports = run(8, "name").map((name) => `import { ${name.slice(0, 5)} } from "./x.ts"`)
  expect(found(plain, spread)).toHaveLength(1)
  expect(found(file("src/lib/a.ts", ...imports), file("src/lib/b.ts", ...imports))).toEqual([])
})

test("a copy inside one file is found, a repeating line is not its own copy", () => {
  expect(found(file("src/lib/a.ts", ...run(8), "between()", ...run(8)))).toHaveLength(1)
  expect(found(file("src/lib/a.ts", ...Array.from({ length: 10 }, () => "same()")))).toEqual([])
})

test("tests may repeat themselves", () => {
  expect(found(file("src/lib/a.test.ts", ...run(20)), file("src/lib/b.test.ts", ...run(20)))).toEqual([])
})
