import { expect, test } from "bun:test"
import { parseUserName, type UserName } from "../lib/ids.ts"
import { createLiveRights, type LiveRights } from "../platform/http/live-rights.ts"
import { userOf } from "../platform/http/visitor.ts"
import { silentLog } from "../platform/log.ts"
import { type AccountsWorld, peopledWorld, signInAsAda, showProblem } from "../testing/accounts.ts"
import { testClient } from "../testing/client.ts"
import { recheckOnNews } from "./index.ts"

const by = { actor: "system", via: "cli" } as const
const ada = parseUserName("ada") as UserName

/** Somebody signed in twice, with a page open in both browsers; `admins` shows its stream to admins only. */
async function watching(w: AccountsWorld): Promise<{ rights: LiveRights; open: (path: string) => Promise<Stream> }> {
  const rights = createLiveRights({ clock: w.clock, log: silentLog, isAlive: w.accounts.isAlive })
  recheckOnNews(w.events, rights)
  const role = (name: UserName) => w.accounts.people.get(name)?.role
  const app = w
    .root()
    .use(w.accounts.routes({ showProblem }))
    .get("/watch", ({ request, server }) => rights.stream({ request, server, stillAllowed: () => true }, () => {}))
    .get("/watch/admins", ({ request, server }) => {
      const { name } = userOf(request)
      return rights.stream({ request, server, stillAllowed: () => role(name) === "admin" }, () => {})
    })
  const open = async (path: string): Promise<Stream> => {
    const browser = testClient(app)
    await signInAsAda(browser)
    const response = await browser.get(path, { accept: "text/event-stream", "sec-fetch-site": "same-origin" })
    const stream: Stream = { browser, ended: false, text: Promise.resolve("") }
    stream.text = response.text().finally(() => (stream.ended = true))
    return stream
  }
  return { rights, open }
}

interface Stream {
  browser: ReturnType<typeof testClient>
  ended: boolean
  text: Promise<string>
}

test("signing out closes this login's open page and leaves the other browser's alone", async () => {
  await using w = await peopledWorld()
  const { rights, open } = await watching(w)
  const [here, there] = [await open("/watch"), await open("/watch")]
  await here.browser.post("/sign-out")
  expect(await here.text).toContain(": open")
  expect([there.ended, rights.size]).toEqual([false, 1])
  rights[Symbol.dispose]()
})

test("a new password closes every open page of that person", async () => {
  await using w = await peopledWorld()
  const { rights, open } = await watching(w)
  const pages = [await open("/watch"), await open("/watch")]
  await w.accounts.people.setPassword(ada, "brand new words", by)
  await Promise.all(pages.map(({ text }) => text))
  expect(rights.size).toBe(0)
})

test("a demotion closes what only admins may watch, at once", async () => {
  await using w = await peopledWorld()
  await w.accounts.people.add({ name: "eve", password: "long enough words", role: "admin" }, by)
  const { rights, open } = await watching(w)
  const [everybody, admins] = [await open("/watch"), await open("/watch/admins")]
  await w.accounts.people.setRole(ada, "member", by)
  await admins.text
  expect([everybody.ended, rights.size]).toEqual([false, 1])
  rights[Symbol.dispose]()
})

test("a login that runs out by itself takes its open page along within a second", async () => {
  await using w = await peopledWorld({ limits: { idleMs: 60_000, absoluteMs: 120_000 } })
  const { rights, open } = await watching(w)
  const page = await open("/watch")
  w.clock.advance(59_000)
  expect(page.ended).toBe(false)
  w.clock.advance(2_000)
  await page.text
  expect(rights.size).toBe(0)
})
