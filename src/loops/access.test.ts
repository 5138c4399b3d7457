import { expect, test } from "bun:test"
import { parseUserName, type UserName } from "../lib/ids.ts"
import { drivingRefusal, type Intention, isPerson, refusal, type Rights, sight } from "./access.ts"
import type { LoopState } from "./record.ts"

const name = (text: string): UserName => {
  const user = parseUserName(text)
  if (!user) throw new Error(text)
  return user
}
const [owner, driver, taker, member, admin] = ["owner", "driver", "taker", "member", "admin"].map(name) as [
  UserName,
  UserName,
  UserName,
  UserName,
  UserName,
]
const at = "2026-01-02T03:04:05.000Z"
const states = {
  driven: { kind: "driven" },
  preparing: { kind: "preparing", since: at, step: "repository" },
  offered: { kind: "offered", by: driver, to: taker, since: at },
  archived: { kind: "archived", at, by: owner, was: "driven" },
  deleted: { kind: "deleted", at, by: owner, purgeAt: at, was: "driven" },
} satisfies Record<string, LoopState>
const loop = (state: LoopState = states.driven, visibility: Rights["visibility"] = "workspace"): Rights => ({
  createdBy: owner,
  driver,
  state,
  visibility,
})
const as = (user: UserName) => ({ name: user, role: user === admin ? ("admin" as const) : ("member" as const) })

test("who sees a loop follows its visibility", () => {
  const check = (visibility: Rights["visibility"], state: LoopState, expected: string) =>
    expect(
      [owner, driver, taker, member, admin].map((user) => sight(loop(state, visibility), as(user))).join(" "),
    ).toBe(expected)
  check("private", states.driven, "all all nothing nothing row")
  check("private", states.offered, "all all all nothing row")
  check("workspace", states.driven, "all all all all all")
  check("public", states.archived, "all all all all all")
  check("workspace", states.deleted, "nothing nothing nothing nothing nothing")
})

test("the people of a loop are its owner, its driver and whom it is offered to", () => {
  expect([owner, driver, taker, member].map((user) => isPerson(loop(states.offered), user))).toEqual([
    true,
    true,
    true,
    false,
  ])
  expect(isPerson(loop(), taker)).toBe(false)
})

test("only the driver drives, and everybody else is told why in the fixed order", () => {
  const check = (state: LoopState, user: UserName, expected: unknown) =>
    expect(drivingRefusal(loop(state), user)).toEqual(expected as never)
  check(states.driven, driver, undefined)
  check(states.preparing, driver, undefined)
  check(states.driven, owner, { kind: "not-driver", driver })
  check(states.driven, admin, { kind: "not-driver", driver })
  check(states.offered, driver, { kind: "offered", to: taker })
  check(states.archived, member, { kind: "archived" })
  check(states.deleted, driver, { kind: "deleted" })
})

test("who may do what with a loop is the table of the roles", () => {
  const check = (intention: Intention, expected: string) =>
    expect(
      [owner, driver, member, admin].map((user) => refusal(loop(), as(user), intention)?.kind ?? "may").join(" "),
    ).toBe(expected)
  check("rename", "may may not-allowed may")
  check("archive", "may may not-allowed may")
  check("restore", "may may not-allowed may")
  check("prepare", "may may not-allowed may")
  check("stop-sandbox", "may may not-allowed may")
  check("delete", "may not-allowed not-allowed may")
  check("undelete", "may not-allowed not-allowed may")
})

test("a refusal does not give away a loop that the person cannot see", () => {
  expect(refusal(loop(states.driven, "private"), as(member), "rename")).toEqual({ kind: "not-found" })
  expect(refusal(loop(states.deleted), as(member), "undelete")).toEqual({ kind: "not-found" })
  expect(refusal(loop(), as(member), "delete")).toEqual({ kind: "not-allowed", owner, driver })
})
