import { expect, test } from "bun:test"
import { type LoopId, parseLoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { workbenchUrls } from "../lib/workbench-urls.ts"
import { pageOf, readHtml } from "../testing/html.ts"
import { type LoopPages, loopPages } from "../testing/loop-pages.tsx"
import { person, repoName, type TestLoopsOptions } from "../testing/loops.ts"
import { loopHeader, type WorkReport } from "./index.ts"

const alice = person("alice")
const bob = person("bob")
const admin = person("root", "admin")
const htmx = { "hx-request": "true" }

async function world(options: TestLoopsOptions = {}, wanted: { title?: string; visibility?: string } = {}) {
  const pages = await loopPages(options)
  return Object.assign(pages, { loop: await create(pages, wanted) })
}

async function create(pages: LoopPages, wanted: { title?: string; visibility?: string; clientId?: string } = {}) {
  const created = await pages.loops.create({ clientId: "one", title: "Plan <b>", ...wanted }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await pages.told("loop.ready", created.loop)
  return created.loop
}

const titleOf = async (pages: LoopPages, loop: LoopId) => (await pages.loops.record(loop))?.title

test("the list names its region, its search and its rows as people's scripts expect them", async () => {
  await using pages = await world()
  const page = await pageOf(await pages.as(alice).get(urls.loops()))
  expect(page.has("section[aria-label='Loops']")).toBe(true)
  expect(page.has("input[type='search'][aria-label='Search loops']")).toBe(true)
  const row = page.one(`a[data-loop='${pages.loop}']`)
  expect(row.text).toBe("Plan <b>")
  expect(row.attributes).toMatchObject({ "data-state": "idle", href: urls.loop(pages.loop) })
})

test("a private loop is in nobody else's page, by no filter and no search; an admin sees a row without its title", async () => {
  await using pages = await world({}, { title: "Secret plan", visibility: "private" })
  for (const show of ["mine", "driving", "all", "archived"] as const) {
    const text = await (await pages.as(bob).get(urls.loops({ show }))).text()
    expect(text).not.toContain("Secret")
    expect(text).not.toContain(pages.loop)
  }
  expect(await (await pages.as(bob).get(urls.loops({ show: "all", q: "secret" }))).text()).not.toContain(pages.loop)
  const forAdmin = await (await pages.as(admin).get(urls.loops({ show: "all" }))).text()
  expect(forAdmin).not.toContain("Secret")
  expect(readHtml(forAdmin).one(`a[data-loop='${pages.loop}']`).text).toBe("Private loop")
})

test("whoever reads a loop is led from its menu to one that distills its conversation", async () => {
  await using pages = await world()
  const record = await pages.loops.record(pages.loop)
  if (!record) throw new Error("no record")
  const reader = { locale: "en" as const, now: pages.clock.now() }
  const url = loopHeader({ record, user: bob, reader }).distillUrl ?? ""
  expect((await pageOf(await pages.as(bob).get(url))).one("main").text).toContain("Plan <b>")
})

test("a search finds words of the title, and says so when nothing matches", async () => {
  await using pages = await world({}, { title: "Fix the parser" })
  const found = async (q: string) =>
    (await pageOf(await pages.as(alice).get(urls.loops({ q })))).all("a[data-loop]").length
  expect(await found("PARSER fix")).toBe(1)
  expect(await found("nowhere")).toBe(0)
  expect(await found("x".repeat(5_000))).toBe(0)
})

test("the list opens no more files than rows and twenty, and none the second time", async () => {
  await using pages = await world()
  for (let i = 0; i < 5; i++) await create(pages, { clientId: `c${i}` })
  const before = pages.disk.counts.opens
  await pages.as(alice).get(urls.loops())
  expect(pages.disk.counts.opens - before).toBeLessThanOrEqual(6 + 20)
  const again = pages.disk.counts.opens
  await pages.as(alice).get(urls.loops())
  expect(pages.disk.counts.opens).toBe(again)
})

test("a full page of rows stays within its bytes", async () => {
  await using pages = await world()
  for (let i = 0; i < 70; i++) {
    const record = await pages.loops.record(pages.loop)
    const id = parseLoopId(`0a1b2c3d-0000-4000-8000-${String(i).padStart(12, "0")}`)
    if (!record || !id) throw new Error("no record")
    const repo = { name: repoName("application"), ref: "main", branch: `loop/a-title-of-usual-length-${i}` }
    pages.loops.shelf.put({ ...record, id, title: `A title of usual length, number ${i}`, repo })
  }
  const text = await (await pages.as(alice).get(urls.loops({ show: "all" }))).text()
  expect(readHtml(text).all("a[data-loop]").length).toBe(60)
  expect(text.length).toBeLessThanOrEqual(120 * 1024)
})

test("the New Loop form has its fields and creates a loop whose page opens", async () => {
  await using pages = await world({ roster: [{ name: repoName("app"), git: "https://host.example/app.git" }] })
  const page = await pageOf(await pages.as(alice).get(urls.newLoop))
  for (const name of ["message", "title", "repo", "ref", "visibility", "clientId"])
    expect(page.has(`[name='${name}']`)).toBe(true)
  expect(page.all("select[name='repo'] option").map((option) => option.text)).toContain("app")
  const clientId = page.one("input[name='clientId']").attributes["value"] ?? ""
  const response = await pages
    .as(alice)
    .post(urls.loops(), { clientId, message: "Do it", title: "", repo: "", ref: "" })
  expect(response.status).toBe(303)
  const twice = await pages.as(alice).post(urls.loops(), { clientId, message: "Do it" })
  expect(twice.headers.get("location")).toBe(response.headers.get("location") as string)
  expect(pages.loops.shelf.size).toBe(2)
})

test("a refused form keeps what was typed, says what to do at the field, and creates nothing", async () => {
  await using pages = await world()
  const form = { clientId: "c", message: "Keep <me>", title: "t", repo: "nobody", ref: "", visibility: "workspace" }
  const response = await pages.as(alice).post(urls.loops(), form, htmx)
  expect(response.status).toBe(422)
  const page = await pageOf(response)
  expect(page.one("textarea[name='message']").text).toBe("Keep <me>")
  expect(page.one("input[name='clientId']").attributes["value"]).toBe("c")
  expect(page.one("#field-repo-error").text).toBe(
    "There is no such repository in this workspace. Choose one from the list.",
  )
  expect(page.has("main")).toBe(false)
  const whole = await pages.as(alice, { "accept-language": "zh-CN" }).post(urls.loops(), form)
  expect((await pageOf(whole)).one("#field-repo-error").text).toBe("工作区没有这个仓库，请从列表中选择。")
  expect(pages.loops.shelf.size).toBe(1)
})

test("a form that is too large or none is refused and changes nothing", async () => {
  await using pages = await world()
  const large = await pages.as(alice).post(urls.loops(), { clientId: "c", message: "x".repeat(14 << 20) })
  expect(large.status).toBe(413)
  const none = await pages.as(alice).post(urls.loops(), {}, { "content-type": "application/json" })
  expect(none.status).toBe(422)
  expect((await pages.as(alice).post(urls.loops(), {})).status).toBe(422)
  expect(pages.loops.shelf.size).toBe(1)
})

test("a rename answers with the new title in its place, and a refusal with a sentence", async () => {
  await using pages = await world()
  const done = await pages.as(alice).post(urls.loopTitle(pages.loop), { title: "New" }, htmx)
  expect(done.status).toBe(200)
  expect((await pageOf(done)).one("#loop-title-field").attributes["value"]).toBe("New")
  const check = async (user: typeof alice, title: string, expected: string) => {
    const refused = await pages.as(user).post(urls.loopTitle(pages.loop), { title }, htmx)
    const { text } = (await pageOf(refused)).one("[data-toast] p")
    expect(`${refused.status} ${text}`).toBe(expected)
  }
  await check(bob, "Mine", "403 Only alice or an administrator may do this. Ask alice.")
  await check(alice, " ", "422 A loop needs a title. Write a few words.")
  await check(alice, "x".repeat(201), "422 That is longer than 200 characters. Shorten the title.")
  expect(await titleOf(pages, pages.loop)).toBe("New")
  expect((await pages.as(alice).post(urls.loopTitle(pages.loop), { title: "Plain" })).status).toBe(303)
})

test("archiving takes the row away with and without script, and the archived list restores it", async () => {
  await using pages = await world()
  expect((await pages.as(bob).post(urls.loopArchive(pages.loop))).status).toBe(403)
  const answer = await pages.as(alice).post(urls.loopArchive(pages.loop), {}, htmx)
  expect(answer.headers.get("hx-reswap")).toBe("none")
  const pieces = await pageOf(answer)
  expect(pieces.has(`hx-partial[hx-target='#row-${pages.loop}'][hx-swap='delete']`)).toBe(true)
  expect((await pageOf(await pages.as(alice).get(urls.loops()))).has("a[data-loop]")).toBe(false)
  const archived = await pageOf(await pages.as(alice).get(urls.loops({ show: "archived" })))
  expect(archived.one("a[data-loop]").attributes["data-state"]).toBe("archived")
  expect((await pages.as(alice).post(urls.loopRestore(pages.loop))).headers.get("location")).toBe(urls.loop(pages.loop))
  expect((await pages.as(alice).post(urls.loopArchive(pages.loop))).headers.get("location")).toBe(urls.loops())
})

test("deleting shows the report, asks for the title when there is work, and offers to bring the loop back", async () => {
  const work: WorkReport = [{ checkout: "workdir", uncommitted: ["src/a.ts"], unpushed: ["0a1b2c3 Fix <it>"], more: 2 }]
  await using pages = await world({ needs: { inspectWork: async () => work } })
  const report = await pageOf(await pages.as(alice).get(urls.loopDelete(pages.loop)))
  expect(report.all(".paths li").map((line) => line.text)).toEqual(["src/a.ts", "0a1b2c3 Fix <it>"])
  expect(report.has("input[name='title']")).toBe(true)
  expect((await pages.as(bob).get(urls.loopDelete(pages.loop))).status).toBe(403)
  expect((await pages.as(bob).post(urls.loopDelete(pages.loop))).status).toBe(403)

  const wrong = await pages.as(alice).post(urls.loopDelete(pages.loop), { title: "plan" })
  expect(wrong.status).toBe(422)
  expect((await pageOf(wrong)).one("#field-title-error").text).toBe(
    "That is not the title. Type it exactly as it stands above.",
  )
  const done = await pages.as(alice).post(urls.loopDelete(pages.loop), { title: "Plan <b>" })
  const next = done.headers.get("location") ?? ""
  const list = await pageOf(await pages.as(alice).get(next))
  expect(list.one("[role='status'].notice span").text).toBe("“Plan <b>” was deleted.")
  expect(list.has(`form[action='${urls.loopUndelete(pages.loop)}']`)).toBe(true)
  // Somebody else's list says nothing of it.
  expect((await pageOf(await pages.as(bob).get(next))).has("[role='status'].notice")).toBe(false)
  expect((await pages.as(bob).post(urls.loopUndelete(pages.loop))).status).toBe(404)
  expect((await pages.as(alice).post(urls.loopUndelete(pages.loop))).headers.get("location")).toBe(
    urls.loop(pages.loop),
  )
})

test("the work is offered to be saved first, to nobody who may not read it, and not where there is none", async () => {
  const own = { uncommitted: ["a"], unpushed: [], more: 0 }
  const work: WorkReport = ["workdir", "notes"].map((checkout) => ({ checkout, ...own }))
  await using pages = await world({ needs: { inspectWork: async () => work } }, { visibility: "private" })
  const mine = await pageOf(await pages.as(alice).get(urls.loopDelete(pages.loop)))
  expect(mine.has(`a[href='${workbenchUrls.unsaved(pages.loop)}']`)).toBe(true)
  expect(mine.has(`a[href='${workbenchUrls.unsaved(pages.loop, "notes")}']`)).toBe(true)
  expect(mine.has(`form[action='${workbenchUrls.saveWork(pages.loop)}']`)).toBe(true)
  expect(mine.one("section[aria-labelledby='save-first'] code").text).toContain(
    `git fetch plan-b-${pages.loop.slice(0, 6)}.bundle`,
  )
  const others = await pageOf(await pages.as(admin).get(urls.loopDelete(pages.loop)))
  expect([others.has("input[name='title']"), others.has("#save-first")]).toEqual([true, false])
  await using empty = await world()
  expect((await pageOf(await empty.as(alice).get(urls.loopDelete(empty.loop)))).has("#save-first")).toBe(false)
})

test("erasing a deleted loop asks for its title", async () => {
  await using pages = await world()
  await pages.as(alice).post(urls.loopDelete(pages.loop))
  expect((await pages.as(bob).post(urls.loopErase(pages.loop), { title: "Plan <b>" })).status).toBe(404)
  expect((await pages.as(alice).post(urls.loopErase(pages.loop), { title: "x" })).status).toBe(422)
  expect((await pages.as(alice).post(urls.loopErase(pages.loop), { title: "Plan <b>" })).status).toBe(303)
  expect((await pages.as(alice).post(urls.loopUndelete(pages.loop))).status).toBe(404)
})

test("every route of one loop answers 404 for ids that are none and for loops that the person cannot see", async () => {
  await using pages = await world({}, { visibility: "private" })
  const one = [urls.loopTitle, urls.loopArchive, urls.loopRestore, urls.loopDelete, urls.loopUndelete, urls.loopErase]
  const all = [...one, urls.loopPrepare, urls.loopSeen, urls.loopSandboxStop]
  for (const url of all) {
    for (const id of [pages.loop, "x", "..%2f..", "0a1b2c3d-0000-4000-8000-000000000001"]) {
      expect([url(id), (await pages.as(bob).post(url(id), { title: "x", seq: "1" })).status]).toEqual([url(id), 404])
    }
  }
})

test("trying again and stopping the sandbox lead back to the loop, for those who may", async () => {
  await using pages = await world()
  for (const url of [urls.loopPrepare(pages.loop), urls.loopSandboxStop(pages.loop)]) {
    expect((await pages.as(bob).post(url)).status).toBe(403)
    expect((await pages.as(alice).post(url)).headers.get("location")).toBe(urls.loop(pages.loop))
  }
})

test("a broken loop's form says at once when the repository or branch is none", async () => {
  await using pages = await loopPages({ roster: [{ name: repoName("app"), git: "/nowhere" }] })
  const created = await pages.loops.create({ clientId: "b", repo: "app" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await pages.told("transcript.appended", created.loop)
  const url = urls.loopPrepare(created.loop)
  const words = async (form: Record<string, string>) => {
    const refused = await pages.as(alice).post(url, form, htmx)
    return `${refused.status} ${(await pageOf(refused)).one("[data-toast] p").text}`
  }
  expect(await words({ repo: "nobody", ref: "" })).toStartWith("422 There is no such repository")
  expect(await words({ repo: "app", ref: "-x" })).toStartWith("422 That cannot be the name of a branch")
  expect((await pages.as(alice).post(url, { repo: "../x" })).status).toBe(422)
  expect((await pages.as(alice).post(url, { repo: "app", ref: "main" })).status).toBe(303)
})

test("bob's having seen a loop is bob's alone", async () => {
  await using pages = await world()
  await pages.loops.transcript(pages.loop).append({ kind: "turn-finished", turn: null, outcome: "done" })
  const state = async (user: typeof alice) =>
    (await pageOf(await pages.as(user).get(urls.loops({ show: "all" })))).one("a[data-loop]").attributes["data-state"]
  await pages.as(bob).post(urls.loopSeen(pages.loop), { seq: "1" })
  expect([await state(alice), await state(bob)]).toEqual(["new", "new"])
  expect((await pages.as(bob).post(urls.loopSeen(pages.loop), { seq: "2" })).status).toBe(204)
  expect([await state(alice), await state(bob)]).toEqual(["new", "idle"])
  for (const seq of ["", "-1", "x", "1.5", "1e999"]) {
    expect((await pages.as(bob).post(urls.loopSeen(pages.loop), { seq })).status).toBe(422)
  }
})

test("a repository's or topic's name narrows the list, its way back is on the page, and other filters keep it", async () => {
  await using pages = await world({}, { title: "Tax #billing" })
  pages.clock.advance(1_000)
  await create(pages, { clientId: "two", title: "Loose" })
  const read = async (url: string) => pageOf(await pages.as(alice).get(url))
  const grouped = await read(urls.loops({ by: "topic" }))
  expect(grouped.all(".group h2").map(({ text }) => text)).toEqual(["Without a topic", "billing"])
  const link = grouped.one(".group h2 a").attributes["href"] ?? ""
  expect(link).toBe(urls.loops({ show: "mine", topic: "billing" }))
  const narrowed = await read(link)
  expect(narrowed.all("a[data-loop]").map(({ text }) => text)).toEqual(["Tax #billing"])
  expect(narrowed.one("a[aria-label='Not only #billing']").attributes["href"]).toBe(urls.loops({ show: "mine" }))
  const others = narrowed.all("nav.filters a").map(({ attributes }) => attributes["href"])
  expect(others).toContain(urls.loops({ show: "all", topic: "billing" }))
  expect(narrowed.one("form.search input[name='topic']").attributes["value"]).toBe("billing")
  for (const odd of [
    "?by=nonsense",
    "?repo=../x",
    "?topic=%00",
    `?topic=${"x".repeat(5_000)}`,
    "?by=repo&repo=a&topic=b",
  ])
    expect((await pages.as(alice).get(urls.loops() + odd)).status).toBe(200)
})
