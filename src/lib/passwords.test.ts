import { expect, test } from "bun:test"
import { join } from "node:path"
import { parseCommonPasswords, passwordFlaw } from "./passwords.ts"

const list = await Bun.file(join(import.meta.dir, "../../templates/common-passwords.txt")).text()
const context = { common: parseCommonPasswords(list), words: ["ada", "loopat", "Acme Works", "build-host"] }

test("a password is refused for its length, for being everybody's, and for being about its owner", () => {
  const cases: [string, ReturnType<typeof passwordFlaw>][] = [
    ["", "password-short"],
    ["1234567", "password-short"],
    ["a".repeat(257), "password-long"],
    ["password", "password-common"],
    ["PassWord", "password-common"],
    ["qwerty123", "password-common"],
    ["loopat123", "password-about-you"],
    ["Loopat!!!", "password-about-you"],
    ["ada123456", "password-about-you"],
    ["acmeworks", "password-about-you"],
    ["Acme Works 2026", "password-about-you"],
    ["build-host", "password-about-you"],
    ["build-host1!", "password-about-you"],
  ]
  for (const [password, flaw] of cases) expect([password, passwordFlaw(password, context)]).toEqual([password, flaw])
})

test("any script, any blanks and any length up to 256 are fine, and nothing is required", () => {
  const good = [
    "我的狗叫小花花呀",
    "a".repeat(256),
    "𝒶".repeat(256),
    "  two blanks around  ",
    "aaaaaaab",
    "correct horse",
  ]
  for (const password of good) expect([password, passwordFlaw(password, context)]).toEqual([password, undefined])
})

test("characters are counted, not the units that store them", () => {
  expect(passwordFlaw("𝒶".repeat(7), context)).toBe("password-short")
  expect(passwordFlaw("👩‍💻👩‍💻👩‍💻", context)).toBeUndefined()
})

test("the list holds ten thousand distinct passwords that would be long enough", () => {
  const lines = list.split("\n").filter((line) => line !== "" && !line.startsWith("# "))
  expect(new Set(lines.map((line) => line.toLowerCase())).size).toBe(10_000)
  expect(lines.every((password) => password.length >= 8 && password === password.trim())).toBe(true)
  expect(
    lines.filter((_, nth) => nth % 500 === 0).every((password) => context.common.has(password.toLowerCase())),
  ).toBe(true)
  expect(context.common.has(`${lines[0]}\n${lines[1]}`)).toBe(false)
})
