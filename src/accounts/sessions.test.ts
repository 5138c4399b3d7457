import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { adminPassword, type AccountsWorld, peopledWorld, signInAsAda } from "../testing/accounts.ts"
import { pageOf } from "../testing/html.ts"

const minute = 60_000
const day = 24 * 60 * minute
const by = { actor: "system", via: "cli" } as const
const isIn = async (client: ReturnType<AccountsWorld["browser"]>) =>
  (await client.get("/sign-in")).headers.get("location") === "/"
const logins = async (world: AccountsWorld): Promise<Record<string, string>[]> =>
  JSON.parse(await readFile(join(world.home, "accounts/sessions.json"), "utf8")).sessions

test("a login outlives a restart, and signing out ends it for everybody who has its cookie", async () => {
  await using w = await peopledWorld()
  const browser = w.browser()
  await signInAsAda(browser)
  await using again = await w.restart()
  const same = again.browser()
  for (const [name, value] of browser.cookies) same.cookies.set(name, value)
  const thief = again.browser({ cookie: `loopat_session=${browser.cookies.get("loopat_session")}` })
  expect([await isIn(same), await isIn(thief)]).toEqual([true, true])

  const out = await same.post("/sign-out")
  expect([out.status, out.headers.get("location")]).toEqual([303, "/sign-in?out=1"])
  expect(same.cookies.has("loopat_session")).toBe(false)
  expect([await isIn(same), await isIn(thief)]).toEqual([false, false])
  expect((await pageOf(await same.get("/sign-in?out=1"))).one("[role=status]").text).toBe("You are signed out.")
  expect(again.news).toEqual([{ name: "login.ended", user: "ada" as never }])
  const audit = await readFile(join(w.home, "audit/2026-01.jsonl"), "utf8")
  expect(audit).toContain('"action":"logout"')
})

test("the file holds the hash of a login and never what opens it", async () => {
  await using w = await peopledWorld()
  const browser = w.browser({ "user-agent": "Browser/1.0 ".repeat(50) })
  await signInAsAda(browser)
  const [login] = await logins(w)
  expect(login).toMatchObject({
    user: "ada",
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    createdAt: "2026-01-15T12:00:00.000Z",
    expiresAt: "2026-02-14T12:00:00.000Z",
    confirmedAt: "2026-01-15T12:00:00.000Z",
  })
  expect(login?.["agent"]).toHaveLength(200)
  expect(JSON.stringify(login)).not.toContain(browser.cookies.get("loopat_session") ?? "none")
})

test("a login ends after a week without use and after a month in any case", async () => {
  await using w = await peopledWorld()
  const [idle, used] = [w.browser(), w.browser()]
  await signInAsAda(idle)
  await signInAsAda(used)
  for (let days = 0; days < 6; days += 3) {
    w.clock.advance(3 * day)
    expect(await isIn(used)).toBe(true)
    await w.settled()
  }
  w.clock.advance(day)
  expect([await isIn(idle), await isIn(used)]).toEqual([false, true])
  for (let days = 7; days < 29; days += 2) {
    w.clock.advance(2 * day)
    expect(await isIn(used)).toBe(true)
    await w.settled()
  }
  w.clock.advance(day)
  expect(await isIn(used)).toBe(false)
})

test("that a login was used is written at most every ten minutes", async () => {
  await using w = await peopledWorld()
  const browser = w.browser()
  await signInAsAda(browser)
  const seen = async () => (await logins(w))[0]?.["lastSeenAt"]
  w.clock.advance(9 * minute)
  await isIn(browser)
  await w.settled()
  expect(await seen()).toBe("2026-01-15T12:00:00.000Z")
  w.clock.advance(minute)
  await isIn(browser)
  await w.settled()
  expect(await seen()).toBe("2026-01-15T12:10:00.000Z")
})

test("a person has at most twenty logins; the oldest goes", async () => {
  await using w = await peopledWorld()
  const browsers = []
  for (let i = 0; i < 21; i++) {
    const browser = w.browser()
    await signInAsAda(browser)
    browsers.push(browser)
  }
  expect(await logins(w)).toHaveLength(20)
  expect(await Promise.all(browsers.map(isIn))).toEqual([false, ...Array(20).fill(true)])
})

test("signing in again gives a new login and ends the one before", async () => {
  await using w = await peopledWorld()
  const browser = w.browser()
  await signInAsAda(browser)
  const before = browser.cookies.get("loopat_session")
  await signInAsAda(browser)
  expect(browser.cookies.get("loopat_session")).not.toBe(before)
  expect(await logins(w)).toHaveLength(1)
})

test("a new password ends every login of that person and of nobody else", async () => {
  await using w = await peopledWorld()
  await w.accounts.people.add({ name: "bob", password: "another good one", role: "member" }, by)
  const [ada, bob] = [w.browser(), w.browser()]
  await signInAsAda(ada)
  await bob.post("/sign-in", { name: "bob", password: "another good one" })
  const name = w.accounts.people.list()[0]?.id
  if (!name) throw new Error("need somebody")
  expect(await w.accounts.people.setPassword(name, "brand new words", by)).toEqual({ kind: "changed" })
  expect([await isIn(ada), await isIn(bob)]).toEqual([false, true])
  expect((await signInAsAda(w.browser())).status).toBe(401)
  expect((await w.browser().post("/sign-in", { name: "ada", password: "brand new words" })).status).toBe(303)
})

test("on https the cookie is bound to this host, and one planted by a sibling host changes nothing", async () => {
  await using w = await peopledWorld({ secure: true })
  const browser = w.browser()
  const response = await signInAsAda(browser)
  const [session] = response.headers.getSetCookie()
  expect(session).toMatch(/^__Host-loopat_session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000$/)
  expect(response.headers.get("strict-transport-security")).toContain("max-age=")
  const token = browser.cookies.get("__Host-loopat_session")
  expect(await isIn(w.browser({ cookie: `loopat_session=${token}` }))).toBe(false)
  expect(await isIn(w.browser({ cookie: `__Host-loopat_session=${token}; loopat_session=planted` }))).toBe(true)
})

test("a token that is none, another's id or a header beside the cookie opens nothing", async () => {
  await using w = await peopledWorld()
  const browser = w.browser()
  await signInAsAda(browser)
  const token = browser.cookies.get("loopat_session") ?? ""
  const [login] = await logins(w)
  const tries = ["", "x", token.slice(1), `${token}x`, login?.["hash"], login?.["id"], "a".repeat(10_000)]
  for (const value of tries)
    expect([value, await isIn(w.browser({ cookie: `loopat_session=${value}` }))]).toEqual([value, false])
  const both = w.browser({ cookie: `loopat_session=${token}`, authorization: "Bearer la_0" })
  expect(await isIn(both)).toBe(false)
  expect(await isIn(w.browser({ cookie: `loopat_session=${token}` }))).toBe(true)
})

test("a login of somebody who was switched off opens nothing, and an open stream learns it", async () => {
  await using w = await peopledWorld()
  const browser = w.browser()
  await signInAsAda(browser)
  const [login] = await logins(w)
  expect(w.accounts.isAlive(login?.["id"] ?? "")).toBe(true)
  const path = join(w.home, "accounts/users.json")
  await Bun.write(path, (await readFile(path, "utf8")).replace('"status": "active"', '"status": "disabled"'))
  await using again = await w.restart()
  expect(again.accounts.isAlive(login?.["id"] ?? "")).toBe(false)
  const same = again.browser({ cookie: `loopat_session=${browser.cookies.get("loopat_session")}` })
  expect(await isIn(same)).toBe(false)
})

test("a page of an old browser proves itself with the form's token, bound to its login", async () => {
  await using w = await peopledWorld()
  const silent = { origin: null, "sec-fetch-site": null }
  const [old, other] = [w.browser(silent), w.browser(silent)]
  await signInAsAda(old)
  await signInAsAda(other)
  const tokenOf = async (client: typeof old) => {
    const cookie = [...client.cookies].map((pair) => pair.join("=")).join("; ")
    const visitor = await w.accounts.whois(new Request("http://localhost/", { headers: { cookie } }))
    return visitor.formToken ?? ""
  }
  const post = async (form: Record<string, string>) => {
    const body = new URLSearchParams(form).toString()
    return (await old.post("/sign-out", form, { "content-length": String(body.length) })).status
  }
  expect(await post({})).toBe(403)
  expect(await post({ formToken: await tokenOf(other) })).toBe(403)
  expect(await isIn(old)).toBe(true)
  expect(await post({ formToken: await tokenOf(old) })).toBe(303)
})

test("language and look follow the browser, then the cookie, then the person", async () => {
  await using w = await peopledWorld()
  const browser = w.browser({ "accept-language": "zh-CN,zh;q=0.9" })
  const lang = async () => (await pageOf(await browser.get("/sign-in"))).one("html").attributes
  expect(await lang()).toMatchObject({ lang: "zh-Hans", "data-theme": "system" })
  const back = { referer: "http://localhost/sign-in?next=%2Floops" }
  const response = await browser.post("/preferences/language", { locale: "en" }, back)
  expect(response.headers.get("location")).toBe("/sign-in?next=%2Floops")
  await browser.post("/preferences/theme", { theme: "dark" }, { referer: "https://evil.example/x" })
  expect(await lang()).toMatchObject({ lang: "en", "data-theme": "dark" })
  expect((await browser.post("/preferences/theme", { theme: "<script>" })).status).toBe(422)
  expect((await browser.post("/preferences/language", { locale: "../../etc" })).status).toBe(422)
  expect(await lang()).toMatchObject({ lang: "en", "data-theme": "dark" })

  await browser.post("/sign-in", { name: "ada", password: adminPassword })
  await browser.post("/preferences/language", { locale: "zh" })
  await browser.post("/sign-out")
  const elsewhere = w.browser({ "accept-language": "en" })
  await signInAsAda(elsewhere)
  const cookie = [...elsewhere.cookies].map((pair) => pair.join("=")).join("; ")
  const visitor = await w.accounts.whois(new Request("http://localhost/", { headers: { cookie } }))
  expect(visitor.locale).toBe("zh")
})
