import { expect, test } from "bun:test"
import { otherLoop, ownLoop } from "../testing/git-host.ts"
import { userName } from "../testing/loops.ts"
import type { Asker } from "./asker.ts"
import { judgeCodePush } from "./code-policy.ts"

const rests = async () => undefined
const askers = {
  loop: { kind: "loop", loop: ownLoop, user: userName("alice"), rests },
  member: { kind: "member", user: userName("alice"), admin: false, mayPush: true, rests },
  reader: { kind: "member", user: userName("alice"), admin: false, mayPush: false, rests },
  admin: { kind: "member", user: userName("root"), admin: true, mayPush: true, rests },
} satisfies Record<string, Asker>

const [one, two] = ["1".repeat(40), "2".repeat(40)]
const deeds = { create: { to: one }, update: { from: one, to: two }, delete: { from: one } }
const madeBy = { "by-this-loop": ownLoop, "loop/plan-111111": ownLoop, "by-another-loop": otherLoop }

/** `c` creates, `u` updates in any way, `f` forward only, `d` deletes. */
function may(who: keyof typeof askers, ref: string, isProtected = false): string {
  const rules = { trunk: "main", protected: isProtected, madeBy }
  return Object.entries(deeds)
    .flatMap(([deed, command]) => {
      const judged = judgeCodePush({ ref, ...command }, rules, askers[who])
      if (judged.kind === "refused") return []
      return deed === "update" && judged.forward ? "f" : deed.slice(0, 1)
    })
    .join("")
}

test("in a hosted repository of code everybody moves what the table gives him, and nothing else", () => {
  const table: [ref: string, loop: string, member: string, admin: string][] = [
    ["refs/heads/main", "cf", "cf", "cf"],
    ["refs/heads/by-this-loop", "cud", "", "cud"],
    ["refs/heads/loop/plan-111111", "cud", "", "cud"],
    ["refs/heads/by-another-loop", "c", "", "cud"],
    ["refs/heads/loop/plan-222222", "", "", "cud"],
    ["refs/heads/loop/PLAN-111111", "", "", "cud"],
    ["refs/heads/feature", "c", "cud", "cud"],
    ["refs/tags/v1", "", "", "cud"],
    ["refs/replace/1", "", "", ""],
    ["refs/loopat/undo/1/x", "", "", ""],
    ["refs/heads/a..b", "", "", ""],
    ["HEAD", "", "", ""],
  ]
  expect(table.map(([ref]) => [ref, may("loop", ref), may("member", ref), may("admin", ref)])).toEqual(table)
  expect(table.map(([ref]) => may("reader", ref)).join("")).toBe("")
})

test("a protected trunk is moved by administrators only", () => {
  const trunk = "refs/heads/main"
  expect((["loop", "member", "admin"] as const).map((who) => may(who, trunk, true))).toEqual(["", "", "cf"])
})
