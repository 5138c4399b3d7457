import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { changesWorld } from "../testing/changes-world.ts"
import { pageOf } from "../testing/html.ts"

const write = `
git config user.name Ada; git config user.email ada@example.org
seq 1 10 >'a b.txt'; git add 'a b.txt'; git commit -qm Born
git mv 'a b.txt' moved.txt; sed -i 's/^3$/three <b>/' moved.txt; git commit -qam Moved
sed -i 's/^9$/nine/' moved.txt; git commit -qam 'Only nine'
sed -i 's/^4$/four/' moved.txt; git commit -qam 'Only four'
printf 'x\\n' >other.txt; git add other.txt; git commit -qm Elsewhere
`

async function world(script = write) {
  const w = await changesWorld()
  const { code, stderr } = await w.box.capture({ argv: ["bash", "-euc", script] })
  if (code !== 0) throw new Error(stderr)
  const history = (at: Parameters<typeof urls.loopHistory>[1]) => w.alice.get(urls.loopHistory(w.loop, at))
  return { ...w, history, page: async (at: Parameters<typeof urls.loopHistory>[1]) => pageOf(await history(at)) }
}

type Page = Awaited<ReturnType<typeof pageOf>>
const subjects = (page: Page) => page.all(".commit-row a").map(({ text }) => text.trim())

test("the history of a file lists the commits that touched it, also under its former name, and each opens what it did to that file", async () => {
  await using w = await world()
  const page = await w.page({ file: "moved.txt" })
  expect(subjects(page)).toEqual(["Only four", "Only nine", "Moved", "Born"])
  expect(page.all(".commit-row").map(({ text }) => /was a b\.txt/.test(text))).toEqual([false, false, true, false])
  const addresses = page.all(".commit-row a").map(({ attributes }) => attributes["href"] ?? "")
  const [, , moved = "", born = ""] = addresses
  const renamed = await pageOf(await w.alice.get(moved))
  expect(renamed.all(".file-diff")).toHaveLength(1)
  expect(renamed.one(".file-diff summary").text).toMatch(/moved\.txt.*a b\.txt.*\+1 −1/s)
  const first = await pageOf(await w.alice.get(born))
  expect(first.one(".file-diff summary").text).toMatch(/a b\.txt.*\+10 −0/s)
  // Who may look into the loop may read it, too.
  expect(subjects(await pageOf(await w.bob.get(urls.loopHistory(w.loop, { file: "moved.txt" }))))).toHaveLength(4)
})

test("the history of lines lists the commits that changed them, with what each did to them and to nothing else", async () => {
  await using w = await world()
  const page = await w.page({ file: "moved.txt", from: "3", to: "4" })
  expect(subjects(page)).toEqual(["Only four", "Moved", "Born"])
  const lines = page.all(".commit-row").map((row) => row.text)
  expect(lines[0]).toContain("three <b>−4+four")
  expect(lines[1]).toContain("−3+three <b> 4")
  expect(lines[2]).toContain("+3+4")
  expect(page.one("input[name=from]").attributes["value"]).toBe("3")
  expect(subjects(await w.page({ file: "moved.txt", from: "9" }))).toEqual(["Only nine", "Born"])
  // A range that only begins inside the file ends with it.
  expect(subjects(await w.page({ file: "moved.txt", from: "9", to: "999" }))).toEqual(["Only nine", "Born"])
})

test("what has no history, and lines that the file does not have, are told in words beside the form", async () => {
  await using w = await world()
  const told = async (at: Parameters<typeof urls.loopHistory>[1]) => {
    const page = await w.page(at)
    expect([page.all(".commit-row"), page.all("input[name=from]").length]).toEqual([[], 1])
    return page.one(".panel .nothing").text
  }
  expect(await told({ file: "new.txt" })).toContain("No commit has this file yet")
  expect(await told({ file: "new.txt", from: "1" })).toContain("No commit has this file yet")
  expect(await told({ file: "moved.txt", from: "11", to: "12" })).toContain("has 10 lines")
  for (const [from, to] of [
    ...[
      ["4", "3"],
      ["0", "1"],
      ["x", "2"],
      ["1.5", "2"],
      ["", "2"],
      ["1", "-1"],
      ["1e3", "2"],
      ["9".repeat(12), ""],
    ],
  ] as const)
    expect([from, to, await told({ file: "moved.txt", from, to })]).toEqual([
      ...[from, to, expect.stringContaining("whole numbers")],
    ])
  expect(await told({ file: "/~YmFk_w", from: "1" })).toContain("name is not readable text")
})

test("no path leads out of the checkout or becomes an option of git", async () => {
  await using w = await world()
  for (const file of ["../x", "/etc/passwd", "a/../b"])
    expect([file, (await w.history({ file })).status]).toEqual([file, 422])
  for (const file of ["--output=x", ":(glob)*", "-L1,2:moved.txt", "*"]) {
    expect([file, (await w.page({ file })).all(".commit-row")]).toEqual([file, []])
    expect([file, (await w.page({ file, from: "1" })).all(".commit-row")]).toEqual([file, []])
  }
  expect((await w.history({ file: "moved.txt", checkout: "nowhere" })).status).toBe(404)
})

test("a long history comes page by page, and one without a commit or a repository says so", async () => {
  await using w = await world(`
git config user.name Ada; git config user.email ada@example.org
for n in $(seq 1 60); do echo $n >many.txt; git add many.txt; git commit -qm "Number $n"; done`)
  const first = await w.page({ file: "many.txt" })
  expect([subjects(first).length, subjects(first)[0]]).toEqual([50, "Number 60"])
  const older = first.one(".panel > a.button").attributes["href"] ?? ""
  expect(subjects(await pageOf(await w.alice.get(older)))).toEqual(
    Array.from({ length: 10 }, (_, at) => `Number ${10 - at}`),
  )
  await w.box.capture({ argv: ["rm", "-rf", ".git"] })
  expect((await w.page({ file: "many.txt" })).one(".panel .nothing").text).toContain("no repository")
})
