import { expect, test } from "bun:test"
import { checkDependencies, checkSizes, longest, runtimeDependencies } from "./check-sizes.ts"
import { parseSource } from "./source.ts"

const found = (path: string, text: string) =>
  checkSizes([parseSource(path, text)]).map(({ rule, line }) => `${rule}:${line}`)
const lines = (count: number, text = "  f()") => Array.from({ length: count }, () => text).join("\n")

test("a file of three hundred lines passes and one more is found", () => {
  expect(found("src/loops/loop.ts", `${lines(longest.file, "f()")}\n`)).toEqual([])
  expect(found("src/loops/loop.ts", `${lines(longest.file + 1, "f()")}\n`)).toEqual(["file-length:301"])
})

test("a function of sixty lines passes and one more is found", () => {
  const body = (count: number) => `\nfunction start() {\n${lines(count - 2)}\n}\n`
  expect(found("src/loops/loop.ts", body(longest.function))).toEqual([])
  expect(found("src/loops/loop.ts", body(longest.function + 1))).toEqual(["function-length:2"])
})

test("a factory is measured without the functions it holds, which are measured themselves", () => {
  const method = (count: number) => `  function one() {\n${lines(count - 2)}\n  }\n`
  expect(found("src/loops/loop.ts", `function createLoops() {\n${method(50)}${method(50)}}\n`)).toEqual([])
  expect(found("src/loops/loop.ts", `function startLoops() {\n${method(50)}${method(50)}}\n`)).toEqual([
    "function-length:1",
  ])
  expect(found("src/loops/loop.ts", `function createLoops() {\n${method(61)}}\n`)).toEqual(["function-length:2"])
  expect(found("src/loops/loop.ts", `function createLoops() {\n${lines(60)}\n}\n`)).toEqual(["function-length:1"])
})

test("a route handler of fifteen lines passes and one more is found", () => {
  const route = (count: number) => `app.get(path, async () => {\n${lines(count - 2)}\n})\n`
  expect(found("src/loops/routes.tsx", route(longest.routeHandler))).toEqual([])
  expect(found("src/loops/routes.tsx", route(longest.routeHandler + 1))).toEqual(["handler-length:1"])
  expect(found("src/loops/list.ts", route(longest.routeHandler + 1))).toEqual([])
})

test("the composition root may be one long list", () => {
  const list = `function createApp() {\n${lines(100)}\n}\n`
  expect(found("src/app/create-app.ts", list)).toEqual([])
  expect(found("src/app/other.ts", list)).toEqual(["function-length:1"])
})

test("a package that nobody decided on is refused, and so is a version that floats", () => {
  const decision = runtimeDependencies.map((name) => `- \`${name}\`: needed.`).join("\n")
  const complaints = (dependencies: Record<string, string>, text = decision) =>
    checkDependencies({ dependencies }, text).map(({ message }) => message)
  expect(complaints({ elysia: "1.4.30" })).toEqual([])
  expect(complaints({ "left-pad": "1.0.0" })).toEqual([
    expect.stringContaining("left-pad is not in the list"),
    expect.stringContaining("left-pad has no line in decision 012"),
  ])
  expect(complaints({ elysia: "^1.4.30" })).toEqual([expect.stringContaining("name one exact version")])
  expect(complaints({ elysia: "1.4.30" }, "nothing")).toEqual([expect.stringContaining("elysia has no line")])
})
