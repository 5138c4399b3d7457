import { expect, test } from "bun:test"
import { createRouteTable } from "./route-table.ts"

const table = createRouteTable([
  { method: "GET", path: "/" },
  { method: "GET", path: "/loops/:id" },
  { method: "POST", path: "/loops/:id" },
  { method: "WS", path: "/loops/:id/terminal" },
  { method: "GET", path: "/assets/*" },
  { method: "ALL", path: "/git/:name" },
])

test("a request is found by method and pattern, and by nothing that only looks like it", () => {
  const cases: [string, string, string | undefined][] = [
    ["GET", "/", "/"],
    ["GET", "/loops/7", "/loops/:id"],
    ["HEAD", "/loops/7", "/loops/:id"],
    ["GET", "/loops/7/", "/loops/:id"],
    ["DELETE", "/loops/7", undefined],
    ["GET", "/loops/7/8", undefined],
    ["GET", "/loops/", undefined],
    ["GET", "/loops/7/terminal", undefined],
    ["WS", "/loops/7/terminal", "/loops/:id/terminal"],
    ["WS", "/loops/7", undefined],
    ["GET", "/assets/a/b.js", "/assets/*"],
    ["GET", "/assetsx", undefined],
    ["PATCH", "/git/x", "/git/:name"],
  ]
  for (const [method, path, found] of cases)
    expect([method, path, table.match(method, path)]).toEqual([method, path, found])
})

test("a known path tells which methods it answers", () => {
  expect(table.methods("/loops/7")).toEqual(["GET", "POST"])
  expect(table.methods("/loops/7/terminal")).toEqual(["GET"])
  expect(table.methods("/nothing")).toEqual([])
})
