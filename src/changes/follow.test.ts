import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { changesWorld } from "../testing/changes-world.ts"
import { pageOf } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { streamNews } from "../testing/stream-news.ts"

test("what changes between a page of changes and its stream, or while the stream was away, is shown all the same", async () => {
  await using w = await changesWorld()
  const page = await pageOf(await w.alice.get(urls.loopChanges(w.loop, { compare: "work" })))
  expect(page.all(".file-diff")).toHaveLength(1)
  await w.write("late.txt", "came in between\n")
  const first = await streamNews(w.alice, page)
  await until("the page is told", () => first.news().includes("came in between"))
  await first.end()
  await w.write("later.txt", "came while nobody listened\n")
  const again = await streamNews(w.alice, page)
  await until("it is told after the break", () => again.news().includes("came while nobody listened"))
  await again.end()
})

test("a page of changes that missed nothing is sent nothing, and then only what is new", async () => {
  await using w = await changesWorld()
  const page = await pageOf(await w.alice.get(urls.loopChanges(w.loop, { compare: "work" })))
  const stream = await streamNews(w.alice, page)
  await until("the first look is over", () => w.watched() > 0)
  await w.write("more.txt", "alone\n")
  await until("the page is told", () => stream.news().includes("alone"))
  expect(stream.news().match(/class="file-diff"/g)).toHaveLength(1)
  await stream.end()
})
