import { expect, test } from "bun:test"
import type { LoopId } from "../lib/ids.ts"
import { person, userName } from "../testing/loops.ts"
import { countNeedsYou, listPage, type ListQuery, recentLoops } from "./list.ts"
import type { LoopActivity } from "./contract.ts"
import { LoopRecord } from "./record.ts"
import { createShelf, type Shelf } from "./shelf.ts"
import { loopIdOfRequest } from "./store.ts"

const alice = person("alice")
const bob = person("bob")
const admin = person("root", "admin")
const now = new Date(2026, 0, 15, 12).getTime()
const day = 86_400_000
const idOf = (name: string): LoopId => loopIdOfRequest(userName("test"), name)

interface Told {
  by?: string
  driver?: string
  visibility?: LoopRecord["visibility"]
  state?: LoopRecord["state"]
  active?: number
  repo?: string
}

function put(
  shelf: Shelf,
  title: string,
  { by = "alice", driver = by, visibility = "workspace", state, active = now, repo }: Told = {},
) {
  const at = new Date(now - 30 * day).toISOString()
  const record = LoopRecord.parse({
    ...{ version: 1, id: idOf(title), kind: "work", title, titleBy: "person", createdAt: at, createdBy: by, driver },
    ...{ drivers: [], state: state ?? { kind: "driven" }, visibility, profiles: [], vault: "default", network: "open" },
    ...{ flags: { crossLoop: false, nested: false }, permissionMode: "default", rules: [], thinking: "", warnings: [] },
    ...(repo !== undefined && { repo: { name: repo, ref: "main", branch: "loop/x" } }),
  })
  shelf.put(record, active)
}

const archived = { kind: "archived", at: "2026-01-01T00:00:00.000Z", by: userName("alice"), was: "driven" } as const
const activity = (status: LoopActivity["status"]): LoopActivity => ({ status, since: now, waiting: 0 })
const page = (shelf: Shelf, user = alice, query: Partial<ListQuery> = {}) =>
  listPage(shelf, user, { show: "all", search: "", by: "time", now, ...query })
const titles = (shelf: Shelf, user = alice, query: Partial<ListQuery> = {}) =>
  page(shelf, user, query).groups.flatMap((group) => group.entries.map((entry) => `${group.group}: ${entry.title}`))

test("loops stand in their groups, newest activity first", () => {
  const shelf = createShelf()
  put(shelf, "old", { active: now - 2 * day })
  put(shelf, "new", { active: now - 1000 })
  put(shelf, "asks", { active: now - 3 * day })
  put(shelf, "works", { active: now - 4 * day })
  put(shelf, "failed", { active: now - 2000 })
  put(shelf, "prepares", { state: { kind: "preparing", since: "2026-01-15T11:00:00.000Z", step: "x" } })
  shelf.setActivity(idOf("asks"), activity("needs-you"))
  shelf.setActivity(idOf("works"), activity("working"))
  shelf.setActivity(idOf("failed"), activity("failed"))
  expect(titles(shelf)).toEqual([
    "needs-you: asks",
    "working: prepares",
    "working: works",
    "today: new",
    "today: failed",
    "earlier: old",
  ])
  shelf.touch(idOf("old"), now + 1)
  shelf.setActivity(idOf("works"), activity("idle"))
  expect(titles(shelf)).toEqual([
    "needs-you: asks",
    "working: prepares",
    "today: old",
    "today: new",
    "today: failed",
    "earlier: works",
  ])
})

test("an open question counts only for its driver; others see that the loop works", () => {
  const shelf = createShelf()
  put(shelf, "asks", { by: "bob" })
  shelf.setActivity(idOf("asks"), activity("needs-you"))
  expect(titles(shelf, bob)).toEqual(["needs-you: asks"])
  expect(titles(shelf, alice)).toEqual(["working: asks"])
  expect([countNeedsYou(shelf, bob), countNeedsYou(shelf, alice)]).toEqual([1, 0])
})

test("filters show mine, those I drive, all, and the archived ones", () => {
  const shelf = createShelf()
  put(shelf, "mine", { active: now - 1 })
  put(shelf, "handed to bob", { driver: "bob", active: now - 2 })
  put(shelf, "bob's", { by: "bob", active: now - 3 })
  put(shelf, "put away", { state: archived, active: now - 4 })
  const check = (show: ListQuery["show"], expected: string[]) =>
    expect(titles(shelf, alice, { show })).toEqual(expected)
  check("mine", ["today: mine", "today: handed to bob"])
  check("driving", ["today: mine"])
  check("all", ["today: mine", "today: handed to bob", "today: bob's", "today: put away"])
  check("archived", ["archived: put away"])
  expect(recentLoops(shelf, alice).map((entry) => entry.title)).toEqual(["mine", "handed to bob"])
})

test("a private loop is in its people's lists alone; an admin's has its row, and no search finds it there", () => {
  const shelf = createShelf()
  put(shelf, "secret plan", { by: "alice", visibility: "private" })
  expect(titles(shelf, alice).length).toBe(1)
  expect(titles(shelf, bob)).toEqual([])
  expect(page(shelf, admin).groups.flatMap((group) => group.entries).length).toBe(1)
  expect(titles(shelf, admin, { search: "secret" })).toEqual([])
  expect(titles(shelf, alice, { search: "PLAN sec" })).toEqual(["today: secret plan"])
  expect(titles(shelf, alice, { search: "plan x" })).toEqual([])
})

test("10,000 loops are paged by 60 and every one is on exactly one page", () => {
  const shelf = createShelf()
  for (let i = 0; i < 10_000; i++) put(shelf, `loop ${i}`, { active: now - Math.floor(i / 3) })
  const seen: string[] = []
  let pages = 0
  for (let after: string | undefined, more = true; more; pages++) {
    const one = page(shelf, alice, { after })
    const entries = one.groups.flatMap((group) => group.entries)
    expect(entries.length).toBeLessThanOrEqual(60)
    seen.push(...entries.map((entry) => entry.id))
    after = one.next
    more = after !== undefined
  }
  expect(pages).toBe(Math.ceil(10_000 / 60))
  expect(new Set(seen).size).toBe(10_000)
  expect(seen.length).toBe(10_000)
})

test("a page address that nobody made shows the first page", () => {
  const shelf = createShelf()
  put(shelf, "one")
  for (const after of ["", "x", "../..", "1-2", `${"9".repeat(40)}-x`]) {
    expect(page(shelf, alice, { after }).groups.flatMap((group) => group.entries).length).toBe(1)
  }
})

test("what an agent told of a loop before it was on the shelf is not lost", () => {
  const shelf = createShelf()
  shelf.setActivity(idOf("early"), activity("needs-you"))
  put(shelf, "early")
  expect(titles(shelf)).toEqual(["needs-you: early"])
})

test("what leaves the shelf leaves the list", () => {
  const shelf = createShelf()
  put(shelf, "one")
  put(shelf, "two")
  shelf.setActivity(idOf("one"), activity("working"))
  shelf.remove(idOf("one"))
  expect(titles(shelf)).toEqual(["today: two"])
  expect(shelf.size).toBe(1)
})

test("loops are narrowed to a repository or a topic, and grouped by one, the group with the newest activity first", () => {
  const shelf = createShelf()
  put(shelf, "Tax table #billing #q3", { repo: "app", active: now - 3 })
  put(shelf, "Invoices #Billing", { repo: "docs", active: now - 2 })
  put(shelf, "Loose end", { active: now - 1 })
  put(shelf, "Secret #billing", { repo: "app", visibility: "private", by: "bob", active: now })
  const found = (query: Partial<ListQuery>, user = alice) =>
    titles(shelf, user, query).map((line) => line.split(": ")[1])
  expect(found({ repo: "app" })).toEqual(["Tax table #billing #q3"])
  expect(found({ topic: "billing" })).toEqual(["Invoices #Billing", "Tax table #billing #q3"])
  expect(found({ topic: "q3", repo: "docs" })).toEqual([])
  expect(found({ topic: "bill" })).toEqual([])
  const grouped = (by: ListQuery["by"], user = alice) =>
    page(shelf, user, { by }).groups.map(({ name, entries }) => `${name ?? "-"} ${entries.length}`)
  expect(grouped("repo")).toEqual(["- 1", "docs 1", "app 1"])
  expect(grouped("topic")).toEqual(["- 1", "billing 2"])
  expect(grouped("repo", bob)).toEqual(["app 2", "- 1", "docs 1"])
  // An admin sees that there is a private loop, and nothing by which it could be found or told apart.
  expect(grouped("topic", admin)).toEqual(["- 2", "billing 2"])
  expect(found({ topic: "billing" }, admin)).toHaveLength(2)
  expect(found({ repo: "app" }, admin)).toHaveLength(1)
})

test("grouped by repository or topic, 10,000 loops are paged by 60 and every one is on exactly one page", () => {
  const shelf = createShelf()
  for (let at = 0; at < 10_000; at++)
    put(shelf, `Loop ${at} #t${at % 7}`, { repo: `r${at % 5}`, active: now - (at % 90) })
  for (const by of ["repo", "topic"] as const) {
    const seen = new Set<string>()
    let pages = 0
    for (let after: string | undefined; pages === 0 || after !== undefined; pages++) {
      const one = page(shelf, alice, { by, after })
      const entries = one.groups.flatMap((group) => group.entries)
      expect(entries.length).toBeLessThanOrEqual(60)
      for (const { id } of entries) seen.add(id)
      after = one.next
    }
    expect([seen.size, pages]).toEqual([10_000, Math.ceil(10_000 / 60)])
  }
})
