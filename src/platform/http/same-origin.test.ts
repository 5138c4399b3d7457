import { expect, test } from "bun:test"
import { maySendThis } from "./same-origin.ts"

const own = "http://localhost:10001"
const token = "t".repeat(43)
const form = "application/x-www-form-urlencoded"

interface Sent {
  method?: string
  site?: string
  origin?: string
  mode?: string
  accept?: string
  upgrade?: string
  type?: string
  body?: string
}

function may({ method = "POST", body, ...sent }: Sent, formToken: string | undefined = token): Promise<boolean> {
  const names = {
    site: "sec-fetch-site",
    origin: "origin",
    mode: "sec-fetch-mode",
    accept: "accept",
    upgrade: "upgrade",
    type: "content-type",
  }
  const headers = new Headers()
  for (const [key, name] of Object.entries(names)) {
    const value = sent[key as keyof typeof names]
    if (value !== undefined) headers.set(name, value)
  }
  if (body !== undefined) headers.set("content-length", String(body.length))
  return maySendThis({ request: new Request(own, { method, headers, body }), ownOrigin: own, formToken })
}

test("our own pages may do everything, pages of others nothing that changes or listens", async () => {
  const cases: [Sent, boolean][] = [
    [{ site: "same-origin", origin: own }, true],
    [{ origin: own }, true],
    [{ method: "DELETE", site: "same-origin" }, true],
    [{ site: "none" }, true],
    [{ site: "cross-site", origin: "https://evil.example" }, false],
    [{ site: "same-site", origin: "http://localhost:3000" }, false],
    [{ origin: "null" }, false],
    [{ origin: own, site: "cross-site" }, false],
    [{ origin: "https://evil.example", type: "application/json", body: "{}" }, false],
    [{ method: "DELETE", origin: "https://evil.example" }, false],
    [{ method: "GET", upgrade: "websocket", origin: own, site: "same-origin" }, true],
    [{ method: "GET", upgrade: "websocket", origin: "https://evil.example" }, false],
    [{ method: "GET", upgrade: "WebSocket", site: "same-site" }, false],
    [{ method: "GET", upgrade: "websocket" }, false],
    [{ method: "GET", accept: "text/event-stream", site: "same-origin" }, true],
    [{ method: "GET", accept: "text/event-stream", site: "cross-site" }, false],
    [{ method: "GET", accept: "text/event-stream", site: "cross-site", mode: "navigate" }, false],
  ]
  for (const [sent, expected] of cases) expect([sent, await may(sent)]).toEqual([sent, expected])
})

test("a link from elsewhere may be followed, but nothing else of ours is read from there", async () => {
  expect(await may({ method: "GET", site: "cross-site", mode: "navigate" })).toBe(true)
  expect(await may({ method: "GET", site: "cross-site", mode: "no-cors" })).toBe(false)
  expect(await may({ method: "GET", site: "same-site", mode: "cors", origin: "http://localhost:3000" })).toBe(false)
  expect(await may({ method: "GET", site: "cross-site", mode: "no-cors" }, "")).toBe(true)
})

test("without Origin and Sec-Fetch-Site a form needs its token and a call must be JSON", async () => {
  const cases: [Sent, boolean][] = [
    [{ type: form, body: `formToken=${token}` }, true],
    [{ type: `${form}; charset=utf-8`, body: `text=x&formToken=${token}` }, true],
    [{ type: form, body: "text=x" }, false],
    [{ type: form, body: `formToken=${"u".repeat(43)}` }, false],
    [{ type: form, body: "formToken=" }, false],
    [{ type: "text/plain", body: `formToken=${token}` }, false],
    [{ type: "application/json", body: "{}" }, true],
    [{ type: "text/json", body: "{}" }, false],
    [{ method: "DELETE" }, false],
    [{}, false],
    [{ method: "GET" }, true],
  ]
  for (const [sent, expected] of cases) expect([sent, await may(sent)]).toEqual([sent, expected])
})

test("a form of somebody who is not signed in needs no token: there is no login to misuse", async () => {
  expect(await maySendThis({ request: new Request(own, { method: "POST" }), ownOrigin: own })).toBe(true)
})

test("the route still finds the body of a form that was looked into", async () => {
  const body = `text=hello&formToken=${token}`
  const headers = { "content-type": form, "content-length": String(body.length) }
  const request = new Request(own, { method: "POST", headers, body })
  expect(await maySendThis({ request, ownOrigin: own, formToken: token })).toBe(true)
  expect(await request.text()).toBe(body)
})

test("a body too large for a form is not read to find its token", async () => {
  const body = `text=${"x".repeat(300_000)}&formToken=${token}`
  expect(await may({ type: form, body })).toBe(false)
})
