import { expect, test } from "bun:test"
import { accountWords } from "../lib/i18n/accounts.ts"
import { locales } from "../lib/i18n/locale.ts"
import { fieldErrors, showSetUpRefusal, showSignInRefusal, tooLarge } from "./present.ts"

const flaws = [
  "name-invalid",
  "name-reserved",
  "name-taken",
  "password-short",
  "password-long",
  "password-common",
  "password-about-you",
] as const

test("every refused sign-in has its status and a sentence of its own, in both languages", () => {
  for (const locale of locales) {
    const shown = [
      showSignInRefusal({ kind: "refused" }, locale),
      showSignInRefusal({ kind: "pending" }, locale),
      showSignInRefusal({ kind: "disabled" }, locale),
      showSignInRefusal({ kind: "too-many", retryAfter: 61 }, locale),
      showSignInRefusal({ kind: "busy", retryAfter: 2 }, locale),
      tooLarge(locale),
    ]
    expect(shown.map(({ status }) => status)).toEqual([401, 403, 403, 429, 429, 413])
    expect(shown.map(({ retryAfter }) => retryAfter)).toEqual([undefined, undefined, undefined, 61, 2, undefined])
    const sentences = shown.map(({ errors }) => errors["form"])
    expect(new Set(sentences).size).toBe(6)
    for (const sentence of sentences) expect(sentence).toMatch(/[.。]$/)
  }
})

test("each flaw of a name or password stands at its own field, with its own words", () => {
  for (const locale of locales) {
    const shown = flaws.map((flaw) => showSetUpRefusal({ kind: "refused", flaw }, locale))
    expect(shown.every(({ status }) => status === 422)).toBe(true)
    const fields = shown.map(({ errors }) => Object.keys(errors).join())
    expect(fields).toEqual(flaws.map((flaw) => flaw.split("-")[0] ?? ""))
    const sentences = shown.flatMap(({ errors }) => Object.values(errors))
    expect(new Set(sentences).size).toBe(flaws.length)
    expect(sentences).not.toContain(accountWords(locale).fieldInvalid)
  }
})

test("a wrong token, too many of them and a busy server are told apart", () => {
  const shown = [
    showSetUpRefusal({ kind: "wrong-token" }, "en"),
    showSetUpRefusal({ kind: "too-many", retryAfter: 900 }, "en"),
    showSetUpRefusal({ kind: "busy" }, "en"),
  ]
  expect(shown.map(({ status }) => status)).toEqual([403, 429, 429])
  expect(Object.keys(shown[0]?.errors ?? {})).toEqual(["token"])
  expect(shown[1]?.errors["form"]).toContain("15 minutes")
})

test("waiting times are told in whole minutes, never zero", () => {
  const sentence = (retryAfter: number) => showSignInRefusal({ kind: "too-many", retryAfter }, "en").errors["form"]
  expect(sentence(1)).toContain("in a minute")
  expect(sentence(60)).toContain("in a minute")
  expect(sentence(61)).toContain("2 minutes")
})

test("a code that has no words of its own still gives a sentence", () => {
  expect(fieldErrors({ name: "unheard-of" }, "en")).toEqual({ name: accountWords("en").fieldInvalid })
})
