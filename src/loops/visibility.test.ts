import { expect, test } from "bun:test"
import { readFile, writeFile } from "node:fs/promises"
import { urls } from "../lib/urls.ts"
import { testClient } from "../testing/client.ts"
import { pageOf } from "../testing/html.ts"
import { loopPages } from "../testing/loop-pages.tsx"
import { person, testLoops } from "../testing/loops.ts"
import { roleWorld, type RoleWorld } from "../testing/role-world.ts"
import type { Actor } from "../testing/roles.ts"
import type { LoopRecord } from "./index.ts"

const [alice, bob, carol] = [person("alice"), person("bob"), person("carol")]
const admin = person("root", "admin")

/** A loop that alice owns and bob drives. */
async function world(visibility: LoopRecord["visibility"]) {
  const here = await testLoops()
  const created = await here.loops.create({ clientId: "one", title: "Plan", visibility }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await here.told("loop.ready", created.loop)
  await here.loops.change(created.loop, (record) => ({ ...record, driver: bob.name }))
  return Object.assign(here, { loop: created.loop })
}

test("only a change of rights asks again who may watch: a title does not, privacy and another driver do", async () => {
  await using here = await world("workspace")
  const said: boolean[] = []
  here.events.on("loop.changed", ({ rights }) => void said.push(rights))
  const change = (fields: Partial<LoopRecord>) => here.loops.change(here.loop, (record) => ({ ...record, ...fields }))
  await change({ title: "Another plan" })
  await change({ visibility: "private" })
  await change({ driver: alice.name })
  await change({ state: { kind: "offered", by: alice.name, to: bob.name, since: "2026-01-15T12:00:00.000Z" } })
  expect(said).toEqual([false, true, true, true])
})

test("who may change who sees a loop is the table: the owner, and an admin only to make it stricter", async () => {
  const check = async (from: LoopRecord["visibility"], to: LoopRecord["visibility"], expected: string) => {
    const found: string[] = []
    for (const user of [alice, bob, carol, admin]) {
      await using here = await world(from)
      found.push((await here.loops.show(here.loop, user, to)).kind)
      const changed = (await here.loops.record(here.loop))?.visibility === to && from !== to
      expect([user.name, from, to, changed]).toEqual([user.name, from, to, from !== to && found.at(-1) === "done"])
    }
    expect(found.join(" ")).toBe(expected)
  }
  await check("workspace", "private", "done not-allowed not-allowed done")
  await check("public", "workspace", "done not-allowed not-allowed done")
  await check("private", "workspace", "done not-allowed not-found only-owner")
  await check("workspace", "public", "done not-allowed not-allowed only-owner")
})

test("a change of who sees a loop is in its transcript and in the audit, once, and changing nothing is neither", async () => {
  await using here = await world("workspace")
  const lines = async () =>
    (await here.loops.transcript(here.loop).after(1)).events.filter((event) => event.kind === "set")
  await here.loops.show(here.loop, alice, "workspace")
  expect([await lines(), here.audited]).toEqual([[], []])
  await Promise.all([1, 2, 3].map(() => here.loops.show(here.loop, admin, "private")))
  expect(await lines()).toMatchObject([{ what: "visibility", from: "workspace", to: "private", by: "root" }])
  expect(here.audited).toEqual([`root loop.visibility ${here.loop}`])
  await here.loops.archive(here.loop, bob)
  expect((await here.loops.show(here.loop, alice, "workspace")).kind).toBe("done")
  await here.loops.delete(here.loop, alice)
  expect((await here.loops.show(here.loop, alice, "private")).kind).toBe("not-found")
})

test("what an admin does to another person's loop is in the audit, what its own people do is in its transcript alone", async () => {
  await using here = await world("workspace")
  const { loops, loop } = here
  for (const user of [alice, bob, admin]) {
    await loops.rename(loop, user, `By ${user.name}`)
    await loops.stopSandbox(loop, user)
    await loops.archive(loop, user)
    await loops.restore(loop, user)
  }
  const acts = ["rename", "stop", "archive", "restore"].map((act) => `root loop.${act} ${loop}`)
  expect(here.audited).toEqual(acts)
  await loops.delete(loop, alice)
  await loops.undelete(loop, alice)
  await loops.delete(loop, alice)
  await loops.erase(loop, alice, "By root")
  expect(here.audited.slice(acts.length)).toEqual(
    ["delete", "undelete", "delete", "purge"].map((act) => `alice loop.${act} ${loop}`),
  )
})

test("the loop's menu and the list offer each role what it may do, and lead somewhere that it may see", async () => {
  await using pages = await loopPages()
  const created = await pages.loops.create({ clientId: "one", title: "Plan" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await pages.told("loop.ready", created.loop)
  const url = urls.loopVisibility(created.loop)
  const post = async (user: typeof alice, visibility: string, headers = {}) =>
    pages.as(user).post(url, { visibility }, headers)
  expect((await post(carol, "private")).status).toBe(403)
  expect((await post(alice, "everybody")).status).toBe(422)
  expect((await post(alice, "public")).status).toBe(422)
  // Making it private, an admin closes it to himself.
  expect((await post(admin, "private")).headers.get("location")).toBe(urls.loops())
  const refused = await post(admin, "workspace", { "hx-request": "true" })
  expect(refused.status).toBe(403)
  expect((await pageOf(refused)).one("[data-toast] p").text).toStartWith("Only alice may show this loop")
  expect((await post(carol, "nonsense")).status).toBe(404)
  expect((await post(alice, "workspace")).headers.get("location")).toBe(urls.loop(created.loop))

  await pages.loops.archive(created.loop, alice)
  const row = async (user: typeof alice) =>
    (await pageOf(await pages.as(user).get(urls.loops({ show: "archived" })))).all(
      `form[action='${urls.loopRestore(created.loop)}'] button[aria-label='Restore Plan']`,
    ).length
  expect([await row(alice), await row(admin), await row(carol)]).toEqual([1, 1, 0])
})

const browser = (world: RoleWorld, actor: Actor) =>
  testClient({ handle: world.app.answer }, { headers: { cookie: world.cookie(actor) ?? null } })

test("a stream of a loop made private dies at once for those who may no longer see it, and for nobody else", async () => {
  await using all = await roleWorld()
  const { id } = await all.newLoop("open")
  const open = async (actor: Actor, path: string) => {
    const headers = { accept: "text/event-stream", "sec-fetch-site": "same-origin" }
    const response = await browser(all, actor).get(path, headers)
    expect([actor, path, response.status]).toEqual([actor, path, 200])
    const stream = { ended: false, over: Promise.resolve() }
    stream.over = response.text().then(() => void (stream.ended = true))
    return stream
  }
  const [loop, list] = [`/loops/${id}/events`, "/loops/events?show=all"]
  const staying = [await open("owner", loop), await open("driver", loop), await open("member", list)]
  const going = [await open("member", loop), await open("admin", loop), await open("promised", loop)]
  expect((await browser(all, "owner").post(urls.loopVisibility(id), { visibility: "private" })).status).toBe(303)
  await Promise.all(going.map(({ over }) => over))
  expect(staying.map(({ ended }) => ended)).toEqual([false, false, false])
  expect((await browser(all, "member").get(`/loops/${id}`)).status).toBe(404)
})

test("changing mode, title or visibility of a loop with vault prod and two profiles leaves both untouched, with fifty changes at once", async () => {
  await using all = await roleWorld()
  const { id } = await all.newLoop("open")
  const file = `${all.home}/loops/${id}/meta.json`
  const read = async () => JSON.parse(await readFile(file, "utf8"))
  const kept = { vault: "prod", profiles: ["strict", "docs"], later: { unknown: [1] } }
  await writeFile(file, JSON.stringify({ ...(await read()), ...kept }))
  const [owner, driver] = [browser(all, "owner"), browser(all, "driver")]
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) => {
      if (at % 5 === 4) return owner.post(urls.loopVisibility(id), { visibility: at % 2 ? "private" : "workspace" })
      if (at % 2 === 1) return driver.post(urls.loopMode(id), { mode: at % 3 ? "default" : "bypassPermissions" })
      return owner.post(urls.loopTitle(id), { title: `Title ${at}` })
    }),
  )
  expect(answers.map(({ status }) => status).filter((status) => status !== 303)).toEqual([])
  const record = await read()
  expect(record).toMatchObject(kept)
  expect(record.title).toStartWith("Title ")
  const lines = (await readFile(`${all.home}/loops/${id}/messages.jsonl`, "utf8")).trim().split("\n")
  const numbers = lines.map((line) => JSON.parse(line).seq)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  // The last line of each kind says what the record holds.
  const last = (what: string) => lines.map((line) => JSON.parse(line)).findLast((one) => one.what === what)?.to
  expect([last("title"), last("visibility")]).toEqual([record.title, record.visibility])
})
