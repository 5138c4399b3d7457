import { expect, test } from "bun:test"
import { otherLoop, ownLoop } from "../testing/git-host.ts"
import { userName } from "../testing/loops.ts"
import { shelvesWorld } from "../testing/shelves.ts"
import { type Change, confirmationOf, createProposals, type Shelf } from "./index.ts"
import { scanText } from "./secret-scan.ts"

const knowledge: Shelf = { context: "knowledge" }
const alice = userName("alice")
const member = { user: userName("bob"), admin: false }
const admin = { user: userName("root"), admin: true }
const author = { name: "Bob", email: "bob@example.org" }
const branch = `loop/${ownLoop}`

async function world(reviewers: "members" | "others" | "admins" = "members") {
  const here = await shelvesWorld({ admins: ["root"] })
  const stored: string[] = ["a-value-of-some-vault"]
  const proposals = createProposals({
    shelves: here.shelves,
    background: here.background,
    reviewRemote: () => undefined,
    reviewers: () => reviewers,
    peopleOf: async () => [alice],
    secrets: async () => stored,
  })
  const repository = await here.shelves.open(knowledge)
  async function commit(on: string, changes: Change[], message = "A change") {
    here.clock.advance(60_000)
    const base = (await repository.resolve(on)) ?? (await repository.resolve()) ?? ""
    const outcome = await repository.commit({ branch: on, base, changes, author, message, by: { user: admin.user } })
    if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome))
    return outcome.commit
  }
  const seen = async (name = branch) => {
    const found = await proposals.find(knowledge, name)
    if (!found) throw new Error("no such proposal")
    return found
  }
  const merge = async (more: { confirmed?: string; reviewer?: typeof member; seen?: string } = {}) =>
    proposals.merge({ shelf: knowledge, branch, seen: (await seen()).tip, reviewer: member, author, ...more })
  return { ...here, proposals, repository, commit, seen, merge, stored }
}

test("the list says what each branch would bring, how it would merge, and whether it steers loops", async () => {
  await using here = await world()
  expect(await here.proposals.list(knowledge)).toEqual([])
  await here.commit("main", [{ path: "a.md", text: "one\ntwo\n" }])
  await here.commit(branch, [{ path: "a.md", text: "one\nTWO\nthree\n" }], "Say more")
  await here.commit(branch, [{ path: "b.md", text: "b\n" }], "Say even more")
  await here.commit("propose/alice/tools", [{ path: ".loopat/.claude/CLAUDE.md", text: "rules\n" }], "Rules")
  await here.commit("ui/alice/1", [{ path: "a.md", text: "other\n" }], "An edit")
  await here.commit("main", [{ path: "a.md", text: "1\n2\n" }])
  await here.commit("main", [{ path: ".loopat/.claude/CLAUDE.md", text: "rules\n" }])
  const rows = await here.proposals.list(knowledge)
  expect(rows).toMatchObject([
    {
      branch: "ui/alice/1",
      from: { kind: "person", user: "alice" },
      state: "conflict",
      conflicts: ["a.md"],
      commits: 1,
    },
    { branch: "propose/alice/tools", state: "contained", steers: true, files: 1, added: 1, removed: 0 },
    {
      ...{ branch, from: { kind: "loop", loop: ownLoop }, subject: "Say even more", state: "conflict", steers: false },
      ...{ commits: 2, files: 2, added: 3, removed: 1 },
    },
  ])
  const before = here.gitCalls()
  await here.proposals.list(knowledge)
  expect(here.gitCalls()).toBe(before)
  expect((await here.seen()).newest.map(({ subject }) => subject)).toEqual(["Say even more", "Say more"])
  expect(await here.proposals.find(knowledge, "main")).toBeUndefined()
  expect(await here.proposals.find(knowledge, `loop/${otherLoop}`)).toBeUndefined()
})

test("a merge keeps both parents, names who reviewed, and removes the branch", async () => {
  await using here = await world()
  const tip = await here.commit(branch, [{ path: "page.md", text: "page\n" }], "Add a page")
  const main = await here.commit("main", [{ path: "other.md", text: "x\n" }])
  const outcome = await here.merge()
  if (outcome.kind !== "merged") throw new Error(outcome.kind)
  const [newest] = await here.repository.history({ from: outcome.commit, limit: 1 })
  expect(newest).toMatchObject({ parents: [main, tip], subject: "Merge: Add a page" })
  expect(newest?.body).toContain("Reviewed-by: Bob <bob@example.org>")
  expect(await here.proposals.list(knowledge)).toEqual([])
  expect(await here.repository.branches("loop/")).toEqual([])
})

test("what was not looked at is not merged, and two merges at once are each checked against the newest main", async () => {
  await using here = await world()
  const first = await here.commit(branch, [{ path: "page.md", text: "page\n" }])
  await here.commit(branch, [{ path: "page.md", text: "another page\n" }])
  expect(await here.merge({ seen: first })).toEqual({ kind: "moved" })

  const other = "propose/alice/idea"
  await here.commit(other, [{ path: "page.md", text: "my page\n" }])
  const second = await here.seen(other)
  const both = await Promise.all([
    here.merge(),
    here.proposals.merge({ shelf: knowledge, branch: other, seen: second.tip, reviewer: member, author }),
  ])
  expect(both.map(({ kind }) => kind).sort()).toEqual(["conflict", "merged"])
})

test("a stored value or a key's shape stops a merge with file and line, until somebody says yes to exactly that", async () => {
  await using here = await world()
  await here.commit(branch, [{ path: "setup.md", text: "# Setup\n\nkey: AKIAIOSFODNN7EXAMPLE\n" }])
  await here.commit(branch, [
    { path: "setup.md", text: "# Setup\n" },
    { path: "b.md", text: "x a-value-of-some-vault\n" },
  ])
  const stopped = await here.merge()
  const findings = [
    { path: "b.md", line: 1, what: "stored" as const },
    // It is gone from the newest version, and would stay in the history.
    { path: "setup.md", line: 3, what: "aws" as const },
  ]
  expect(stopped).toEqual({ kind: "secrets", findings })
  expect(await here.merge({ confirmed: "something else" })).toMatchObject({ kind: "secrets" })
  here.stored.push("# Setup")
  expect(await here.merge({ confirmed: confirmationOf(findings) })).toMatchObject({ kind: "secrets" })
  here.stored.pop()
  expect(await here.merge({ confirmed: confirmationOf(findings) })).toMatchObject({ kind: "merged" })
})

test("who may review is what the workspace says; settings of the team are an administrator's", async () => {
  const check = async (
    reviewers: "members" | "others" | "admins",
    changes: Change[],
    expected: ("may" | "own" | "admins")[],
  ) => {
    await using here = await world(reviewers)
    await here.commit(branch, changes)
    const proposal = await here.seen()
    const people = [{ user: alice, admin: false }, member, admin]
    const rights = await Promise.all(people.map((one) => here.proposals.mayMerge(proposal, one)))
    expect(rights.map((right) => (right.kind === "may" ? "may" : right.why))).toEqual(expected)
  }
  const page: Change[] = [{ path: "page.md", text: "x" }]
  const settings: Change[] = [{ path: ".loopat/.claude/settings.json", text: "{}" }]
  await check("members", page, ["may", "may", "may"])
  await check("others", page, ["own", "may", "may"])
  await check("admins", page, ["admins", "admins", "may"])
  await check("members", settings, ["admins", "admins", "may"])
})

test("a discarded proposal comes back with its commits, and whoever made it may discard it", async () => {
  await using here = await world("admins")
  const mine = "propose/alice/idea"
  const tip = await here.commit(mine, [{ path: "page.md", text: "x" }])
  const wanted = { shelf: knowledge, branch: mine, seen: tip }
  expect(await here.proposals.discard({ ...wanted, reviewer: member })).toEqual({ kind: "may-not", why: "admins" })
  expect(await here.proposals.discard({ ...wanted, reviewer: { user: alice, admin: false } })).toEqual({ kind: "done" })
  expect(await here.proposals.list(knowledge)).toEqual([])
  expect(await here.proposals.restore({ ...wanted, reviewer: member })).toEqual({ kind: "done" })
  expect(await here.proposals.list(knowledge)).toMatchObject([{ branch: mine, tip }])
})

test("a proposal in somebody's own repository is merged by nobody else, an administrator included", async () => {
  await using here = await world()
  const shelf: Shelf = { context: "personal", user: alice }
  const own = await here.shelves.open(shelf)
  const base = (await own.resolve()) ?? ""
  const changes: Change[] = [{ path: ".loopat/config.json", text: "{}\n" }]
  const by = { user: alice, loop: ownLoop }
  const made = await own.commit({ branch, base, changes, author, message: "Settings", by })
  if (made.kind !== "committed") throw new Error(made.kind)
  const wanted = { shelf, branch, seen: made.commit, author }
  expect(await here.proposals.merge({ ...wanted, reviewer: admin })).toEqual({ kind: "may-not", why: "owner" })
  expect(await here.proposals.merge({ ...wanted, reviewer: { user: alice, admin: false } })).toMatchObject({
    kind: "merged",
  })
})

test("keys are known by their shape, words that only look a little like them are not", () => {
  const check = (line: string, what: string | undefined) =>
    expect([line, scanText({ path: "f", before: "", after: line }, [])[0]?.what]).toEqual([line, what as never])
  check("AKIAIOSFODNN7EXAMPLE", "aws")
  check(`x sk-ant-${"a".repeat(30)}`, "anthropic")
  check(`OPENAI=sk-proj-${"b".repeat(40)}`, "openai")
  check(`ghp_${"c".repeat(36)}`, "github")
  check("glpat-abcdefghij0123456789", "gitlab")
  check(`AIza${"d".repeat(35)}`, "google")
  check("xoxb-0123456789-abc", "slack")
  check(`npm_${"e".repeat(36)}`, "npm")
  check(`la_${"0".repeat(48)}`, "loopat")
  check("-----BEGIN OPENSSH PRIVATE KEY-----", "private-key")
  check("-----BEGIN PRIVATE KEY-----", "private-key")
  check("AKIA is how they begin, and sk-learn is a library", undefined)
  check("-----BEGIN PUBLIC KEY-----", undefined)
  const old = { path: "f", before: "AKIAIOSFODNN7EXAMPLE", after: "AKIAIOSFODNN7EXAMPLE\nmore" }
  expect(scanText(old, [])).toEqual([])
})
