import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { accountsWorld, adminPassword, type AccountsWorld, peopledWorld } from "../testing/accounts.ts"
import type { Client } from "../testing/client.ts"
import { pageOf } from "../testing/html.ts"

const first = { workspace: " Acme ", name: "Ada", password: adminPassword }
const setUp = (client: Client, form: Record<string, string> = {}) => client.post("/set-up", { ...first, ...form })
const people = (world: AccountsWorld) =>
  world.accounts.people.list().map(({ id, role, status }) => `${id} ${role} ${status}`)

test("the first person makes the account, names the workspace, is signed in and goes on to the provider", async () => {
  await using w = await accountsWorld()
  const browser = w.browser()
  const response = await setUp(browser)
  expect([response.status, response.headers.get("location")]).toEqual([303, "/set-up/provider"])
  expect([people(w), w.workspaceName(), w.activated]).toEqual([["ada admin active"], "Acme", ["ada" as never]])
  expect((await browser.get("/sign-in")).headers.get("location")).toBe("/")
  const actions = (await readFile(join(w.home, "audit/2026-01.jsonl"), "utf8")).match(/"action":"[^"]+"/g)
  expect(actions).toEqual(['"action":"user.add"', '"action":"set-up"', '"action":"login"'])
})

test("while there is no account, every way leads to the set-up form", async () => {
  await using w = await accountsWorld()
  const browser = w.browser()
  expect((await browser.get("/sign-in")).headers.get("location")).toBe("/set-up")
  expect((await browser.get("/loops")).headers.get("location")).toBe("/set-up")
  expect((await browser.get("/loops", { accept: "application/json" })).status).toBe(401)
  const page = await pageOf(await browser.get("/set-up"))
  expect(page.all("input:not([type=hidden])").map(({ attributes }) => attributes["name"])).toEqual([
    "workspace",
    "name",
    "password",
  ])
})

test("once there is an account, set-up leads to signing in and changes nothing", async () => {
  await using w = await peopledWorld()
  const browser = w.browser()
  expect((await browser.get("/set-up")).headers.get("location")).toBe("/sign-in")
  const response = await setUp(browser, { name: "mallory" })
  expect([response.status, response.headers.get("location")]).toEqual([303, "/sign-in"])
  expect([people(w), browser.cookies.size, w.workspaceName()]).toEqual([["ada admin active"], 0, "workshop"])
  expect(w.accounts.issueSetUpToken()).toBeUndefined()
})

test("fifty who come first at once make exactly one admin; the others get no login", async () => {
  await using w = await accountsWorld()
  const browsers = Array.from({ length: 50 }, () => w.browser())
  const answers = await Promise.all(browsers.map((browser, i) => setUp(browser, { name: `user${i}` })))
  expect(people(w)).toHaveLength(1)
  expect(answers.filter(({ headers }) => headers.get("location") === "/set-up/provider")).toHaveLength(1)
  expect(answers.filter(({ headers }) => headers.get("location") === "/sign-in")).toHaveLength(49)
  expect(browsers.filter(({ cookies }) => cookies.size > 0)).toHaveLength(1)
})

test("on loopback no token is asked for, unless a header shows that a proxy stands before it", async () => {
  await using w = await accountsWorld()
  const asksToken = async (headers: Record<string, string>) =>
    (await pageOf(await w.browser(headers).get("/set-up"))).has("input[name=token]")
  expect(await asksToken({})).toBe(false)
  for (const name of ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded"])
    expect(await asksToken({ [name]: "x" })).toBe(true)
  const response = await setUp(w.browser({ "x-forwarded-for": "203.0.113.9" }))
  expect([response.status, people(w)]).toEqual([403, []])
})

test("an exposed server lets nobody in without the token from its console", async () => {
  await using w = await accountsWorld({ exposed: true })
  expect((await setUp(w.browser())).status).toBe(403)
  const token = w.accounts.issueSetUpToken()?.reveal() ?? ""
  expect(token).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{2}$/)
  const page = await pageOf(await w.browser().get("/set-up"))
  expect(page.one("input[name=token]").attributes["value"]).toBeUndefined()

  const wrong = await setUp(w.browser(), { token: token.replace(/.$/, (last) => (last === "0" ? "1" : "0")) })
  expect([wrong.status, people(w)]).toEqual([403, []])
  const answer = await pageOf(wrong)
  expect(answer.one("#field-token-error").text).toContain("not the token")
  expect(answer.one("input[name=name]").attributes["value"]).toBe("Ada")
  expect(answer.one("input[name=password]").attributes["value"]).toBeUndefined()

  const typed = ` ${token.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `
  expect((await setUp(w.browser(), { token: typed })).headers.get("location")).toBe("/set-up/provider")
})

test("each start makes a new token and the one before stops working", async () => {
  await using w = await accountsWorld({ exposed: true })
  const before = w.accounts.issueSetUpToken()?.reveal() ?? ""
  await using again = await w.restart()
  const now = again.accounts.issueSetUpToken()?.reveal() ?? ""
  expect((await setUp(again.browser(), { token: before })).status).toBe(403)
  expect((await setUp(again.browser(), { token: now })).status).toBe(303)
})

test("five wrong tokens from one network, and it must wait", async () => {
  await using w = await accountsWorld({ exposed: true })
  const token = w.accounts.issueSetUpToken()?.reveal() ?? ""
  for (let i = 0; i < 5; i++) expect((await setUp(w.browser(), { token: "nonsense" })).status).toBe(403)
  const response = await setUp(w.browser(), { token })
  expect([response.status, response.headers.get("retry-after"), people(w)]).toEqual([429, "900", []])
  w.clock.advance(15 * 60_000)
  expect((await setUp(w.browser(), { token })).status).toBe(303)
})

test("each field says what is wrong with it, keeps what was typed, and nothing is made", async () => {
  await using w = await accountsWorld()
  const cases: [Record<string, string>, string, string][] = [
    [{ password: "short 7" }, "password", "at least 8"],
    [{ password: "password" }, "password", "everybody tries first"],
    [{ password: "loopat123" }, "password", "too close"],
    [{ workspace: "Tulip Farm", password: "TulipFarm 1" }, "password", "too close"],
    [{ name: "gertrude", password: "gertrude1" }, "password", "too close"],
    [{ name: "" }, "name", "fill this in"],
    [{ name: "Ada Lovelace" }, "name", "small letters"],
    [{ name: "everyone" }, "name", "meaning of its own"],
    [{ name: "-ada" }, "name", "small letters"],
    [{ name: "a".repeat(33) }, "name", "small letters"],
    [{ workspace: "  " }, "workspace", "1 to 64"],
  ]
  for (const [form, field, part] of cases) {
    const response = await setUp(w.browser(), form)
    const page = await pageOf(response)
    expect([form, response.status]).toEqual([form, 422])
    expect(page.one(`#field-${field}-error`).text.toLowerCase()).toContain(part)
    expect(page.one("input[name=name]").attributes["value"]).toBe(form["name"] ?? "Ada")
  }
  expect([people(w), w.activated]).toEqual([[], []])
})

test("Chinese characters, 256 of them, and blanks at both ends make passwords that survive a restart", async () => {
  for (const password of ["我的狗叫小花花呀", "x".repeat(255) + "é", "  eight or more  "]) {
    await using w = await accountsWorld()
    expect((await setUp(w.browser(), { password })).status).toBe(303)
    await using again = await w.restart()
    const signIn = (typed: string) => again.browser().post("/sign-in", { name: "ada", password: typed })
    expect((await signIn(password)).status).toBe(303)
    expect((await signIn(password.trim().slice(0, -1))).status).toBe(401)
  }
})

test("nothing that opens a door is found below the workspace's folder", async () => {
  await using w = await accountsWorld({ exposed: true })
  const token = w.accounts.issueSetUpToken()?.reveal() ?? ""
  const browser = w.browser()
  await setUp(browser, { token, password: "canary in clear text" })
  await browser.post("/sign-in", { name: "ada", password: "canary typed wrong" })
  const secrets = [
    "canary in clear text",
    "canary typed wrong",
    token,
    token.replaceAll("-", ""),
    ...browser.cookies.values(),
  ]
  expect(secrets.every((secret) => secret.length >= 18)).toBe(true)
  let files = 0
  for await (const name of new Bun.Glob("**/*").scan({ cwd: w.home, dot: true })) {
    files++
    const text = await readFile(join(w.home, name), "utf8")
    for (const secret of secrets) expect([name, text.includes(secret)]).toEqual([name, false])
  }
  expect(files).toBe(3)
})
