import { expect, test } from "bun:test"
import { readHtml } from "../../src/testing/html.ts"
import { frame, type Setting } from "../../src/tools/gallery/samples.ts"
import type { ErrorView } from "../props/frame.ts"
import { ErrorPage, errorSentences } from "./error.tsx"

const setting: Setting = { locale: "en", theme: "light", assets: { script: "/s", style: "/c", icon: "/i" } }
const statuses: ErrorView["status"][] = [400, 401, 403, 404, 405, 409, 413, 421, 422, 429, 500, 503, 507]

const show = (change: Partial<ErrorView>) =>
  readHtml(String(<ErrorPage page={{ ...frame(setting), status: 404, signedIn: true, ...change }} />))

test("each refusal has a title and a sentence of its own that says what to do, in both languages", () => {
  for (const locale of ["en", "zh"] as const) {
    const sentences = statuses.map((status) => errorSentences(status, { locale, now: 0 }))
    expect(new Set(sentences.map(([title]) => title)).size).toBe(statuses.length)
    expect(new Set(sentences.map(([, text]) => text)).size).toBe(statuses.length)
  }
  for (const status of statuses) {
    const [title] = errorSentences(status, { locale: "en", now: 0 })
    expect(show({ status }).one("h1").text).toBe(title)
  }
})

test("a broken page names its request, a throttled one its time, and details are folded", () => {
  expect(show({ status: 500, requestId: "4f2c" }).one(".mono").text).toBe("Request 4f2c")
  expect(
    show({ status: 429, retryAfter: 30 })
      .all("main p")
      .map(({ text }) => text),
  ).toContain("Try again in 30 seconds.")
  const later = show({ status: 429, retryAfter: 400 }).all("main p")
  expect(later.map(({ text }) => text)).toContain("Try again in 7 minutes.")
  expect(show({ detail: "ENOSPC" }).one("details pre").text).toBe("ENOSPC")
})

test("the way on leads a member to the loops and a stranger to the door", () => {
  expect(show({}).one("a.primary").attributes["href"]).toBe("/loops")
  expect(show({ signedIn: false }).one("a.primary").attributes["href"]).toBe("/sign-in")
})

test("while the server restarts the page asks again by itself, and only then", () => {
  const page = (change: Partial<ErrorView>) =>
    String(<ErrorPage page={{ ...frame(setting), status: 503, signedIn: true, ...change }} />)
  expect(page({ again: "/loops" })).toContain(`<noscript><meta http-equiv="refresh" content="3; url=/loops">`)
  expect(show({ status: 503, from: "/loops/new" }).one("body").attributes["data-reopen"]).toBe("/loops/new")
  expect(page({ status: 404 })).not.toContain("refresh")
  expect(show({ status: 404 }).one("body").attributes["data-reopen"]).toBeUndefined()
})
