import { expect, test } from "bun:test"
import { problemForError, type RouteError } from "./problem-for-error.ts"
import { problemHeaders } from "./problem.ts"

test("every failure of a route has a status; what has no name is our bug", () => {
  const cases: [Partial<RouteError>, number, string][] = [
    [{ code: "NOT_FOUND" }, 404, "not-found"],
    [{ code: "NOT_FOUND", allowed: ["GET"] }, 405, "method-not-allowed"],
    [{ code: "PARSE" }, 400, "malformed"],
    [{ code: "INVALID_COOKIE_SIGNATURE" }, 400, "malformed"],
    [{ code: "VALIDATION", error: { type: "query" } }, 422, "invalid"],
    [{ code: "VALIDATION", error: { type: "response" } }, 500, "internal"],
    [{ code: "VALIDATION", error: "nothing" }, 500, "internal"],
    [{ error: Object.assign(new Error(), { code: "ENOSPC" }) }, 507, "storage-full"],
    [{ error: Object.assign(new Error(), { code: "EDQUOT" }) }, 507, "storage-full"],
    [{ error: Object.assign(new Error(), { code: "EROFS" }) }, 507, "storage-full"],
    [{ error: Object.assign(new Error(), { code: "EIO" }) }, 507, "storage-full"],
    [{ error: new Error("any"), allowed: ["GET"] }, 500, "internal"],
    [{ error: undefined }, 500, "internal"],
    [{ error: null }, 500, "internal"],
  ]
  for (const [given, status, code] of cases) {
    const problem = problemForError({ code: "UNKNOWN", error: undefined, allowed: [], ...given })
    expect([given, problem.status, problem.code]).toEqual([given, status as typeof problem.status, code])
  }
})

test("a refusal says in its headers what would be answered, and when", () => {
  expect(problemHeaders({ status: 405, code: "x", allow: ["GET", "POST"] })).toEqual({ allow: "GET, POST" })
  expect(problemHeaders({ status: 429, code: "x", retryAfter: 2 })).toEqual({ "retry-after": "2" })
  expect(problemHeaders({ status: 429, code: "x", retryAfter: 0 })).toEqual({ "retry-after": "0" })
  expect(problemHeaders({ status: 404, code: "x" })).toEqual({})
})
