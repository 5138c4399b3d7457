import { expect, test } from "bun:test"
import { accountWords } from "../lib/i18n/accounts.ts"
import { locales } from "../lib/i18n/locale.ts"
import { fieldErrors, setUpErrors, signInErrors } from "./present.ts"

const flaws = [
  "name-invalid",
  "name-reserved",
  "name-taken",
  "password-short",
  "password-long",
  "password-common",
  "password-about-you",
] as const

test("every refused sign-in has a sentence of its own, in both languages", () => {
  for (const locale of locales) {
    const errors = [
      signInErrors({ kind: "refused" }, locale),
      signInErrors({ kind: "pending" }, locale),
      signInErrors({ kind: "disabled" }, locale),
      signInErrors({ kind: "too-many", retryAfter: 61 }, locale),
      signInErrors({ kind: "busy", retryAfter: 2 }, locale),
    ]
    const sentences = errors.map(({ form }) => form)
    expect(new Set(sentences).size).toBe(5)
    for (const sentence of sentences) expect(sentence).toMatch(/[.。]$/)
  }
})

test("each flaw of a name or password stands at its own field, with its own words", () => {
  for (const locale of locales) {
    const errors = flaws.map((flaw) => setUpErrors({ kind: "refused", flaw }, locale))
    expect(errors.map((one) => Object.keys(one).join())).toEqual(flaws.map((flaw) => flaw.split("-")[0] ?? ""))
    const sentences = errors.flatMap((one) => Object.values(one))
    expect(new Set(sentences).size).toBe(flaws.length)
    expect(sentences).not.toContain(accountWords(locale).fieldInvalid)
  }
})

test("a wrong token stands at the token, what concerns the whole form above it", () => {
  expect(Object.keys(setUpErrors({ kind: "wrong-token" }, "en"))).toEqual(["token"])
  expect(setUpErrors({ kind: "too-many", retryAfter: 900 }, "en")["form"]).toContain("15 minutes")
  expect(Object.keys(setUpErrors({ kind: "busy", retryAfter: 2 }, "en"))).toEqual(["form"])
})

test("waiting times are told in whole minutes, never zero", () => {
  const sentence = (retryAfter: number) => signInErrors({ kind: "too-many", retryAfter }, "en")["form"]
  expect(sentence(1)).toContain("in a minute")
  expect(sentence(60)).toContain("in a minute")
  expect(sentence(61)).toContain("2 minutes")
})

test("a code that has no words of its own still gives a sentence", () => {
  expect(fieldErrors({ name: "unheard-of" }, "en")).toEqual({ name: accountWords("en").fieldInvalid })
})
