import { expect, test } from "bun:test"
import { locales } from "../lib/i18n/locale.ts"
import type { Failure, FailureKind } from "./contract.ts"
import { failureKind, resetTime, wordsOf } from "./failure.ts"
import { failureSentence } from "./words.ts"

const failure = (part: Partial<Failure>): Failure => ({
  kind: "broken",
  provider: "Acme",
  model: "m-1",
  status: 500,
  at: 0,
  detail: "",
  ...part,
})

test("each status means one thing to a person", () => {
  const table: [number, string, FailureKind][] = [
    [401, "", "key-refused"],
    [403, "", "key-refused"],
    [404, "", "model"],
    [429, "", "limit"],
    [402, "", "credit"],
    [400, "Your credit balance is too low", "credit"],
    [403, "Insufficient balance", "credit"],
    [429, "insufficient quota", "limit"],
    [400, "messages: too long", "request"],
    [413, "", "request"],
    [500, "", "broken"],
    [502, "", "broken"],
    [503, "", "overloaded"],
    [529, "", "overloaded"],
  ]
  for (const [status, words, kind] of table)
    expect([status, words, failureKind(status, words)]).toEqual([status, words, kind])
})

test("the provider's words are found in any form of body, without markup and cut", () => {
  expect(wordsOf('{"type":"error","error":{"type":"x","message":"no \\"such\\" key"}}')).toBe('no "such" key')
  expect(wordsOf("<html><h1>Bad   gateway</h1></html>")).toBe("Bad gateway")
  expect(wordsOf("")).toBe("")
  expect(wordsOf("x".repeat(2000))).toHaveLength(500)
})

test("a limit's end is read from seconds, a date or the provider's own header", () => {
  const now = Date.parse("2026-01-15T12:00:00Z")
  expect(resetTime(new Headers({ "retry-after": "30" }), now)).toEqual({ resetsAt: now + 30_000 })
  expect(resetTime(new Headers({ "retry-after": "Thu, 15 Jan 2026 12:01:00 GMT" }), now)).toEqual({
    resetsAt: now + 60_000,
  })
  expect(resetTime(new Headers({ "anthropic-ratelimit-requests-reset": "2026-01-15T12:02:00Z" }), now)).toEqual({
    resetsAt: now + 120_000,
  })
  expect(resetTime(new Headers({ "retry-after": "soon" }), now)).toEqual({})
})

test("every failure has a sentence in both languages that names the provider", () => {
  const kinds: FailureKind[] = [
    ...(["key-refused", "model", "limit", "credit", "overloaded", "broken", "request", "network", "tls"] as const),
    ...(["silent", "address"] as const),
  ]
  for (const locale of locales) {
    const sentences = kinds.map((kind) => failureSentence(failure({ kind }), locale))
    expect(new Set(sentences).size).toBe(kinds.length)
    for (const sentence of sentences) expect(sentence).toContain("Acme")
  }
})

test("no provider names vault and variable where one is missing", () => {
  const missing = { variable: "ACME_API_KEY", vault: "prod" }
  expect(failureSentence(failure({ kind: "no-provider", missing }), "en")).toMatch(
    /Acme needs ACME_API_KEY.*vault prod/,
  )
  expect(failureSentence(failure({ kind: "no-provider" }), "en")).toContain("Settings → Providers")
  expect(failureSentence(failure({ kind: "limit", resetsAt: Date.parse("2026-01-15T12:34:00Z") }), "en")).toContain(
    ":34",
  )
})
