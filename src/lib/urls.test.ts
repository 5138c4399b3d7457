import { expect, test } from "bun:test"
import { paths, urls } from "./urls.ts"

const id = "3f0c1d2e-5a6b-4c7d-8e9f-000000000001"

test("what stands in an address is encoded", () => {
  expect(urls.provider("personal", "a/b ?#é")).toBe("/settings/providers/personal/a%2Fb%20%3F%23%C3%A9")
  expect(urls.loops({ show: "all", q: "a&b=c" })).toBe("/loops?show=all&q=a%26b%3Dc")
  expect(urls.loops({ q: "" })).toBe("/loops")
  expect(urls.loopEvents(id, 0)).toBe(`/loops/${id}/events?after=0`)
})

test("every path has an address of the same form", () => {
  const address = (path: string) => path.replace(/:\w+/g, "x")
  const made = new Set(
    Object.values(urls).map((url) =>
      typeof url === "string" ? url : (url as (...parts: string[]) => string)("x", "x"),
    ),
  )
  for (const url of made) expect(Object.values(paths).map(address)).toContain(url.replace(/\?.*$/, ""))
})
