import { expect, test } from "bun:test"
import { person } from "../testing/loops.ts"
import { isOwnProposal, mustPropose } from "./land.ts"
import { isInVault, nameOfShelf } from "./person.ts"

const bob = { name: person("bob").name, admin: false }
const ada = { name: person("ada").name, admin: true }
type Rules = Parameters<typeof mustPropose>[0]
const usual: Rules = { isGated: (shelf) => shelf === "knowledge" }
const open: Rules = { isGated: () => false }

test("what a person saves waits for a review where the context is gated, and never of an administrator or at home", () => {
  const check = (rules: Rules, landing: Parameters<typeof mustPropose>[1]) => mustPropose(rules, landing)
  expect(check(usual, { shelf: "knowledge", person: bob, paths: ["a.md"] })).toBe(true)
  expect(check(usual, { shelf: "knowledge", person: ada, paths: ["a.md"] })).toBe(false)
  expect(check(usual, { shelf: "notes", person: bob, paths: ["a.md"] })).toBe(false)
  expect(check(usual, { shelf: "personal", person: bob, paths: [".loopat/config.json"] })).toBe(false)
  expect(check(open, { shelf: "knowledge", person: bob, paths: ["a.md"] })).toBe(false)
  // The team's settings are reviewed even where its documents are not.
  expect(check(open, { shelf: "knowledge", person: bob, paths: ["a.md", ".Loopat/.claude/CLAUDE.md"] })).toBe(true)
})

test("a proposal belongs to the person in its name and to nobody whose name begins alike", () => {
  const cases: [branch: string, own: boolean][] = [
    ["ui/bob/1", true],
    ["ui/bob/12", true],
    ["ui/bobby/1", false],
    ["ui/bob/../ada/1", false],
    ["ui/bob/x", false],
    ["ui/ada/1", false],
    ["main", false],
    ["loop/3f0c1d2e-5a6b-4c7d-8e9f-000000000001", false],
  ]
  for (const [branch, own] of cases) expect([branch, isOwnProposal(branch, bob)]).toEqual([branch, own])
})

test("news of somebody else's repository is nobody else's, and a vault is one however it is written", () => {
  expect(nameOfShelf({ context: "personal", user: ada.name }, bob)).toBeUndefined()
  expect(nameOfShelf({ context: "personal", user: bob.name }, bob)).toBe("personal")
  expect(nameOfShelf({ context: "notes" }, bob)).toBe("notes")
  for (const path of [".loopat/vaults/x/envs/A", ".LOOPAT/Vaults/x"]) expect(isInVault("personal", path)).toBe(true)
  expect([isInVault("personal", ".loopat/config.json"), isInVault("notes", ".loopat/vaults/x")]).toEqual([false, false])
})
