import { expect, test } from "bun:test"
import { parsed } from "./parsed.ts"

test("a value is what its parser makes of it, and what it makes nothing of is said to be none", () => {
  const Even = parsed((value) => (typeof value === "number" && value % 2 === 0 ? value / 2 : undefined), "half")
  expect(Even.parse(0)).toBe(0)
  expect(Even.parse(8)).toBe(4)
  for (const wrong of [3, "4", undefined, null])
    expect(Even.safeParse(wrong).error?.issues.map(({ message }) => message)).toEqual(["not a half"])
})
