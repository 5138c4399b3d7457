import { expect, test } from "bun:test"
import type { UserName } from "../lib/ids.ts"
import type { HeaderList } from "../platform/http1/head.ts"
import { Secret } from "../platform/secret.ts"
import { testClock, testIds } from "../testing/clock.ts"
import { userName } from "../testing/loops.ts"
import { headersForBrowser, headersForInside, passCookies, passesIn } from "./headers.ts"
import { createPasses } from "./passes.ts"
import { labelIn, originOf } from "./place.ts"
import { portsIn } from "./ports.ts"
import { type Bearer, mayEnter, Share } from "./share.ts"
import { rangeOf, typeOf, wantedPath } from "./static-path.ts"
import { linkedPath } from "./static.ts"
import { createTickets } from "./tickets.ts"

const share = Share.parse({
  ...{ id: "abcdefghijklmnop", loop: "11111111-1111-4111-8111-111111111111", owner: "alice" },
  ...{ target: { kind: "port", port: 5173 }, access: "driver", link: 2, visits: 0, inherits: false },
  ...{ createdAt: "2026-01-01T00:00:00.000Z", expiresAt: "2026-02-01T00:00:00.000Z" },
})
const byLogin = (user: UserName): Bearer => ({ kind: "login", user, login: "login_1" })

const from = { host: "demo.localhost:7788", address: "10.1.2.3", secure: false }

test("the program inside is sent what the browser sent, without anything of loopat's and of the way", () => {
  const given: HeaderList = [
    ["Host", "demo.localhost:7788"],
    [
      "Cookie",
      "a=1; loopat_session=secret; __Host-loopat_preview=pass; b=2; LOOPAT_devices=x; __Secure-loopat_theme=y",
    ],
    ["Authorization", "Bearer la_0123"],
    ["X-Forwarded-For", "6.6.6.6"],
    ["Forwarded", "for=6.6.6.6"],
    ["X-Real-IP", "6.6.6.6"],
    ["Connection", "keep-alive, X-Private"],
    ["X-Private", "1"],
    ["Keep-Alive", "timeout=5"],
    ["TE", "trailers"],
    ["Proxy-Authorization", "x"],
    ["Content-Length", "5"],
    ["Accept", "text/html"],
    ["X-Own", "kept"],
  ]
  expect(headersForInside(given, from)).toEqual([
    ["Host", "demo.localhost:7788"],
    ["Cookie", "a=1; b=2"],
    ["Accept", "text/html"],
    ["X-Own", "kept"],
    ["X-Forwarded-For", "10.1.2.3"],
    ["X-Forwarded-Host", "demo.localhost:7788"],
    ["X-Forwarded-Proto", "http"],
  ])
})

test("credentials of the program inside reach it; a token of loopat's does not, however it is sent", () => {
  const reaches = (value: string) =>
    headersForInside([["authorization", value]], from).some(([name]) => name === "authorization")
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`
  expect(["Bearer eyJ0", basic("me:secret"), "Digest x"].map(reaches)).toEqual([true, true, true])
  expect(["Bearer la_1", "bearer  la_1", basic("me:la_1"), basic(":la_1")].map(reaches)).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test("what comes from inside sets cookies for its own host only, and none of ours", () => {
  const cookies = (value: string) =>
    headersForBrowser([["Set-Cookie", value]], []).flatMap(([name, kept]) => (name === "Set-Cookie" ? [kept] : []))
  expect(cookies("a=1; Path=/; HttpOnly")).toEqual(["a=1; Path=/; HttpOnly"])
  expect(cookies("a=1; Domain=localhost; Path=/")).toEqual(["a=1; Path=/"])
  expect(cookies("a=1;domain = .example.org;Secure;DOMAIN=x")).toEqual(["a=1;Secure"])
  for (const ours of [
    "loopat_session=x",
    "__Host-loopat_preview=x",
    " LOOPAT_preview=x",
    "__host-loopat_session=x",
    "noname",
  ])
    expect([ours, cookies(ours)]).toEqual([ours, []])
})

test("only the app may show a preview in a frame; what else the program's policies say is kept", () => {
  const policies = (value: string) =>
    headersForBrowser([["Content-Security-Policy", value]], ["http://127.0.0.1:1"]).map(([, kept]) => kept)
  const own = "frame-ancestors 'self' http://127.0.0.1:1"
  expect(policies("default-src 'self'; frame-ancestors 'none'; img-src *")).toEqual([
    "default-src 'self'; img-src *",
    own,
  ])
  expect(policies("frame-ancestors 'none'")).toEqual([own])
  const given: HeaderList = [
    ["Strict-Transport-Security", "max-age=1"],
    ["X-Frame-Options", "DENY"],
    ["Alt-Svc", "h3=x"],
    ["Connection", "close, X-Hop"],
    ["X-Hop", "1"],
    ["Transfer-Encoding", "chunked"],
  ]
  expect(headersForBrowser(given, ["http://127.0.0.1:1"])).toEqual([["Content-Security-Policy", own]])
})

test("a pass opens its own share for whom it was made, until its time, and nothing else", async () => {
  const clock = testClock()
  const passes = createPasses({ key: async () => new Secret("k".repeat(64)), now: () => clock.now() })
  const bearer = byLogin(userName("alice"))
  const pass = await passes.issue(share, bearer, clock.now() + 1_000)
  expect(await passes.read(share, pass)).toEqual(bearer)
  expect(await passes.read({ id: "ponmlkjihgfedcba" }, pass)).toBeUndefined()
  const [, , , , until = ""] = pass.split("~")
  const forged = [
    "",
    "~",
    pass.slice(0, -1),
    `${pass}A`,
    pass.replace("alice", "admin"),
    pass.replace(until, String(Number(until) + 1)),
    pass.replace("login", "link"),
    "a".repeat(500),
  ]
  for (const one of forged) expect([one, await passes.read(share, one)]).toEqual([one, undefined])
  const other = createPasses({ key: async () => new Secret("o".repeat(64)), now: () => clock.now() })
  expect(await other.read(share, pass)).toBeUndefined()
  clock.advance(1_000)
  expect(await passes.read(share, pass)).toBeUndefined()
})

test("a secret link has 128 bits, differs for every share and every renewal, and cannot be worked out without the key", async () => {
  const passes = createPasses({ key: async () => new Secret("k".repeat(64)), now: () => 0 })
  const token = await passes.linkToken(share)
  expect(Buffer.from(token, "base64url")).toHaveLength(16)
  expect(await passes.isLinkToken(share, token)).toBe(true)
  for (const other of [
    { ...share, link: 3 },
    { ...share, id: "ponmlkjihgfedcba" },
  ])
    expect(await passes.isLinkToken(other, token)).toBe(false)
  expect(await passes.isLinkToken(share, token.slice(1))).toBe(false)
})

test("who may enter: the driver always, the workspace or the link's holder when it was said", () => {
  const [alice, bob] = [byLogin(userName("alice")), byLogin(userName("bob"))]
  const link = (number: number): Bearer => ({ kind: "link", link: number })
  const may = (access: Share["access"]) =>
    [alice, bob, link(2), link(1)].map((bearer) => mayEnter({ ...share, access }, bearer))
  expect(may("driver")).toEqual([true, false, false, false])
  expect(may("workspace")).toEqual([true, true, false, false])
  expect(may("link")).toEqual([true, false, true, false])
})

test("a ticket is good once, for half a minute, for its own share", () => {
  const clock = testClock()
  const tickets = createTickets({ clock, ids: testIds() })
  const bearer = byLogin(userName("alice"))
  const [first, second, third] = [1, 2, 3].map(() => tickets.issue(share.id, bearer))
  expect(tickets.redeem("other", first ?? "")).toBeUndefined()
  expect(tickets.redeem(share.id, first ?? "")).toEqual(bearer)
  expect(tickets.redeem(share.id, first ?? "")).toBeUndefined()
  clock.advance(29_999)
  expect(tickets.redeem(share.id, second ?? "")).toEqual(bearer)
  expect([tickets.isOut(share.id, third ?? ""), tickets.isOut("other", third ?? "")]).toEqual([true, false])
  clock.advance(1)
  expect(tickets.isOut(share.id, third ?? "")).toBe(false)
  expect(tickets.redeem(share.id, third ?? "")).toBeUndefined()
})

test("our own cookie is bound to its host and out of reach of scripts; on plain loopback a second one is for tabs", () => {
  const lines = passCookies("p", { secure: true, maxAge: 60 })
  expect(lines).toEqual(["__Host-loopat_preview=p; Path=/; Secure; SameSite=None; Partitioned; HttpOnly; Max-Age=60"])
  expect(passCookies("p", { secure: false, maxAge: 60 })[1]).toBe(
    "loopat_preview=p; Path=/; SameSite=Lax; HttpOnly; Max-Age=60",
  )
  expect(passesIn("loopat_preview=planted; __Host-loopat_preview=own", true)).toEqual(["own"])
  expect(passesIn("loopat_preview=plain", false)).toEqual(["plain"])
  expect(passesIn(undefined, false)).toEqual([])
})

test("a host name is a preview's only directly below the domain", () => {
  const place = { domain: "previews.example.org" }
  const cases: [host: string | undefined, label: string | undefined][] = [
    ["demo.previews.example.org", "demo"],
    ["DEMO.Previews.Example.Org:7788", "demo"],
    ["demo.previews.example.org.", "demo"],
    ["previews.example.org", undefined],
    ["a.b.previews.example.org", undefined],
    ["demo.previews.example.org.evil.test", undefined],
    ["demo.previews-example.org", undefined],
    ["demoXpreviews.example.org", undefined],
    ["demo.previews.example.org:7788:1", undefined],
    ["demo.previews.example.org/x", undefined],
    ["", undefined],
    [undefined, undefined],
  ]
  for (const [host, label] of cases) expect([host, labelIn(place, host)]).toEqual([host, label])
  expect(originOf({ domain: "localhost", port: 7788, secure: false }, "demo")).toBe("http://demo.localhost:7788")
  expect(originOf({ domain: "p.example.org", secure: true }, "demo")).toBe("https://demo.p.example.org")
})

test("ports that listen where a connection to the loopback arrives are listed, each once", () => {
  const line = (address: string, state: string) =>
    `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  2000`
  const tables = [
    "  sl  local_address rem_address   st",
    line("0100007F:1435", "0A"),
    line("00000000:0BB8", "0A"),
    line("0200000A:1F90", "0A"),
    line("0100007F:0050", "01"),
    line("00000000000000000000000000000000:1435", "0A"),
    line("00000000000000000000000001000000:1F91", "0A"),
    line("0000000000000000FFFF00000100007F:1F92", "0A"),
    "garbage",
    line("0100007F:xyz", "0A"),
  ]
  expect(portsIn(tables.join("\n"))).toEqual([3_000, 5_173, 8_081, 8_082])
})

test("a file's address is decoded once, and never leads up, outward or to something hidden", () => {
  const kinds: [target: string, kind: string][] = [
    ["/", "path"],
    ["/a/b.html?x=/../y", "path"],
    ["/%61", "path"],
    ["/.well-known/x", "path"],
    ["/..", "wrong"],
    ["/a/../b", "wrong"],
    ["/%2e%2e/x", "wrong"],
    ["/a%2f..%2f..%2fetc", "wrong"],
    ["/a%00b", "wrong"],
    ["/a%5c..%5cb", "wrong"],
    ["//etc/passwd", "wrong"],
    ["/%ff", "wrong"],
    ["/%", "wrong"],
    ["/.git/config", "hidden"],
    ["/a/.env", "hidden"],
    ["/%2egit/config", "hidden"],
    ["/node_modules/x", "hidden"],
  ]
  for (const [target, kind] of kinds) expect([target, wantedPath(target).kind as string]).toEqual([target, kind])
  expect(wantedPath("/%252e%252e/x")).toEqual({ kind: "path", path: "%2e%2e/x", isFolder: false })
  expect(wantedPath("/a/")).toEqual({ kind: "path", path: "a", isFolder: true })
})

test("a link is followed below the folder that is shown and nowhere else", () => {
  const cases: [path: string, target: string, leads: string | undefined][] = [
    ["a/b", "c", "a/c"],
    ["a/b", "../c", "c"],
    ["a/b", "../../c", undefined],
    ["b", "/etc/passwd", undefined],
    ["b", "../.git/config", undefined],
    ["b", ".git/config", undefined],
    ["b", "node_modules/x", undefined],
  ]
  for (const [path, target, leads] of cases)
    expect([path, target, linkedPath(path, target)]).toEqual([path, target, leads])
})

test("one range of a file is understood; what is none, or several, is the whole file", () => {
  const cases: [header: string | undefined, range: unknown][] = [
    [undefined, undefined],
    ["bytes=0-0", { first: 0, last: 0 }],
    ["bytes=5-", { first: 5, last: 9 }],
    ["bytes=-3", { first: 7, last: 9 }],
    ["bytes=-30", { first: 0, last: 9 }],
    ["bytes=8-100", { first: 8, last: 9 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=5-2", undefined],
    ["bytes=0-1,3-4", undefined],
    ["bytes=-", undefined],
    ["lines=1-2", undefined],
  ]
  for (const [header, range] of cases) expect([header, rangeOf(header, 10) as unknown]).toEqual([header, range])
  expect([typeOf("a/INDEX.HTML"), typeOf("x"), typeOf("x.constructor")]).toEqual([
    "text/html; charset=utf-8",
    "application/octet-stream",
    "application/octet-stream",
  ])
})
