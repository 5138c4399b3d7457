import { expect, test } from "bun:test"
import { inspect } from "node:util"
import { Secret } from "./secret.ts"

const key = new Secret("sk-canary")

test("a secret prints as [secret], however it is printed", () => {
  const printed = [
    `${key}`,
    String(key),
    key + "",
    JSON.stringify({ key }),
    inspect(key),
    inspect({ key }),
    Bun.inspect(key),
    Bun.inspect({ deep: { key } }),
  ]
  for (const text of printed) {
    expect(text).toContain("[secret]")
    expect(text).not.toContain("canary")
  }
})

test("a secret cannot be copied out of its wrapper by accident", () => {
  expect(JSON.stringify({ ...key })).toBe("{}")
  expect(Object.values(key)).toEqual([])
  expect(() => structuredClone(key).reveal()).toThrow()
})

test("only asking by name reveals it", () => {
  expect(key.reveal()).toBe("sk-canary")
})
