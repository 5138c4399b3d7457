import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { readHtml } from "../testing/html.ts"
import { loopPages } from "../testing/loop-pages.tsx"
import { person, type TestLoops, testLoops } from "../testing/loops.ts"
import type { Following, LoopActivity } from "./index.ts"

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
  const stop = world.loops.live.follow(user, { locale: "en", show: "all", ...page }, (html) => void received.push(html))
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

test("the stream of the list sends changes to the person who opened it, and lets go when he leaves", async () => {
  await using pages = await loopPages()
  const loop = await create(pages)
  await loaded(pages)
  pages.clock.advance(1_000)
  const response = await pages.as(alice).get(urls.loopsEvents({ show: "mine" }), { accept: "text/event-stream" })
  expect(response.headers.get("content-type")).toContain("text/event-stream")
  const reader = response.body?.getReader()
  await reader?.read()
  pages.events.announce("agent.activity", { loop, activity: working("live") })
  const piece = await reader?.read()
  expect(new TextDecoder().decode(piece?.value)).toContain("live")
  await reader?.cancel()
  expect(pages.hub.viewers("lists:alice")).toBe(0)
})
