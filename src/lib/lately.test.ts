import { expect, test } from "bun:test"
import { lately } from "./lately.ts"

function counted(mostCharacters: number) {
  const asked: string[] = []
  const loud = lately((text) => (asked.push(text), text.toUpperCase()), mostCharacters)
  return { asked, loud }
}

test("what was asked lately is made once", () => {
  const { asked, loud } = counted(100)
  expect([loud("ab"), loud("ab"), loud("cd"), loud("ab")]).toEqual(["AB", "AB", "CD", "AB"])
  expect(asked).toEqual(["ab", "cd"])
})

test("what was not asked for the longest time makes room, and is made again", () => {
  const { asked, loud } = counted(16)
  for (let n = 10; n < 18; n++) loud(String(n))
  loud("10")
  loud("18")
  expect(asked).toHaveLength(9)
  loud("10")
  expect(asked).toHaveLength(9)
  loud("11")
  expect(asked.at(-1)).toBe("11")
})

test("one long text does not push all the others out", () => {
  const { asked, loud } = counted(16)
  loud("ab")
  loud("far too long")
  loud("far too long")
  loud("ab")
  expect(asked).toEqual(["ab", "far too long", "far too long"])
})
