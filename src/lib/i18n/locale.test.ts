import { expect, test } from "bun:test"
import { area } from "./area.ts"
import { environmentLocale, languageTag, type Locale, locales, negotiate } from "./locale.ts"

function check(header: string | null, expected: Locale) {
  expect([header, negotiate(header)]).toEqual([header, expected])
}

test("a visitor gets the first of our languages that the browser asks for", () => {
  check(null, "en")
  check("", "en")
  check("zh", "zh")
  check("zh-CN,zh;q=0.9,en;q=0.8", "zh")
  check("en-GB,zh;q=0.9", "en")
  check("de-DE,fr;q=0.8", "en")
  check("de,zh;q=0.5,en;q=0.4", "zh")
  check("en;q=0.2, zh;q=0.7", "zh")
  check("ZH-Hant", "zh")
  check("zh;q=0, en", "en")
})

test("a header that is nonsense or endless means English", () => {
  check(";;;,,,q=", "en")
  check("zh;q=banana", "en")
  check("*", "en")
  check(`${"xx,".repeat(100_000)}zh`, "en")
})

test("a terminal gets the language that its environment names, English for any other", () => {
  const cases: [Record<string, string>, Locale][] = [
    [{}, "en"],
    [{ LANG: "zh_CN.UTF-8" }, "zh"],
    [{ LANG: "C.UTF-8" }, "en"],
    [{ LANG: "zh_CN.UTF-8", LC_ALL: "en_GB.UTF-8" }, "en"],
    [{ LANG: "en_GB.UTF-8", LC_MESSAGES: "zh_TW" }, "zh"],
    [{ LANG: "zha" }, "en"],
  ]
  for (const [env, expected] of cases) expect([env, environmentLocale(env)]).toEqual([env, expected])
})

test("every language has a tag that Intl understands", () => {
  expect(locales.map((locale) => new Intl.Locale(languageTag[locale]).language)).toEqual(["en", "zh"])
})

test("an area gives the words of one language, and all of them to those who compare", () => {
  const words = area(
    { hello: "Hello", loops: (count: number) => `${count} loops` },
    { hello: "你好", loops: (count) => `${count} 个 loop` },
  )
  expect(words("en").hello).toBe("Hello")
  expect(words("zh").loops(2)).toBe("2 个 loop")
  expect(words.all.zh).toBe(words("zh"))
})
