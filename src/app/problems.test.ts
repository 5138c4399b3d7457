import { expect, test } from "bun:test"
import { readHtml } from "../testing/html.ts"
import { testApp } from "../testing/test-app.ts"
import { createShowProblem } from "./problems.tsx"

const documents: Parameters<typeof createShowProblem>[0] = {
  document: ({ locale, theme }, title) => ({
    reader: { locale, now: 0 },
    ...{ theme, title, workspace: "Acme", assets: { script: "/s", style: "/c", icon: "/i" } },
  }),
  frame: () => {
    throw new Error("no error page has a frame")
  },
  stranger: () => ({ locale: "en", theme: "system", requestId: "" }),
}

const shown = async (status: 403 | 404 | 409 | 500 | 503, path: string, init: RequestInit = {}) => {
  const request = new Request(new URL(path, "http://localhost"), init)
  const page = readHtml(await createShowProblem(documents)({ status, code: "any" }, request).text())
  return page.all(".form-foot a").map(({ text, attributes }) => [text, attributes["href"]])
}
const refusedForm = (referer: string): RequestInit => ({ method: "POST", headers: { referer } })

test("a page that failed is offered again, one that is not there is not", async () => {
  expect(await shown(500, "/loops?show=all")).toEqual([
    ["Try again", "/loops?show=all"],
    ["Sign in", "/sign-in?next=%2Floops%3Fshow%3Dall"],
  ])
  expect(await shown(404, "/loops")).toEqual([["Sign in", "/sign-in?next=%2Floops"]])
})

test("a refused form leads back to the page it stood on, and to no other site", async () => {
  const back = ["Back to the page", "/settings/providers"]
  expect(await shown(403, "/loops", refusedForm("http://localhost/settings/providers"))).toContainEqual(back)
  expect(await shown(409, "/loops", refusedForm("https://evil.example/steal"))).toEqual([["Sign in", "/sign-in"]])
  expect(await shown(409, "/loops", { method: "POST" })).toEqual([["Sign in", "/sign-in"]])
})

test("who tried too often learns what was counted and how long it lasts, on the page, in a toast and as a program", async () => {
  const sentence =
    "There were too many wrong tries from your network, so this one was not looked at and nothing was changed."
  const answer = async (headers: Record<string, string>) => {
    const request = new Request("http://localhost/hooks/x", { method: "POST", headers })
    const shown = createShowProblem(documents)({ status: 429, code: "too-many", retryAfter: 301 }, request)
    expect([shown.status, shown.headers.get("retry-after")]).toEqual([429, "301"])
    return shown.text()
  }
  for (const [name, value] of [
    ["accept", "application/json"],
    ["hx-request", "true"],
  ] as const)
    expect(await answer({ [name]: value })).toContain(`${sentence} Try again in 6 minutes.`)
  const words = readHtml(await answer({})).all("main p")
  expect(words.map(({ text }) => text)).toEqual(["429", sentence, "Try again in 6 minutes."])
})

test("while the server stops every page says so and opens by itself, and the health check says why", async () => {
  await using world = await testApp()
  const gone = world.app[Symbol.asyncDispose]()
  const ask = (path: string) =>
    world.app.answer(new Request(`http://localhost${path}`, { headers: { accept: "text/html" } }))
  const answer = await ask("/loops?show=all")
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"])
  const page = readHtml(await answer.text())
  expect(page.one("h1").text).toBe("The server is restarting")
  expect(page.one("body").attributes["data-reopen"]).toBe("/loops?show=all")
  expect(await (await ask("/readyz")).text()).toContain("draining")
  await gone
})
