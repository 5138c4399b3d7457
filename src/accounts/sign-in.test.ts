import { expect, test } from "bun:test"
import { scryptSync } from "node:crypto"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createArgon2 } from "./index.ts"
import { accountsWorld, adminPassword, type AccountsWorld, peopledWorld, signInAsAda } from "../testing/accounts.ts"
import type { Client } from "../testing/client.ts"
import { pageOf } from "../testing/html.ts"
import { systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"

const wrong = (client: Client, name = "ada") => client.post("/sign-in", { name, password: "wrong password" })
const comesIn = async (client: Client) => {
  await signInAsAda(client)
  return client.cookies.has("loopat_session")
}
const auditOf = async (world: AccountsWorld): Promise<Record<string, unknown>[]> =>
  (await readFile(join(world.home, "audit/2026-01.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

test("the right name and password lead to the first page, however the name was spelled", async () => {
  await using w = await peopledWorld()
  const browser = w.browser()
  const response = await browser.post("/sign-in", { name: " ADA ", password: adminPassword })
  expect([response.status, response.headers.get("location")]).toEqual([303, "/"])
  expect((await browser.get("/sign-in")).headers.get("location")).toBe("/")
  expect((await auditOf(w)).at(-1)).toMatchObject({ action: "login", actor: "ada", outcome: "ok" })
})

test("after signing in, somebody lands where he wanted to go, and only on a page of ours", async () => {
  await using w = await peopledWorld()
  const next = async (wanted: string) => {
    const form = { name: "ada", password: adminPassword, next: wanted }
    return (await w.browser().post("/sign-in", form)).headers.get("location")
  }
  expect(await next("/loops?show=all")).toBe("/loops?show=all")
  for (const evil of ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-out", "javascript:alert(1)"])
    expect(await next(evil)).toBe("/")
  const page = await pageOf(await w.browser().get("/sign-in?next=//evil.example"))
  expect(page.has("input[name=next]")).toBe(false)
  const good = await pageOf(await w.browser().get("/sign-in?next=/loops"))
  expect(good.one("input[name=next]").attributes["value"]).toBe("/loops")
})

test("an unknown name, a wrong password and a disabled account answer with the same sentence and the same work", async () => {
  await using w = await peopledWorld()
  await addDisabled(w)
  await using again = await w.restart()
  const answers: string[] = []
  for (const name of ["ada", "nobody", "off", "not a name!", "gone"]) {
    again.hashCalls.length = 0
    const response = await wrong(again.browser(), name)
    const page = await pageOf(response)
    answers.push(`${response.status} ${page.one("[role=alert]").text} ${again.hashCalls.join()}`)
    expect(page.one("input[name=password]").attributes["value"]).toBeUndefined()
  }
  expect(new Set(answers).size).toBe(1)
  expect(answers[0]).toStartWith("401 Name and password do not fit together.")
  expect(answers[0]).toEndWith(" verify")
})

test("that an account is switched off is told only to who knows its password", async () => {
  await using w = await peopledWorld()
  await addDisabled(w)
  await using again = await w.restart()
  const browser = again.browser()
  const response = await browser.post("/sign-in", { name: "off", password: adminPassword })
  expect(response.status).toBe(403)
  expect((await pageOf(response)).one("[role=alert]").text).toContain("switched off")
  expect(browser.cookies.size).toBe(0)
})

test("the sixth wrong try waits, the right password with it; another address and a known device are unaffected", async () => {
  await using w = await peopledWorld()
  const known = w.browser()
  await signInAsAda(known)
  await known.post("/sign-out")

  const attacker = w.browser()
  for (let i = 0; i < 5; i++) expect((await wrong(attacker)).status).toBe(401)
  w.hashCalls.length = 0
  const slowed = await signInAsAda(w.browser())
  expect([slowed.status, w.hashCalls]).toEqual([401, ["verify"]])
  expect((await pageOf(slowed)).one("[role=alert]").text).toContain("wait a little")
  expect(await comesIn(known)).toBe(true)
  w.clock.advance(2_000)
  expect(await comesIn(w.browser())).toBe(true)
})

test("guessing from a known device is slowed down as well, and a forged mark makes no known device", async () => {
  await using w = await peopledWorld()
  const known = w.browser()
  await signInAsAda(known)
  await known.post("/sign-out")
  for (let i = 0; i < 5; i++) await wrong(known)
  expect(await comesIn(known)).toBe(false)
  expect(await comesIn(w.browser())).toBe(true)

  const stranger = w.browser()
  for (let i = 0; i < 5; i++) await wrong(w.browser())
  stranger.cookies.set("loopat_devices", "ada.0000000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
  expect((await signInAsAda(stranger)).status).toBe(401)
})

test("many guesses at once are no way around the limit", async () => {
  await using w = await peopledWorld()
  w.hashCalls.length = 0
  const answers = await Promise.all(Array.from({ length: 18 }, (_, i) => wrong(w.browser(), i < 9 ? "ada" : "ADA")))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(13)
  expect(w.hashCalls).toHaveLength(5)
  expect((await signInAsAda(w.browser())).status).toBe(401)
})

test("a network that guessed twenty times must wait, before any password is looked at", async () => {
  await using w = await peopledWorld()
  for (let i = 0; i < 20; i++) await wrong(w.browser(), `name${i}`)
  w.hashCalls.length = 0
  const response = await signInAsAda(w.browser())
  expect([response.status, response.headers.get("retry-after"), w.hashCalls]).toEqual([429, "900", []])
  expect((await pageOf(response)).one("[role=alert]").text).toContain("Try again in 15 minutes.")
  w.clock.advance(15 * 60_000)
  expect((await signInAsAda(w.browser())).status).toBe(303)
})

test("signing in rightly does not give a network new tries", async () => {
  await using w = await peopledWorld()
  for (let i = 0; i < 19; i++) await wrong(w.browser(), `name${i}`)
  expect((await signInAsAda(w.browser())).status).toBe(303)
  expect((await wrong(w.browser(), "name19")).status).toBe(401)
  expect((await signInAsAda(w.browser())).status).toBe(429)
})

test("whose account was tried five times is told when he is in, once", async () => {
  await using w = await peopledWorld()
  for (let i = 0; i < 5; i++) await wrong(w.browser())
  w.clock.advance(2_000)
  const browser = w.browser()
  const response = await browser.post("/sign-in", { name: "ada", password: adminPassword, next: "/loops" })
  const page = await pageOf(response)
  expect([response.status, page.one("main a").attributes["href"]]).toEqual([200, "/loops"])
  expect(page.one("[role=status]").text).toContain("wrong password for your account 5 times")
  expect((await browser.get("/sign-in")).headers.get("location")).toBe("/")
  expect((await signInAsAda(w.browser())).status).toBe(303)
})

test("to whoever guesses, two hundred pairs of an unknown name and a wrong password differ in nothing: words, work and writes", async () => {
  /** Guesses at a name's password, in bursts that run into the limits and pauses that leave them again. */
  const observe = async (name: string) => {
    const disk = createDisk()
    await using w = await peopledWorld({ disk })
    const browser = w.browser()
    // Whoever tries many names meets nobody most of the time.
    for (const nobody of ["amy", "ben", "cleo", "dan"]) await wrong(browser, nobody)
    const seen: string[] = []
    for (let guess = 0; guess < 200; guess++) {
      const before = { ...disk.counts }
      w.hashCalls.length = 0
      const response = await browser.post("/sign-in", { name, password: `guess ${guess}` })
      const body = (await response.text()).replace(`value="${name}"`, "")
      const wrote = (["opens", "writes", "syncs"] as const).map((one) => disk.counts[one] - before[one])
      const headers = [...response.headers].filter(([header]) => header !== "date" && header !== "x-request-id")
      seen.push(
        JSON.stringify([response.status, Bun.hash(body + JSON.stringify(headers)).toString(), w.hashCalls, wrote]),
      )
      w.clock.advance(guess % 8 === 7 ? 16 * 60_000 : 300)
    }
    return seen
  }
  const [known, unknown] = [await observe("ada"), await observe("zoe")]
  expect(known.filter((one) => one.startsWith("[401"))).toHaveLength(200)
  expect(known.every((one) => one.includes('["verify"]'))).toBe(true)
  expect(unknown).toEqual(known)
}, 30_000)

test("a form without name or password says so at the field and checks nothing", async () => {
  await using w = await peopledWorld()
  w.hashCalls.length = 0
  const page = await pageOf(await w.browser().post("/sign-in", { name: "", password: "" }))
  expect(page.one("#field-name-error").text).toBe("Please fill this in.")
  expect(page.one("#field-password-error").text).toBe("Please fill this in.")
  expect((await w.browser().post("/sign-in", { name: "ada", password: "x".repeat(70_000) })).status).toBe(413)
  expect((await w.browser().post("/sign-in", {}, { "content-type": "application/json" })).status).toBe(422)
  expect(w.hashCalls).toEqual([])
})

test("what was typed as name is shown again as text and written down nowhere", async () => {
  await using w = await peopledWorld()
  const typed = 'my"><script>secret password'
  const response = await wrong(w.browser(), typed)
  expect((await pageOf(response)).one("input[name=name]").attributes["value"]).toBe(typed)
  expect(await readFile(join(w.home, "audit/2026-01.jsonl"), "utf8")).not.toContain("secret password")
})

test("failures leave few lines in the audit, however many they are", async () => {
  await using w = await peopledWorld()
  for (let i = 0; i < 16; i++) await wrong(w.browser())
  const lines = (await auditOf(w)).filter(({ action }) => action === "login-failed")
  expect(lines.map(({ why }) => why)).toEqual([
    "wrong password, 1 so far",
    "wrong password, 2 so far",
    "wrong password, 4 so far",
    "slowed down, 8 so far",
    "slowed down, 16 so far",
  ])
  expect(lines.every(({ actor, object }) => actor === "" && object === "ada")).toBe(true)
})

test("a password hash of the published scrypt format signs in once and is argon2id afterwards", async () => {
  await using w = await accountsWorld()
  const salt = "00112233445566778899aabbccddeeff"
  const hash = scryptSync("published password", salt, 64, { N: 16384, r: 8, p: 1 }).toString("hex")
  const password = { algo: "scrypt", salt, hash, N: 16384, r: 8, p: 1, len: 64 }
  await writeUsers(w, [
    { id: "old", role: "member", status: "active", createdAt: "2025-01-01T00:00:00.000Z", password },
  ])
  await using again = await w.restart()
  const browser = again.browser()
  const signIn = () => browser.post("/sign-in", { name: "old", password: "published password" })
  expect((await signIn()).status).toBe(303)
  const stored = JSON.parse(await readFile(join(w.home, "accounts/users.json"), "utf8"))
  expect(stored.users[0].password).toStartWith("$argon2id$")
  expect((await signIn()).status).toBe(303)
  expect((await wrong(again.browser(), "old")).status).toBe(401)
})

test("when the cost was raised, the next sign-in renews the hash", async () => {
  await using w = await peopledWorld()
  await using again = await w.restart({ argon2: createArgon2({ memoryKiB: 16, passes: 1 }, systemIds) })
  expect((await signInAsAda(again.browser())).status).toBe(303)
  expect(await readFile(join(w.home, "accounts/users.json"), "utf8")).toContain("$m=16,t=1,")
})

async function writeUsers(world: AccountsWorld, users: unknown[]): Promise<void> {
  await mkdir(join(world.home, "accounts"), { recursive: true })
  await writeFile(join(world.home, "accounts/users.json"), JSON.stringify({ version: 1, users }))
}

/** `off` is disabled and `gone` deleted; both would have ada's password. */
async function addDisabled(world: AccountsWorld): Promise<void> {
  const { users } = JSON.parse(await readFile(join(world.home, "accounts/users.json"), "utf8"))
  const { password, createdAt } = users[0]
  const gone = { id: "gone", role: "member", status: "deleted", createdAt }
  await writeUsers(world, [...users, { id: "off", role: "member", status: "disabled", createdAt, password }, gone])
}
