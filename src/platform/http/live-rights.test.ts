import { expect, test } from "bun:test"
import { parseUserName, type UserName } from "../../lib/ids.ts"
import { testClock } from "../../testing/clock.ts"
import { silentLog } from "../log.ts"
import { createLiveRights } from "./live-rights.ts"
import { admit } from "./visitor.ts"

const name = (text: string) => parseUserName(text) as UserName

function world() {
  const clock = testClock()
  const alive = new Set(["login_ada", "login_bob"])
  const rights = createLiveRights({ clock, log: silentLog, isAlive: (login) => alive.has(login) })
  const ended: string[] = []
  const hold = (who: string, stillAllowed: () => boolean | Promise<boolean> = () => true) =>
    rights.hold({ login: `login_${who}`, user: name(who), stillAllowed, end: () => ended.push(who) })
  return { clock, alive, rights, ended, hold }
}

test("a stream whose login ended is closed within a second, others stay", () => {
  const { clock, alive, rights, ended, hold } = world()
  hold("ada")
  hold("bob")
  alive.delete("login_ada")
  expect(ended).toEqual([])
  clock.advance(1_000)
  expect(ended).toEqual(["ada"])
  clock.advance(10_000)
  expect([ended, rights.size]).toEqual([["ada"], 1])
})

test("when rights may have changed, each stream of that person is asked at once", async () => {
  const { rights, ended, hold } = world()
  let allowed = true
  hold("ada", async () => allowed)
  hold("bob", () => false)
  await rights.recheck({ user: name("ada") })
  expect(ended).toEqual([])
  allowed = false
  await rights.recheck({ user: name("ada") })
  expect(ended).toEqual(["ada"])
  await rights.recheck()
  expect(ended).toEqual(["ada", "bob"])
})

test("news of one thing asks only the streams that show it", async () => {
  const { rights } = world()
  const asked: string[] = []
  const watch = (about: string) =>
    rights.hold({
      ...{ login: "login_ada", user: name("ada"), about, end: () => {} },
      stillAllowed: () => asked.push(about) > 0,
    })
  for (const about of ["one", "two", "one"]) watch(about)
  await rights.recheck({ about: "one" })
  expect(asked).toEqual(["one", "one"])
})

test("a right that cannot be found out is no right", async () => {
  const { rights, ended, hold } = world()
  hold("ada", () => Promise.reject(new Error("disk gone")))
  await rights.recheck()
  expect(ended).toEqual(["ada"])
})

test("what closed by itself is not closed again, and nothing keeps ticking for nobody", () => {
  const { clock, rights, ended, hold } = world()
  const release = hold("ada")
  expect(clock.timers).toBe(1)
  release()
  clock.advance(1_000)
  expect([ended, clock.timers, rights.size]).toEqual([[], 0, 0])
})

test("stopping closes everything and leaves no timer", () => {
  const { clock, rights, ended, hold } = world()
  hold("ada")
  hold("bob")
  rights[Symbol.dispose]()
  expect([ended, clock.timers, rights.size]).toEqual([["ada", "bob"], 0, 0])
})

test("an event stream is held while it is open, and ends for its reader when the login ends", async () => {
  const { clock, alive, rights } = world()
  const request = new Request("http://localhost/")
  const user = { name: name("ada"), displayName: "Ada", role: "member", login: "login_ada" } as const
  admit(request, { user, locale: "en", theme: "system", requestId: "1" })
  const patience: number[] = []
  const server = { timeout: (_: Request, seconds: number) => void patience.push(seconds) }
  const response = rights.stream({ request, server, stillAllowed: () => true }, (viewer) => viewer.send("<p>1</p>", 1))
  expect([rights.size, patience]).toEqual([1, [0]])
  alive.delete("login_ada")
  clock.advance(1_000)
  expect(await response.text()).toContain("data: <p>1</p>")
  expect([rights.size, clock.timers]).toEqual([0, 0])

  alive.add("login_ada")
  const left = rights.stream({ request, server: null, stillAllowed: () => true }, () => {})
  await left.body?.cancel()
  expect(rights.size).toBe(0)
})

test("whoever asks for the headers of a stream gets them, and no stream stays open", async () => {
  const { clock, rights } = world()
  const request = new Request("http://localhost/", { method: "HEAD" })
  const user = { name: name("ada"), displayName: "Ada", role: "member", login: "login_ada" } as const
  admit(request, { user, locale: "en", theme: "system", requestId: "1" })
  const response = rights.stream({ request, server: null, stillAllowed: () => true }, () => {
    throw new Error("nobody reads it")
  })
  expect([response.headers.get("content-type"), await response.text()]).toEqual([
    "text/event-stream; charset=utf-8",
    "",
  ])
  expect([rights.size, clock.timers]).toEqual([0, 0])
})
