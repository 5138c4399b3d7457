import { expect, test } from "bun:test"
import { userName } from "../testing/loops.ts"
import { shelvesWorld } from "../testing/shelves.ts"
import { createNameBefore } from "./former-names.ts"
import { readFileHistory } from "./history.ts"
import type { Change } from "./index.ts"

const notes = { context: "notes" } as const
const author = { name: "Ada", email: "ada@example.org" }
const textOf = (lines: number, from = 0) => Array.from({ length: lines }, (_, n) => `line ${from + n}\n`).join("")

async function world() {
  const here = await shelvesWorld()
  const repository = await here.shelves.open(notes)
  const { trees, objects } = await here.shelves.place(notes)
  const nameBefore = createNameBefore({ trees, objects })
  return {
    ...here,
    async commit(message: string, changes: readonly Change[]) {
      here.clock.advance(60_000)
      const base = (await repository.resolve()) ?? ""
      const by = { user: userName("ada") }
      const done = await repository.commit({ branch: "main", base, changes, author, message, by })
      if (done.kind !== "committed") throw new Error(JSON.stringify(done))
    },
    /** What is told of a file, each commit with what the file was called before. */
    async past(path: string, { skip = 0, count = 100, now = (): number => 0 } = {}) {
      const from = (await repository.resolve()) ?? ""
      const { commits, ...rest } = await readFileHistory({ trees, nameBefore, now }, { from, path, skip, count })
      return { ...rest, told: commits.map(({ subject, path: name, was }) => [subject, name, ...(was ? [was] : [])]) }
    },
  }
}

test("a file that was moved and changed in one commit is known again as long as half of it stayed", async () => {
  await using here = await world()
  await here.commit("Begin", [{ path: "a.txt", text: textOf(20, 10) }])
  await here.commit("Half", [
    { path: "a.txt", gone: true },
    { path: "b.txt", text: textOf(10, 10) + textOf(10, 50) },
  ])
  await here.commit("Less", [
    { path: "b.txt", gone: true },
    { path: "c.txt", text: textOf(9, 10) + textOf(11, 80) },
  ])
  const known = [
    ["Half", "b.txt", "a.txt"],
    ["Begin", "a.txt"],
  ]
  expect((await here.past("c.txt")).told).toEqual([["Less", "c.txt"]])
  expect((await here.past("b.txt")).told).toEqual([["Less", "b.txt"], ...known])
})

test("of several files that went away the same one is the former one, then that of the same name, then the most alike", async () => {
  await using here = await world()
  await here.commit("Begin", [
    { path: "one/x.txt", text: textOf(20) },
    { path: "two/name.txt", text: textOf(20) },
    { path: "alike.txt", text: textOf(19) + "another\n" },
  ])
  await here.commit("Move", [
    { path: "one/x.txt", gone: true },
    { path: "two/name.txt", gone: true },
    { path: "alike.txt", gone: true },
    { path: "new/name.txt", text: textOf(20) },
    { path: "new/other.txt", text: `${textOf(18)}another\nlast\n` },
  ])
  expect((await here.past("new/name.txt")).told[0]).toEqual(["Move", "new/name.txt", "two/name.txt"])
  expect((await here.past("new/other.txt")).told[0]).toEqual(["Move", "new/other.txt", "alike.txt"])
})

test("a copy, a file among very many that went, and one that is empty begin where they came", async () => {
  await using here = await world()
  const many = Array.from({ length: 201 }, (_, n) => `old/${n}.txt`)
  await here.commit("Begin", [
    { path: "a.txt", text: textOf(20) },
    ...many.map((path, n) => ({ path, text: `${textOf(20)}${n}\n` })),
  ])
  await here.commit("Copy", [{ path: "copy.txt", text: textOf(20) }])
  await here.commit("Many", [
    ...many.map((path) => ({ path, gone: true }) as const),
    { path: "new.txt", text: `${textOf(20)}x\n` },
  ])
  expect((await here.past("copy.txt")).told).toEqual([["Copy", "copy.txt"]])
  expect((await here.past("new.txt")).told).toEqual([["Many", "new.txt"]])
})

test("the history comes in pages, and ends with a word when looking further back takes too long", async () => {
  await using here = await world()
  for (let n = 0; n < 5; n++) await here.commit(`Change ${n}`, [{ path: "a.txt", text: `${n}\n` }])
  const names = (page: { told: string[][] }) => page.told.map(([subject]) => subject)
  const first = await here.past("a.txt", { count: 3 })
  expect([names(first), first.more, first.cut]).toEqual([["Change 4", "Change 3", "Change 2"], true, false])
  const last = await here.past("a.txt", { skip: 3, count: 3 })
  expect([names(last), last.more, last.cut]).toEqual([["Change 1", "Change 0"], false, false])
  let time = 0
  const slow = await here.past("a.txt", { now: () => (time += 1_000) })
  expect([names(slow), slow.more, slow.cut]).toEqual([["Change 4", "Change 3", "Change 2"], false, true])
})
