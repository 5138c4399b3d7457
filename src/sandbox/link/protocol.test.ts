import { describe, expect, test } from "bun:test"
import { json } from "./decoder.ts"
import {
  entryShape,
  exitShape,
  failedShape,
  frame,
  helloShape,
  isFrameType,
  keptShape,
  limits,
  listShape,
  processesShape,
  requestShape,
} from "./protocol.ts"
import { dictionary, fields, NotThisShape, readJson, type Shape, text, whole } from "./shape.ts"

const accepts = (shape: Shape<unknown>, value: unknown) => expect(() => shape(value)).not.toThrow()
const refuses = (shape: Shape<unknown>, value: unknown) => expect(() => shape(value)).toThrow(NotThisShape)

test("every kind of frame has a number of its own that fits into a byte", () => {
  const numbers = Object.values(frame)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers.every((number) => number > 0 && number < 256)).toBe(true)
  expect(isFrameType(0)).toBe(false)
})

describe("what the guest says first", () => {
  test("is a control connection with its protocol, or the one-time number of an operation", () => {
    accepts(helloShape, { kind: "control", protocol: 1, build: "1.0 abc", guest: "g" })
    accepts(helloShape, { kind: "operation", number: "ab12" })
  })

  test("is refused in any other form", () => {
    const others = [
      null,
      [],
      "control",
      {},
      { kind: "other" },
      { kind: "control" },
      { kind: "control", protocol: -1, build: "b", guest: "g" },
      { kind: "control", protocol: 1.5, build: "b", guest: "g" },
      { kind: "operation", number: 7 },
      { kind: "operation", number: "x".repeat(65) },
    ]
    for (const value of others) refuses(helloShape, value)
  })
})

describe("a request", () => {
  test("is read by the shape of its operation and loses what that does not name", () => {
    const request = { op: "read", root: "workdir", path: "a.txt", offset: 0, maxBytes: 10, more: true }
    expect(requestShape(request)).toEqual({ op: "read", root: "workdir", path: "a.txt", offset: 0, maxBytes: 10 })
  })

  test("is refused when its operation, root, sizes or argv are not the protocol's", () => {
    const others = [
      { op: "format-disk" },
      { op: "constructor" },
      { op: "__proto__" },
      { op: "read", root: "etc", path: "a", offset: 0, maxBytes: 1 },
      { op: "read", root: "home", path: "a", offset: -1, maxBytes: 1 },
      { op: "read", root: "home", path: "a", offset: 0, maxBytes: 2 ** 60 },
      { op: "run", argv: "ls", env: {}, mark: "m" },
      { op: "run", argv: ["ls"], env: { A: 1 }, mark: "m" },
      { op: "connect", port: 65_536 },
      { op: "list", root: "home", path: "p".repeat(4_097), maxEntries: 1 },
    ]
    for (const value of others) refuses(requestShape, value)
  })
})

describe("what the guest claims", () => {
  test("about a file is a kind that exists and sizes that are whole numbers", () => {
    accepts(entryShape, { name: "a\nb", kind: "file", size: 0, modified: 1 })
    refuses(entryShape, { name: "a", kind: "socket", size: 0, modified: 1 })
    refuses(entryShape, { name: "a", kind: "file", size: Number.MAX_VALUE, modified: 1 })
    refuses(entryShape, { name: "a", kind: "file", size: "12", modified: 1 })
    refuses(entryShape, { name: "x".repeat(1_025), kind: "file", size: 0, modified: 1 })
  })

  test("about an end, a failure and a listing stays within its bounds", () => {
    accepts(exitShape, { code: null, signal: "SIGKILL" })
    refuses(exitShape, { code: 256, signal: null })
    refuses(failedShape, { kind: "surprise", message: "" })
    refuses(failedShape, { kind: "missing", message: "x".repeat(5_000) })
    refuses(listShape, { entries: new Array(limits.listEntries + 1).fill({}), more: false })
    refuses(keptShape, { kept: new Array(limits.kept + 1).fill({ id: "a", running: true }) })
    refuses(processesShape, { processes: [{ pid: -4, parent: 1, command: "x" }] })
  })
})

describe("JSON", () => {
  const point = fields({ x: whole(9), name: text(3) })

  test("is read by its shape", () => {
    expect(readJson(json({ x: 4, name: "abc", y: 1 }), point)).toEqual({ x: 4, name: "abc" })
  })

  test("that is cut off, not UTF-8 or of another shape is refused in one way", () => {
    for (const bytes of [
      Buffer.from('{"x":'),
      Buffer.from([0xff, 0xfe]),
      json([]),
      json(null),
      json({ x: 10, name: "" }),
    ]) {
      expect(() => readJson(bytes, point)).toThrow(NotThisShape)
    }
  })

  test("cannot reach behind an object by its keys", () => {
    const read = dictionary(text(9), 5)(JSON.parse('{"__proto__":"a","b":"c"}'))
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    expect(read).toHaveProperty("b", "c")
    refuses(dictionary(text(9), 1), { a: "1", b: "2" })
  })
})
