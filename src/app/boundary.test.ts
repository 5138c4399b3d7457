import { afterAll, expect, test } from "bun:test"
import type { Actor } from "../testing/roles.ts"
import { requestsTo, type Sample } from "../testing/requests.ts"
import { foreignAddresses, hostileIds } from "../testing/hostile-text.ts"
import { permissions } from "../testing/permissions.ts"
import { diagramsPolicy } from "../platform/http/headers.ts"
import { roleWorld } from "../testing/role-world.ts"

const world = await roleWorld()
afterAll(() => world[Symbol.asyncDispose]())
const { ask, read } = requestsTo(world)
const own = { origin: "http://localhost", "sec-fetch-site": "same-origin" }
const routes = Object.keys(permissions).map((route) => {
  const [method = "", path = ""] = route.split(" ")
  return { route, method, path }
}, 60_000)

/**
 * Signing out is left to somebody who does nothing else here. A socket that may be opened needs a listener, which there
 * is none here: it is asked for by somebody who is refused.
 */
function actorFor(method: string, path: string): Actor {
  if (method === "WS") return "member"
  return path === "/sign-out" ? "promised" : "driver"
}

/** One answer of every kind: pages, fragments, streams, assets, health, redirects, and each refusal. */
async function everyKind(): Promise<Response[]> {
  const loop = await world.newLoop("open")
  const samples: Sample[] = [
    ...routes.map(({ method, path }) => ({
      method,
      path: path.replace(":id", loop.id),
      actor: actorFor(method, path),
    })),
    { path: "/loops" },
    { path: "/loops", headers: { "hx-request": "true" } },
    { path: "/nothing", actor: "member" },
    { path: "/loops", method: "DELETE", actor: "member" },
    { path: "/loops", method: "OPTIONS" },
    { path: "/loops", headers: { host: "rebound.example" } },
    { path: "/loops", method: "POST", headers: { origin: "https://evil.example" }, actor: "member" },
    { path: "/sign-in", method: "POST", body: "a".repeat(70_000) },
    { path: "/assets/app-0.js" },
    { path: "/assets/app-0.js", headers: { host: "rebound.example" } },
  ]
  return Promise.all(samples.map((sample) => ask(sample)))
}

test("every answer of every route carries the security headers, refusals, assets and streams too", async () => {
  const answers = await everyKind()
  const statuses = new Set(answers.map(({ status }) => status))
  for (const status of [200, 303, 401, 403, 404, 405, 413, 421, 422])
    expect([status, statuses.has(status)]).toEqual([status, true])
  let drawing = 0
  for (const response of answers) {
    const { headers, url } = response
    const names = [...headers.keys()]
    expect([url, names.filter((name) => /^(access-control|x-powered-by|server$|via$)/.test(name))]).toEqual([url, []])
    const policy = headers.get("content-security-policy") ?? ""
    if (policy === diagramsPolicy) drawing++
    expect(
      policy === diagramsPolicy || policy.includes("default-src 'none'; script-src 'self'; style-src 'self'"),
    ).toBe(true)
    expect(policy === diagramsPolicy || policy.includes("frame-ancestors 'none'; base-uri 'none'")).toBe(true)
    expect(headers.get("x-content-type-options")).toBe("nosniff")
    expect(headers.get("referrer-policy")).toBe("same-origin")
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin")
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin")
    expect(headers.get("permissions-policy")).toContain("camera=()")
    const isAsset = headers.get("content-type")?.startsWith("text/javascript") && response.status === 200
    expect(headers.get("cache-control")).toContain(isAsset ? "immutable" : "no-store")
    await response.body?.cancel()
  }
  // The one page that pages of ours may have in a frame: its policy takes its origin away, so that it can do nothing here.
  expect(drawing).toBe(1)
}, 60_000)

test("every answer with words in it says what they are, and how they are written", async () => {
  for (const response of await everyKind()) {
    const type = response.headers.get("content-type") ?? ""
    const streams = type.startsWith("text/event-stream")
    const body = streams ? "" : await response.text()
    if (streams) await response.body?.cancel()
    if (body !== "")
      expect([body.slice(0, 40), /^text\/.*charset=utf-8$/i.test(type) || type.includes("json")]).toEqual([
        body.slice(0, 40),
        true,
      ])
  }
}, 60_000)

test("no method but the declared ones is answered, whatever a header or a field calls it", async () => {
  const paths = new Set(routes.map(({ path }) => path))
  const loop = await world.newLoop("open")
  const before = await loop.bytes()
  for (const path of paths) {
    const allowed = routes.filter((one) => one.path === path).map(({ method }) => method)
    const address = path.replace(":id", loop.id)
    for (const method of ["PUT", "PATCH", "DELETE", "PROPFIND", "OPTIONS", "POST", "GET"]) {
      if (allowed.includes(method)) continue
      const status = (await read({ path: address, method, actor: "driver" })).status
      expect([method, path, status === 405 || status === 404]).toEqual([method, path, true])
    }
    if (!allowed.includes("POST")) continue
    for (const name of ["x-http-method-override", "x-http-method", "x-method-override"])
      await read({ path: `${address}?_method=POST`, actor: "driver", headers: { [name]: "POST" } })
  }
  expect(await loop.bytes()).toBe(before)
}, 60_000)

test("asking for the headers alone opens no stream and changes nothing", async () => {
  const loop = await world.newLoop("open")
  const before = await loop.bytes()
  for (const { method, path } of routes) {
    if (method !== "GET") continue
    const response = await ask({ path: path.replace(":id", loop.id), method: "HEAD", actor: "driver" })
    expect([path, await response.text()]).toEqual([path, ""])
  }
  expect(await loop.bytes()).toBe(before)
}, 60_000)

test("a text that is no id reaches nothing: 404 on every route, in every place, however it is written", async () => {
  let asked = 0
  for (const { method, path } of routes.filter((one) => one.path.includes(":"))) {
    for (const id of hostileIds) {
      for (const name of path.match(/:\w+/g) ?? []) {
        const address = path
          .replace(name, id)
          .replace(/:source/, "personal")
          .replace(/:name/, "x")
          .replace(/:\w+/, "1")
        const { status, body } = await read({ path: address, method, actor: "driver" })
        // Git asks for a token, and is turned away without one before any name is looked at, as is who is no admin.
        const refused = permissions[`${method} ${path}`]?.needs === "rule" ? [403, 404, 422] : [404, 422]
        // Who guesses at the secret of a hook is slowed down.
        const guessed = path.startsWith("/hooks/") ? [404, 429] : refused
        const expected = path.startsWith("/git/") ? [401] : guessed
        expect([method, address.slice(0, 99), expected.includes(status)]).toEqual([method, address.slice(0, 99), true])
        expect(body).not.toContain(world.home)
        asked++
      }
    }
  }
  console.log(`hostile ids ${asked}`)
}, 60_000)

test("a parameter that comes twice, as a list, as a number beyond numbers or ten kilobytes long breaks nothing", async () => {
  const loop = await world.newLoop("open")
  const values = [
    "1&NAME=2",
    "",
    "-1",
    "1e99",
    "NaN",
    "Infinity",
    "%00",
    "%ff",
    "..%2f",
    "a".repeat(10_000),
    "%E0%A4%A",
    "[object Object]",
  ]
  const queries: [string, string[]][] = [
    [
      "/loops",
      ["show", "q", "after", "deleted", "repo", "topic", "by", "show[]", "show[__proto__]", "__proto__", "constructor"],
    ],
    [`/loops/${loop.id}/messages`, ["before", "before[]", "before[constructor]"]],
    [`/loops/${loop.id}/events`, ["after", "after[]"]],
    [`/loops/${loop.id}/terminal`, ["tab", "tab[]", "closed", "constructor"]],
    [`/loops/${loop.id}/terminal/events`, ["tab", "tab[]"]],
    ["/loops/events", ["since", "show", "q", "after"]],
    ["/settings/providers", ["saved", "deleted", "allowed"]],
    ["/settings/providers/new", ["preset"]],
    ["/sign-in", ["next", "out", "next[]"]],
  ]
  for (const [path, names] of queries) {
    for (const name of names) {
      for (const value of values) {
        const address = `${path}?${name}=${value.replace("NAME", name)}`
        const { status } = await read({ path: address, actor: "driver" })
        expect([address.slice(0, 99), [200, 303, 422].includes(status)]).toEqual([address.slice(0, 99), true])
      }
    }
  }
}, 30_000)

test("no address that is not ours is led to after signing in, from an error page or by a form", async () => {
  for (const address of foreignAddresses) {
    const to = encodeURIComponent(address)
    const shown = await read({ path: `/sign-in?next=${to}` })
    const hidden = /name="next"[^>]*value="([^"]*)"/.exec(shown.body)?.[1] ?? ""
    const arrived = await read({ path: `/sign-in?next=${to}`, actor: "member" })
    const led = await read({ path: `/loops?x=${to}` })
    const told = await read({
      path: "/loops",
      headers: { "hx-request": "true", ...header("hx-current-url", `http://localhost${address}`) },
    })
    const chosen = await read({
      path: "/preferences/theme",
      method: "POST",
      body: "theme=dark",
      headers: { ...own, ...header("referer", `http://localhost${address}`) },
    })
    for (const place of [hidden, arrived.location, led.location, told.location, chosen.location]) {
      const url = new URL(place, "http://localhost")
      expect([address.slice(0, 60), place, url.origin]).toEqual([address.slice(0, 60), place, "http://localhost"])
      expect(place).not.toMatch(/^[/\\]{2}|[\r\n\t]/)
    }
  }
}, 60_000)

/** A header may not hold everything: what no client can send is not sent. */
function header(name: string, value: string): Record<string, string> {
  return /^[\x20-\x7e]*$/.test(value) ? { [name]: value } : {}
}
