import { expect, test } from "bun:test"
import { testIds } from "../testing/clock.ts"
import { userName } from "../testing/loops.ts"
import { isUsable, mostTerminals, newTerminal, noTerminals, parseName, parseTerminalList } from "./terminal.ts"

test("a name is one line of at most forty characters, and nothing that hides or turns text around", () => {
  const check = (given: string, name: string | undefined) => expect(parseName(given)).toBe(name)
  check("  tests  ", "tests")
  check("服务器", "服务器")
  check("a\nb\tc", "a b c")
  check("\u202egnp.exe\u0007", "gnp.exe")
  check(" \u200b ", undefined)
  check("", undefined)
  check("x".repeat(50), "x".repeat(40))
  check("😀".repeat(50), "😀".repeat(40))
})

test("sizes that no program can use are ignored", () => {
  const check = (columns: number, rows: number, usable: boolean) => expect(isUsable({ columns, rows })).toBe(usable)
  check(80, 24, true)
  check(10, 2, true)
  check(500, 300, true)
  check(9, 24, false)
  check(80, 1, false)
  check(501, 24, false)
  check(80, 301, false)
  check(0, 0, false)
  check(Number.NaN, 24, false)
})

test("a new terminal gets the smallest free number and an id of its own", () => {
  const ids = testIds()
  const list = noTerminals(userName("alice"))
  const first = newTerminal(list, ids)
  const second = newTerminal({ ...list, terminals: [first] }, ids)
  const third = newTerminal({ ...list, terminals: [second] }, ids)
  expect([first.number, second.number, third.number]).toEqual([1, 2, 1])
  expect(new Set([first.id, second.id, third.id]).size).toBe(3)
})

test("what lies on disk is read as it was written, and nothing else is", () => {
  const list = { ...noTerminals(userName("alice")), terminals: [newTerminal(noTerminals(userName("a")), testIds())] }
  expect(parseTerminalList(JSON.parse(JSON.stringify(list)))).toEqual(list)
  const [one] = list.terminals
  for (const wrong of [
    null,
    { ...list, version: 2 },
    { ...list, driver: "../x" },
    { ...list, terminals: [{ ...one, id: "../../x" }] },
    { ...list, terminals: [{ ...one, run: "" }] },
    { ...list, terminals: Array.from({ length: mostTerminals + 1 }, () => one) },
  ])
    expect(() => parseTerminalList(wrong)).toThrow()
})
