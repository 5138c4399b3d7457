import { expect, test } from "bun:test"
import { checkBenches } from "./check-benches.ts"

const bench = (name: string, ...ids: string[]) => ({
  path: `src/bench/${name}.bench.ts`,
  text: `export const bench: Bench = {\n  ids: [${ids.map((id) => `"${id}"`).join(", ")}],\n  async run() {},\n}\n`,
})
const said = (texts: { path: string; text: string }[], budgets: Parameters<typeof checkBenches>[1]) =>
  checkBenches(texts, budgets).map(({ message }) => message)

const one = { L1: { path: "a path", counts: { fsyncs: 1 } } }

test("a budget with its bench is fine, also several in one", () => {
  expect(said([bench("l1", "L1")], one)).toEqual([])
  expect(said([bench("l1", "L1", "L2")], { ...one, L2: { path: "another", walls: { all: 1 } } })).toEqual([])
})

test("an id without a bench and a bench without an id are found", () => {
  expect(said([], one)).toEqual(["L1 has no bench: measure it or say why it comes later (budgets)"])
  expect(said([bench("l1", "L1"), bench("l9", "L9")], one)).toEqual([
    "L9 is no budget: add it to src/bench/budgets.ts (budgets)",
  ])
  expect(said([bench("l1", "L1"), bench("none")], one)).toHaveLength(1)
  expect(said([bench("l1", "L1"), bench("again", "L1")], one)).toEqual(["L1 has 2 benches: one is right (budgets)"])
})

test("what comes later needs a reason, and none once it is measured", () => {
  expect(said([], { T1: { path: "keys", later: "there is no terminal" } })).toEqual([])
  expect(said([], { T1: { path: "keys", later: " " } })).toHaveLength(1)
  expect(said([bench("t1", "T1")], { T1: { path: "keys", later: "there is no terminal" } })).toHaveLength(1)
})

test("a bench that has grown beyond its length is found", () => {
  const long = bench("l1", "L1")
  expect(said([{ ...long, text: `${long.text}${"// more\n".repeat(120)}` }], one)).toHaveLength(1)
})
