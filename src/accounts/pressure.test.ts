import { afterEach, expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { createDisk } from "../platform/disk/disk.ts"
import { adminPassword, type AccountsWorld, peopledWorld, signInAsAda, showProblem } from "../testing/accounts.ts"
import { testClient } from "../testing/client.ts"

const sessions = async (world: AccountsWorld): Promise<{ user: string }[]> =>
  JSON.parse(await readFile(join(world.home, "accounts/sessions.json"), "utf8")).sessions

const opened: { stop(): unknown }[] = []
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop()
})

test("a flood of sign-ins is told to come back in two seconds, and nobody is locked out by it", async () => {
  await using w = await peopledWorld()
  const answers = await Promise.all(Array.from({ length: 40 }, () => signInAsAda(w.browser())))
  const busy = answers.filter(({ status }) => status === 429)
  expect(busy.length).toBeGreaterThan(0)
  for (const { headers } of busy) expect(headers.get("retry-after")).toBe("2")
  expect((await signInAsAda(w.browser())).status).toBe(303)
})

test("of many who sign in at once nobody's login is lost", async () => {
  await using w = await peopledWorld()
  const by = { actor: "system", via: "cli" } as const
  const names = ["bob", "eve", "kim", "lee"]
  for (const name of names) await w.accounts.people.add({ name, password: adminPassword, role: "member" }, by)
  const signIn = (name: string) => w.browser().post("/sign-in", { name, password: adminPassword })
  const answers = await Promise.all([...names, ...names, ...names].map(signIn))
  expect(answers.every(({ status }) => status === 303)).toBe(true)
  expect((await sessions(w)).map(({ user }) => user).sort()).toEqual(names.flatMap((name) => [name, name, name]))
  expect(await w.accounts.audit.verify()).toMatchObject({ kind: "whole" })
})

test("when the disk is full nobody gets in without a line in the audit, and signing in works again afterwards", async () => {
  let full = false
  const disk = createDisk((calls) => ({
    ...calls,
    open(path, ...rest) {
      if (full && path.includes("/audit/")) throw Object.assign(new Error("no space"), { code: "ENOSPC" })
      return calls.open(path, ...rest)
    },
  }))
  await using w = await peopledWorld({ disk })
  full = true
  const browser = w.browser()
  const response = await signInAsAda(browser)
  expect([response.status, browser.cookies.size]).toEqual([507, 0])
  full = false
  expect((await signInAsAda(browser)).status).toBe(303)
  expect(await w.accounts.audit.verify()).toMatchObject({ kind: "whole" })
})

test("htmx is led on in its own way after signing in", async () => {
  await using w = await peopledWorld()
  const form = { name: "ada", password: adminPassword, next: "/loops" }
  const response = await w.browser().post("/sign-in", form, { "hx-request": "true" })
  expect([response.status, response.headers.get("hx-redirect")]).toEqual([200, "/loops"])
})

test("an address made up in a header is no way around the limit, and the audit has the real one", async () => {
  await using w = await peopledWorld()
  const app = w.root().use(w.accounts.routes({ showProblem })).listen({ port: 0, hostname: "127.0.0.1" })
  if (!app.server) throw new Error("no server")
  opened.push(app.server)
  const origin = `http://127.0.0.1:${app.server.port}`
  const client = testClient({ handle: (request) => fetch(request, { redirect: "manual" }) }, { origin })
  const guess = (i: number) =>
    client.post("/sign-in", { name: `name${i}`, password: "wrong password" }, { "x-forwarded-for": `203.0.113.${i}` })
  for (let i = 0; i < 20; i++) expect((await guess(i)).status).toBe(401)
  expect((await guess(20)).status).toBe(429)
  const audit = await readFile(join(w.home, "audit/2026-01.jsonl"), "utf8")
  expect(audit).toContain('"ip":"127.0.0.1"')
  expect(audit).not.toContain("203.0.113.")
})

test("keys of a login that this program does not know survive others signing in", async () => {
  await using w = await peopledWorld()
  await signInAsAda(w.browser())
  const path = join(w.home, "accounts/sessions.json")
  const file = JSON.parse(await readFile(path, "utf8"))
  file.later = true
  file.sessions[0].nickname = "laptop"
  await Bun.write(path, JSON.stringify(file))
  await using again = await w.restart()
  await signInAsAda(again.browser())
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({
    later: true,
    sessions: [{ nickname: "laptop" }, {}],
  })
})

test("two servers' worth of accounts in one process know nothing of each other", async () => {
  await using one = await peopledWorld()
  await using two = await peopledWorld()
  const browser = one.browser()
  await signInAsAda(browser)
  const same = two.browser({ cookie: `loopat_session=${browser.cookies.get("loopat_session")}` })
  expect((await same.get("/sign-in")).status).toBe(200)
})
