import { expect, test } from "bun:test"
import { mkdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseUserName, type UserName } from "../lib/ids.ts"
import { type AccountsNeeds, createArgon2 } from "./index.ts"
import { systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { accountsWorld, type AccountsWorld, peopledWorld, signInAsAda } from "../testing/accounts.ts"
import { killedAfter } from "../testing/faults.ts"

const by = { actor: "system", via: "cli" } as const
const name = (text: string) => parseUserName(text) as UserName
const member = (text: string) => ({ name: text, password: "long enough words", role: "member" as const })
const usersFile = (world: AccountsWorld) => join(world.home, "accounts/users.json")
const lastDeed = async (world: AccountsWorld) =>
  JSON.parse((await readFile(join(world.home, "audit/2026-01.jsonl"), "utf8")).trim().split("\n").at(-1) ?? "")

test("somebody added from the command line is active at once, has a folder of his own and can sign in", async () => {
  await using w = await accountsWorld()
  const outcome = await w.accounts.people.add(member(" Bob "), by)
  expect(outcome).toMatchObject({ kind: "added", user: { id: "bob", role: "member", status: "active" } })
  expect(w.activated).toEqual([name("bob")])
  expect(await lastDeed(w)).toMatchObject({
    actor: "system",
    via: "cli",
    action: "user.add",
    object: "bob",
    outcome: "ok",
  })
  expect((await w.browser().post("/sign-in", { name: "bob", password: "long enough words" })).status).toBe(303)
  expect((await stat(usersFile(w))).mode & 0o777).toBe(0o600)
})

test("a name that is taken, was ever used, is reserved or cannot be one is refused, and nothing is made", async () => {
  await using w = await peopledWorld()
  const users = JSON.parse(await readFile(usersFile(w), "utf8"))
  users.users.push({ id: "gone", role: "member", status: "deleted", createdAt: "2025-01-01T00:00:00.000Z" })
  await writeFile(usersFile(w), JSON.stringify(users))
  await using again = await w.restart()
  const add = async (typed: string) => (await again.accounts.people.add(member(typed), by)).kind
  expect(await add("ADA")).toBe("name-taken")
  expect(await add("gone")).toBe("name-taken")
  for (const reserved of "loopat system api me all here channel everyone".split(" "))
    expect(await add(reserved)).toBe("name-reserved")
  for (const bad of ["", "ä", "a b", "../x", "a/b", "_a", "a".repeat(33), "a\0"])
    expect(await add(bad)).toBe("name-invalid")
  expect(again.activated).toEqual([])
})

test("of many who want one name at once exactly one gets it", async () => {
  await using w = await peopledWorld()
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => w.accounts.people.add(member("bob"), by)))
  expect(outcomes.filter(({ kind }) => kind === "added")).toHaveLength(1)
  expect(w.accounts.people.list().map(({ id }) => id)).toEqual([name("ada"), name("bob")])
})

test("a role changes from the next request on, and those who hold streams hear of it", async () => {
  await using w = await peopledWorld()
  await w.accounts.people.add({ ...member("eve"), role: "admin" }, by)
  const browser = w.browser()
  await signInAsAda(browser)
  const request = () =>
    new Request("http://localhost/", { headers: { cookie: `loopat_session=${browser.cookies.get("loopat_session")}` } })
  expect((await w.accounts.whois(request())).user?.role).toBe("admin")
  expect(await w.accounts.people.setRole(name("ada"), "member", by)).toEqual({ kind: "changed" })
  expect((await w.accounts.whois(request())).user?.role).toBe("member")
  expect(w.news).toEqual([{ name: "user.changed", user: name("ada") }])
  expect(await lastDeed(w)).toMatchObject({ action: "role", object: "ada", why: "member", outcome: "ok" })
})

test("the last admin stays one, and two demotions at once leave one", async () => {
  await using w = await peopledWorld()
  const { people } = w.accounts
  expect(await people.setRole(name("ada"), "member", by)).toEqual({ kind: "last-admin" })
  expect(await lastDeed(w)).toMatchObject({ action: "role", outcome: "refused" })
  await people.add({ ...member("eve"), role: "admin" }, by)
  const outcomes = await Promise.all(["ada", "eve"].map((one) => people.setRole(name(one), "member", by)))
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["changed", "last-admin"])
  expect(people.list().filter(({ role }) => role === "admin")).toHaveLength(1)
  expect(await people.setRole(name("nobody"), "admin", by)).toEqual({ kind: "no-such-user" })
})

test("demoting many at once, with promotions in between, never leaves the workspace without an active admin", async () => {
  await using w = await peopledWorld()
  const { people } = w.accounts
  const names = ["ada", ...Array.from({ length: 11 }, (_, at) => `admin${at}`)].map(name)
  for (const one of names.slice(1)) await people.add({ ...member(one), role: "admin" }, by)
  const admins = () => people.list().filter(({ role, status }) => role === "admin" && status === "active").length
  for (let round = 0; round < 20; round++) {
    const changes = names.flatMap((one, at) => {
      const demoted = people.setRole(one, "member", by)
      return (at + round) % 3 === 0 ? [demoted, people.setRole(one, "admin", by)] : [demoted]
    })
    for (const change of changes) {
      await change
      expect(admins()).toBeGreaterThan(0)
    }
    if (round % 2 === 0) await Promise.all(names.map((one) => people.setRole(one, "member", by)))
    expect(admins()).toBeGreaterThan(0)
  }
  await Promise.all(names.map((one) => people.setRole(one, "member", by)))
  expect(admins()).toBe(1)
  expect(await w.accounts.audit.verify()).toMatchObject({ kind: "whole" })
})

test("a new password follows the same rules, and nobody has none", async () => {
  await using w = await peopledWorld()
  const set = async (user: string, password: string) =>
    (await w.accounts.people.setPassword(name(user), password, by)).kind
  expect(await set("ada", "ada12345")).toBe("password-about-you")
  expect(await set("ada", "workshop 1")).toBe("password-about-you")
  expect(await set("ada", "short")).toBe("password-short")
  expect(await set("nobody", "long enough words")).toBe("no-such-user")
})

test("keys that this program does not know survive a change", async () => {
  await using w = await peopledWorld()
  const users = JSON.parse(await readFile(usersFile(w), "utf8"))
  users.later = { a: 1 }
  users.users[0].favourite = "blue"
  await writeFile(usersFile(w), JSON.stringify(users))
  await using again = await w.restart()
  await again.accounts.people.setLocale(name("ada"), "zh")
  expect(JSON.parse(await readFile(usersFile(w), "utf8"))).toMatchObject({
    version: 1,
    later: { a: 1 },
    users: [{ id: "ada", favourite: "blue", locale: "zh" }],
  })
})

test("a file that does not parse stops the start and stays as it is", async () => {
  for (const [file, text, why] of [
    ["users.json", '{"version":1,"users":[{"id":"ada"', "JSON"],
    [
      "users.json",
      '{"version":1,"users":[{"id":"../x","role":"admin","status":"active","createdAt":""}]}',
      "users[0].id",
    ],
    ["users.json", '{"version":2,"users":[]}', "newer than this program"],
    ["sessions.json", "[]", "expected object"],
  ] as const) {
    await using w = await accountsWorld()
    const path = join(w.home, "accounts", file)
    await mkdir(join(w.home, "accounts"), { recursive: true })
    await writeFile(path, text)
    const refusal = await w.restart().catch((error: unknown) => String(error))
    expect(refusal).toContain(`${path} does not parse`)
    expect(refusal).toContain(why)
    expect(await readFile(path, "utf8")).toBe(text)
  }
})

test("a server killed at any moment of adding somebody has him wholly or not at all", async () => {
  await killAtEachStep({
    change: (world) => world.accounts.people.add(member("bob"), by),
    isNew: async (again) => {
      const signIn = await again.browser().post("/sign-in", { name: "bob", password: "long enough words" })
      return signIn.status === 303
    },
  })
}, 60_000)

test("a server killed at any moment of a demotion has the old role or the new", async () => {
  await killAtEachStep({
    prepare: (world) => world.accounts.people.add({ ...member("eve"), role: "admin" }, by),
    change: (world) => world.accounts.people.setRole(name("ada"), "member", by),
    isNew: (again) => again.accounts.people.get(name("ada"))?.role === "member",
  })
}, 60_000)

test("a server killed at any moment of a new password takes the old one or the new", async () => {
  await killAtEachStep({
    change: (world) => world.accounts.people.setPassword(name("ada"), "brand new words", by),
    isNew: async (again) => {
      const before = await signInAsAda(again.browser())
      const after = await again.browser().post("/sign-in", { name: "ada", password: "brand new words" })
      expect([before.status, after.status].sort()).toEqual([303, 401])
      return after.status === 303
    },
  })
}, 60_000)

test("a server killed while somebody signs out has ended the login or keeps it whole", async () => {
  const sessions = new WeakMap<AccountsWorld, string>()
  const cookieOf = (world: AccountsWorld) => ({ cookie: `loopat_session=${sessions.get(world)}` })
  await killAtEachStep({
    async prepare(world) {
      const browser = world.browser()
      await signInAsAda(browser)
      sessions.set(world, browser.cookies.get("loopat_session") ?? "")
    },
    async change(world) {
      if ((await world.browser(cookieOf(world)).post("/sign-out")).status !== 303) throw new Error("killed")
    },
    isNew: async (again, world) => (await again.browser(cookieOf(world)).get("/sign-in")).status === 200,
  })
}, 60_000)

test("a server killed at any moment of the set-up has the first admin wholly or is still to be set up", async () => {
  const seen = new Set<number>()
  for (let step = 0, finished = false; !finished; step++) {
    let left = Number.POSITIVE_INFINITY
    await using world = await accountsWorld({ disk: createDisk((calls) => killedAfter(calls, () => left-- <= 0)) })
    const form = { workspace: "Acme", name: "ada", password: "long enough words" }
    left = step
    const answer = await world.browser().post("/set-up", form)
    finished = answer.status === 303
    await using again = await world.restart({ disk: createDisk() })
    expect(await again.accounts.audit.verify()).toMatchObject({ kind: "whole" })
    const there = again.accounts.people.list()
    if (finished) expect(there).toHaveLength(1)
    seen.add(there.length)
    // Whichever it is, it can be gone on with.
    const next = again.browser()
    const on = await next.post(there.length === 0 ? "/set-up" : "/sign-in", form)
    expect([step, on.status]).toEqual([step, 303])
    expect(again.accounts.people.list()).toMatchObject([{ id: "ada", role: "admin", status: "active" }])
  }
  expect([...seen].sort()).toEqual([0, 1])
}, 60_000)

test("a server killed while somebody signs in has given him a login or none, and all others keep theirs", async () => {
  const before = new WeakMap<AccountsWorld, string>()
  await killAtEachStep({
    async prepare(world) {
      const browser = world.browser()
      await signInAsAda(browser)
      before.set(world, browser.cookies.get("loopat_session") ?? "")
    },
    async change(world) {
      if ((await signInAsAda(world.browser())).status !== 303) throw new Error("killed")
    },
    async isNew(again, world) {
      const kept = again.browser({ cookie: `loopat_session=${before.get(world)}` })
      expect((await kept.get("/sign-in")).headers.get("location")).toBe("/")
      const file = await readFile(join(again.home, "accounts/sessions.json"), "utf8")
      return JSON.parse(file).sessions.length === 2
    },
  })
}, 60_000)

test("a server killed at any moment of a choice of language has the old or the new one", async () => {
  await killAtEachStep({
    change: (world) => world.accounts.people.setLocale(name("ada"), "zh"),
    isNew: (again) => again.accounts.people.get(name("ada"))?.locale === "zh",
  })
}, 60_000)

test("a server killed while a sign-in renews an old hash still lets the person in", async () => {
  const argon2 = createArgon2({ memoryKiB: 16, passes: 1 }, systemIds)
  await killAtEachStep({
    // The world's own cost is half of this.
    over: { argon2 },
    async change(world) {
      if ((await signInAsAda(world.browser())).status !== 303) throw new Error("killed")
    },
    async isNew(again) {
      const file = await readFile(usersFile(again), "utf8")
      expect((await signInAsAda(again.browser())).status).toBe(303)
      return file.includes("m=16,")
    },
  })
}, 60_000)

interface Kill {
  /** What the server that is killed is started with, other than the one that made the person. */
  over?: Partial<AccountsNeeds>
  prepare?(world: AccountsWorld): Promise<unknown>
  change(world: AccountsWorld): Promise<unknown>
  isNew(again: AccountsWorld, world: AccountsWorld): boolean | Promise<boolean>
}

/** Makes a change with a disk that dies at its first call, its second …; a new server must find all of it or nothing. */
async function killAtEachStep({ over, prepare, change, isNew }: Kill): Promise<void> {
  const seen = new Set<boolean>()
  for (let step = 0, finished = false; !finished; step++) {
    let left = Number.POSITIVE_INFINITY
    const disk = createDisk((calls) => killedAfter(calls, () => left-- <= 0))
    await using first = await peopledWorld({ disk })
    await using world = over ? await first.restart(over) : first
    await prepare?.(world)
    left = step
    try {
      await change(world)
      finished = true
    } catch (error) {
      expect(String(error)).toContain("killed")
    }
    await using again = await world.restart({ disk: createDisk() })
    expect(again.accounts.people.list().length).toBeGreaterThan(0)
    expect(await again.accounts.audit.verify()).toMatchObject({ kind: "whole" })
    const found = await isNew(again, world)
    if (finished) expect(found).toBe(true)
    seen.add(found)
  }
  expect([...seen].sort()).toEqual([false, true])
}
