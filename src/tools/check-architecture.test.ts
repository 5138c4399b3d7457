import { expect, test } from "bun:test"
import { checkArchitecture, rules } from "./check-architecture.ts"
import { borders, gitAndPodman, markup } from "./planted/borders.ts"
import { loading } from "./planted/loading.ts"
import type { Plant } from "./planted/plant.ts"
import { pointing } from "./planted/pointing.ts"
import { views } from "./planted/views.ts"
import { tests, words } from "./planted/words.ts"
import { parseSource } from "./source.ts"

const found = (path: string, text: string): string[] =>
  checkArchitecture([parseSource(path, text)]).map(({ rule }) => rule)

/** A planted violation is found by exactly its rule, and its clean twin by none. */
function check({ rule, path, bad, good, goodPath = path }: Plant): void {
  expect([path, bad, found(path, bad)]).toEqual([path, bad, [rule]])
  expect([goodPath, good, found(goodPath, good)]).toEqual([goodPath, good, []])
}

const plants: Plant[] = [...pointing, ...borders, ...gitAndPodman, ...markup, ...loading, ...views, ...words, ...tests]

test("every planted violation is found, and its clean twin passes", () => {
  for (const plant of plants) check(plant)
})

test("no rule stands without a planted violation", () => {
  const planted = new Set(plants.map(({ rule }) => rule))
  expect(rules.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([])
})

test("each message names where the rule is written and what to do instead", () => {
  const [finding] = checkArchitecture([parseSource("src/loops/start.ts", "export const at = () => Date.now()")])
  expect(finding?.message).toContain("style 22, invariant 10")
  expect(finding?.message).toContain("take `clock: Clock`")
  expect(finding?.line).toBe(1)
})

test("folders that import each other in a circle are found", () => {
  const there = parseSource("src/lib/a/one.ts", 'import { b } from "../b/two.ts"\nexport const a = () => b')
  const back = parseSource("src/lib/b/two.ts", 'import { a } from "../a/one.ts"\nexport const b = () => a')
  const typesOnly = parseSource("src/lib/b/two.ts", 'import type { a } from "../a/one.ts"\nexport type B = typeof a')
  expect(checkArchitecture([there, back]).map(({ rule }) => rule)).toEqual(["folder-cycle"])
  expect(checkArchitecture([there, typesOnly])).toEqual([])
})

test("a part of a feature may use the feature's own contract", () => {
  const down = parseSource(
    "src/sandbox/start.ts",
    'import { link } from "./link/link.ts"\nexport const start = () => link',
  )
  const up = parseSource(
    "src/sandbox/link/link.ts",
    'import { Gone } from "../contract.ts"\nexport const link = () => new Gone()',
  )
  expect(checkArchitecture([down, up])).toEqual([])
})
