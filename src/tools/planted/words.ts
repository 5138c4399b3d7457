import type { Plant } from "./plant.ts"

const path = "src/loops/start.ts"

export const words: Plant[] = [
  {
    rule: "names",
    path: "src/loops/loop-utils.ts",
    bad: "export const one = 1",
    good: "export const one = 1",
    goodPath: path,
  },
  { rule: "names", path, bad: "export function handleStart() {}", good: "export function start() {}" },
  { rule: "names", path, bad: "export interface LoopInfo {}", good: "export interface LoopRow {}" },
  { rule: "names", path, bad: "export class LoopManager {}", good: "export class FormDataReader {}" },
  {
    rule: "comments",
    path,
    bad: "// ----------\nexport const one = 1",
    good: "// One is enough.\nexport const one = 1",
  },
  {
    rule: "comments",
    path,
    bad: "// TODO\nexport const one = 1",
    good: "// TODO: two when the second one exists.\nexport const one = 1",
  },
  {
    rule: "comments",
    path,
    bad: "// @ts-ignore\nexport const one = 1",
    good: "// Types are not ignored here.\nexport const one = 1",
  },
  {
    rule: "comments",
    path,
    bad: "// oxlint-disable-next-line complexity\nexport const one = 1",
    good: "// oxlint-disable-next-line complexity -- a table reads best in one piece\nexport const one = 1",
  },
  {
    rule: "comments",
    path,
    bad: "// const two = 2;\nexport const one = 1",
    good: "// Two comes later.\nexport const one = 1",
  },
]

const testPath = "src/loops/start.test.ts"
const name = '"a loop that starts is shown"'

export const tests: Plant[] = [
  { rule: "no-skipped-test", path: testPath, bad: `test.skip(${name}, () => {})`, good: `test(${name}, () => {})` },
  { rule: "no-skipped-test", path: testPath, bad: `test.only(${name}, () => {})`, good: `test(${name}, () => {})` },
  {
    rule: "no-asserted-duration",
    path: testPath,
    bad: "const began = performance.now()\nexpect(performance.now() - began).toBeLessThan(100)",
    good: "const calls = 3\nexpect(calls).toBeLessThan(100)",
  },
  {
    rule: "no-asserted-duration",
    path: testPath,
    bad: "const began = Date.now()\nconst spent = Date.now() - began\nexpect(spent).toBeLessThan(100)",
    good: "const clock = { now: () => Date.now() }\nexpect(calls(clock)).toBeLessThan(100)",
  },
  { rule: "no-sleep", path: testPath, bad: "await Bun.sleep(100)", good: "while (!done()) await Bun.sleep(1)" },
  { rule: "test-names", path: testPath, bad: 'test("start", () => {})', good: `test(${name}, () => {})` },
  { rule: "test-names", path: testPath, bad: 'test("a loop should start", () => {})', good: `test(${name}, () => {})` },
]
