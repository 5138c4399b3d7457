import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { pageOf, readHtml } from "../testing/html.ts"
import { type LoopPages, loopPages } from "../testing/loop-pages.tsx"
import { person, type TestLoops, testLoops } from "../testing/loops.ts"
import { type Following, type LoopActivity, statusOf } from "./index.ts"

const alice = person("alice")
const bob = person("bob")
const admin = person("root", "admin")

async function create(world: TestLoops, wanted: { title?: string; visibility?: string; clientId?: string } = {}) {
  const created = await world.loops.create({ clientId: "one", title: "Plan", ...wanted }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await world.told("loop.ready", created.loop)
  return created.loop
}

/** What one open page of somebody received, oldest first. */
function follow(world: TestLoops, user: typeof alice, page: Partial<Following> = {}) {
  const received: string[] = []
  const stop = world.loops.live.follow(
    user,
    { locale: "en", show: "all", ...page },
    ({ html }) => void received.push(html),
  )
  return { received, stop, last: () => readHtml(received.at(-1) ?? "") }
}

const working = (headline: string): LoopActivity => ({ status: "working", since: 0, waiting: 0, headline })

/** Rows whose looks are not loaded yet are shown once they are. */
const loaded = (world: TestLoops) => world.loops.looks.load(world.loops.shelf.ordered())

test("a change of a loop reaches everybody's open list, in his own language", async () => {
  await using world = await testLoops()
  const loop = await create(world)
  await loaded(world)
  world.clock.advance(1_000)
  const english = follow(world, alice)
  const chinese = follow(world, bob, { locale: "zh" })
  world.events.announce("agent.activity", { loop, activity: working("running tests") })
  for (const page of [english, chinese]) {
    expect(page.last().one("a[data-loop]").attributes).toMatchObject({ "data-loop": loop, "data-state": "working" })
  }
  expect(english.received.join()).toContain("running tests")
  expect(chinese.received.join()).toContain("驾驶者")
})

test("nothing of a private loop is ever sent to others, not even its id when it goes", async () => {
  await using world = await testLoops()
  await loaded(world)
  const [mine, others, root] = [follow(world, alice), follow(world, bob), follow(world, admin)]
  const loop = await create(world, { title: "Secret plan", visibility: "private" })
  await loaded(world)
  world.clock.advance(1_000)
  world.events.announce("agent.activity", { loop, activity: working("reading secret.txt") })
  expect(mine.received.join()).toContain("reading secret.txt")
  expect(others.received.join().toLowerCase()).not.toContain("secret")
  await world.loops.delete(loop, alice)
  expect(mine.last().has(`hx-partial[hx-target='#row-${loop}'][hx-swap='delete']`)).toBe(true)
  expect(others.received.join()).not.toContain(loop)
  expect(root.received.join().toLowerCase()).not.toContain("secret")
  expect(root.received.join()).toContain("Private loop")
})

test("a loop is shown at most twice a second, and its last state always", async () => {
  await using world = await testLoops()
  const loop = await create(world)
  await loaded(world)
  world.clock.advance(1_000)
  const page = follow(world, alice)
  for (let i = 0; i < 50; i++) world.events.announce("agent.activity", { loop, activity: working(`step ${i}`) })
  expect(page.received.length).toBe(1)
  world.clock.advance(500)
  expect(page.received.length).toBe(2)
  expect(page.received[1]).toContain("step 49")
  world.clock.advance(10_000)
  expect(page.received.length).toBe(2)
  expect(world.clock.timers).toBe(0)
})

test("a new loop appears on top of the lists it belongs to and in no other", async () => {
  await using world = await testLoops()
  const all = follow(world, bob)
  const mine = follow(world, bob, { show: "mine" })
  const elsewhere = follow(world, bob, { show: undefined })
  const loop = await create(world)
  await loaded(world)
  const added = (page: typeof all) =>
    page.received.filter((html) => html.includes("afterbegin") && html.includes(`data-loop="${loop}"`)).length
  expect([added(all), added(mine), added(elsewhere)]).toEqual([1, 0, 0])
})

test("a loop that is archived or deleted leaves the open lists", async () => {
  await using world = await testLoops()
  const loop = await create(world)
  await loaded(world)
  world.clock.advance(1_000)
  const page = follow(world, bob, { show: "driving" })
  const everything = follow(world, bob)
  await world.loops.archive(loop, alice)
  expect(page.last().has(`hx-partial[hx-target='#row-${loop}'][hx-swap='delete']`)).toBe(true)
  expect(everything.last().one("a[data-loop]").attributes["data-state"]).toBe("archived")
  await world.loops.delete(loop, alice)
  expect(everything.last().has(`hx-partial[hx-target='#row-${loop}'][hx-swap='delete']`)).toBe(true)
})

test("a loop that becomes private leaves the lists of those who could see it", async () => {
  await using world = await testLoops()
  const loop = await create(world)
  await loaded(world)
  world.clock.advance(1_000)
  const page = follow(world, bob)
  await world.loops.change(loop, (record) => ({ ...record, visibility: "private" }))
  expect(page.last().has(`hx-partial[hx-target='#row-${loop}'][hx-swap='delete']`)).toBe(true)
  expect(page.received.join()).not.toContain("Plan")
})

test("the badge counts what waits for this person", async () => {
  await using world = await testLoops()
  const loop = await create(world)
  await loaded(world)
  world.clock.advance(1_000)
  const [hers, his] = [follow(world, alice), follow(world, bob)]
  const activity: LoopActivity = { status: "needs-you", since: 0, waiting: 0, headline: "question" }
  world.events.announce("agent.activity", { loop, activity })
  expect(hers.last().one("#needs-you").attributes["data-count"]).toBe("1")
  expect(his.last().one("#needs-you").attributes["data-count"]).toBe("0")
  expect(world.loops.needsYou(alice)).toBe(1)
})

test("a page that is closed costs nothing any more", async () => {
  await using world = await testLoops()
  const loop = await create(world)
  await loaded(world)
  world.clock.advance(1_000)
  const page = follow(world, alice)
  page.stop()
  page.stop()
  world.events.announce("agent.activity", { loop, activity: working("x") })
  expect(page.received).toEqual([])
  expect(world.hub.viewers("lists:alice")).toBe(0)
})

test("a page that was away gets the list anew when it comes back, and nothing when nothing changed", async () => {
  await using pages = await loopPages()
  pages.loops.start()
  await pages.loops.shelved
  const loop = await create(pages)
  pages.clock.advance(1_000)
  const page = await pageOf(await pages.as(alice).get(urls.loops()))
  const stream = page.one("#stream").attributes["hx-sse:connect"] ?? ""

  const quiet = await open(pages, stream)
  pages.clock.advance(8_000)
  expect(await quiet.next()).toContain(": beat")
  await quiet.leave()

  await pages.loops.rename(loop, alice, "Renamed while away")
  const back = await open(pages, stream)
  const html = await back.next()
  expect(html).toContain('hx-target="#loops"')
  expect(html).toContain("Renamed while away")
  await back.leave()
})

test("a list that was opened while loops were still being read fills by itself", async () => {
  await using pages = await loopPages()
  await create(pages)
  const page = await pageOf(await pages.as(alice).get(urls.loops()))
  const stream = page.one("#stream").attributes["hx-sse:connect"] ?? ""
  const waiting = await open(pages, stream)
  pages.loops.start()
  expect(await waiting.next()).toContain('hx-target="#loops"')
  await waiting.leave()
})

test("a loop whose page is open counts as seen, until the page is closed", async () => {
  await using world = await testLoops()
  const loop = await create(world)
  const state = (user: typeof alice) => statusOf({ ...entry(), ...looksOf(user) }, user.name)
  const entry = () => {
    const one = world.loops.shelf.get(loop)
    if (!one) throw new Error("not on the shelf")
    return one
  }
  const looksOf = (user: typeof alice) => ({
    finished: entry().looks?.finished ?? 0,
    seen: entry().looks?.seen[user.name],
  })
  const finishTurn = async () => {
    const { finished } = looksOf(alice)
    await world.loops.transcript(loop).append({ kind: "turn-finished", turn: null, outcome: "done" })
    await until(() => looksOf(alice).finished > finished)
  }
  const page = follow(world, alice, { show: undefined, loop })
  await finishTurn()
  expect([state(alice), looksOf(bob).seen]).toEqual(["idle", undefined])
  page.stop()
  await finishTurn()
  expect(state(alice)).toBe("new")
})

/** Lets the program run until it is so. */
async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise<void>((turn) => void setImmediate(turn))
}

/** An event stream, read piece by piece after its first bytes. */
async function open(pages: LoopPages, url: string) {
  const response = await pages.as(alice).get(url, { accept: "text/event-stream" })
  const reader = response.body?.getReader()
  await reader?.read()
  return {
    next: async () => new TextDecoder().decode((await reader?.read())?.value),
    leave: async () => reader?.cancel(),
  }
}

test("the stream of the list sends changes to the person who opened it, and lets go when he leaves", async () => {
  await using pages = await loopPages()
  const loop = await create(pages)
  await loaded(pages)
  pages.clock.advance(1_000)
  const stream = await open(pages, urls.loopsEvents({ show: "mine" }))
  pages.events.announce("agent.activity", { loop, activity: working("live") })
  expect(await stream.next()).toContain("live")
  await stream.leave()
  expect(pages.hub.viewers("lists:alice")).toBe(0)
})
