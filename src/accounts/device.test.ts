import { expect, test } from "bun:test"
import { parseUserName, type UserName } from "../lib/ids.ts"
import { testIds } from "../testing/clock.ts"
import { knownDevice, markDevice } from "./device.ts"
import type { User } from "./user.ts"

const user = (name: string, password = `$argon2id$${name}`): User => ({
  id: parseUserName(name) as UserName,
  role: "member",
  status: "active",
  createdAt: "2026-01-01T00:00:00.000Z",
  password,
})

test("a browser is known to the accounts that signed in with it, each under its own number", () => {
  const ids = testIds()
  const [ada, bob] = [user("ada"), user("bob")]
  const marks = markDevice(markDevice("", ada, ids), bob, ids)
  expect([knownDevice(marks, ada), knownDevice(marks, bob)]).toEqual(["0000000000000001", "0000000000000002"])
  expect(knownDevice(marks, user("eve"))).toBeUndefined()
})

test("a new password forgets every browser", () => {
  const marks = markDevice("", user("ada"), testIds())
  expect(knownDevice(marks, user("ada", "$argon2id$new"))).toBeUndefined()
})

test("a mark of one account, changed or made up, is worth nothing for another", () => {
  const marks = markDevice("", user("ada"), testIds())
  const tries = [
    marks.replace("ada", "bob"),
    marks.slice(0, -1),
    `${marks}x`,
    "bob..",
    "bob",
    "~~~",
    "",
    "bob.1.2".repeat(500),
  ]
  for (const mark of tries) expect([mark, knownDevice(mark, user("bob"))]).toEqual([mark, undefined])
  expect(knownDevice(marks.slice(0, -1), user("ada"))).toBeUndefined()
})

test("signing in again replaces the mark, and four accounts are remembered", () => {
  const ids = testIds()
  let marks = ""
  for (const name of ["a", "b", "c", "d", "d", "e"]) marks = markDevice(marks, user(name), ids)
  const known = ["a", "b", "c", "d", "e"].map((name) => knownDevice(marks, user(name)) !== undefined)
  expect(known).toEqual([false, true, true, true, true])
  expect(marks).toMatch(/^[\w.~-]{1,600}$/)
})
