import { expect, test } from "bun:test"
import { editJson, jsonDifference } from "./json-edit.ts"
import { JsonFault, nodeAt, placeOf, readJsonNodes } from "./json-text.ts"

function faultOf(text: string): string {
  try {
    readJsonNodes(text)
    return "none"
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    const { line, column } = placeOf(text, error.offset)
    return `${line}:${column} ${error.message}`
  }
}

test("a fault is told with its line and column", () => {
  const check = (text: string, fault: string) => expect(faultOf(text)).toBe(fault)
  check('{"a": 1}', "none")
  check('{\n  "a": 1,\n  "b" 2\n}', "3:7 a colon is expected here")
  check('{"a": 1', "1:8 a comma or } is expected here, but the text ends")
  check('{"a": 1,}', "1:9 a key in double quotes is expected here")
  check("[1 2]", "1:4 a comma or ] is expected here")
  check('{"a": tru}', "1:7 a value is expected here")
  check('{"a": 01}', "1:7 a value is expected here")
  check('"a\n"', "1:1 this text in quotes does not end, or holds a character that must be escaped")
  check("{} x", "1:4 there is something after the end of the value")
  check("", "1:1 a value is expected here, but the text ends")
  check("[".repeat(300), "1:202 it is nested more than 200 levels deep")
})

test("it agrees with JSON.parse on what is right and what is wrong", () => {
  const pieces = ["{", "}", "[", "]", ",", ":", '"a"', '"\\u00e9"', "1", "-1.5e3", "true", "null", " ", "\n", "-", "."]
  let seed = 7
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648)
  let right = 0
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 1 + ((next() >>> 12) % 7) }, () => pieces[(next() >>> 12) % pieces.length]).join(
      "",
    )
    const theirs = parses(text)
    if (theirs) right++
    expect([text, faultOf(text) === "none"]).toEqual([text, theirs])
  }
  expect(right).toBeGreaterThan(100)
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test("the place of a value is found by its path, of a missing one by the object it belongs to", () => {
  const text = '{"a": {"b": [10, 20]}, "a2": 1}'
  const root = readJsonNodes(text)
  const at = (...path: (string | number)[]) => text.slice(nodeAt(root, path).start, nodeAt(root, path).end)
  expect(at("a", "b", 1)).toBe("20")
  expect(at("a", "none", "deeper")).toBe('{"b": [10, 20]}')
})

const own = '{\n  "z": 1,\n  "odd":   [1,2],\n  "deep": { "x": 1 }\n}\n'

test("setting a value changes its characters and no others", () => {
  expect(editJson(own, [{ path: ["z"], value: "two" }])).toBe(own.replace("1,\n", '"two",\n'))
  expect(editJson(own, [{ path: ["deep", "x"], value: 5 }])).toBe(own.replace('"x": 1', '"x": 5'))
})

test("a new value stands behind the last one, in the manner of its neighbours", () => {
  expect(editJson(own, [{ path: ["new"], value: { a: 1 } }])).toBe(
    own.replace('{ "x": 1 }', '{ "x": 1 },\n  "new": {\n    "a": 1\n  }'),
  )
  expect(editJson(own, [{ path: ["deep", "y"], value: 2 }])).toBe(own.replace('"x": 1', '"x": 1, "y": 2'))
  expect(editJson("{}\n", [{ path: ["a", "b"], value: 1 }])).toBe('{\n  "a": {\n    "b": 1\n  }\n}\n')
})

test("a removed value takes its comma along", () => {
  const remove = (...path: string[]) => editJson(own, [{ path, value: undefined }])
  expect(remove("z")).toBe(own.replace('"z": 1,\n  ', ""))
  expect(remove("deep")).toBe(own.replace(',\n  "deep": { "x": 1 }', ""))
  expect(remove("deep", "x")).toBe(own.replace('{ "x": 1 }', "{}"))
  expect(remove("nothing", "here")).toBe(own)
})

test("of two members with one key the last one counts, as everywhere", () => {
  expect(editJson('{"a": 1, "a": 2}', [{ path: ["a"], value: 3 }])).toBe('{"a": 1, "a": 3}')
})

test("the difference of two values is the shortest list of edits", () => {
  const before = { a: 1, b: { c: 1, d: [1] }, gone: true }
  const after = { a: 1, b: { c: 2, d: [1, 2] }, fresh: null }
  expect(jsonDifference(before, after)).toEqual([
    { path: ["b", "c"], value: 2 },
    { path: ["b", "d"], value: [1, 2] },
    { path: ["gone"], value: undefined },
    { path: ["fresh"], value: null },
  ])
  expect(JSON.parse(editJson(JSON.stringify(before), jsonDifference(before, after)))).toEqual(after)
})
