import { expect, test } from "bun:test"
import { Stream } from "../../views/layouts/frame.tsx"
import { urls } from "../lib/urls.ts"
import { changesWorld } from "../testing/changes-world.ts"
import { pageOf, readHtml } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { streamNews } from "../testing/stream-news.ts"

type World = Awaited<ReturnType<typeof changesWorld>>

const open = async (w: World) => pageOf(await w.alice.get(urls.loopChanges(w.loop, { compare: "work" })))

test("what changes between a page of changes and its stream, or while the stream was away, is shown all the same", async () => {
  await using w = await changesWorld()
  const page = await open(w)
  expect(page.all(".file-diff")).toHaveLength(1)
  await w.write("late.txt", "came in between\n")
  const first = await streamNews(w.alice, page)
  await until("the page is told", () => first.news().includes("came in between"))
  await first.end()
  await w.write("later.txt", "came while nobody listened\n")
  const again = await streamNews(w.alice, page, first)
  await until("it is told after the break", () => again.news().includes("came while nobody listened"))
  await again.end()
})

test("what is as at first again when the stream comes back, but was another meanwhile, is shown as it is", async () => {
  await using w = await changesWorld()
  const page = await open(w)
  const first = await streamNews(w.alice, page)
  await until("the first look is over", () => w.watched() > 0)
  await w.write("new.txt", "two\n")
  await until("the page is told", () => first.news().includes("two"))
  await first.end()
  await w.write("new.txt", "one\n")
  const again = await streamNews(w.alice, page, first)
  await until("it is told after the break", () => again.news().includes("<code>one</code>"))
  await again.end()
})

/** Once a look has found nothing new, what comes after it is told alone. */
async function isToldOnlyWhatIsNew(w: World, ...asked: Parameters<typeof streamNews>) {
  const looked = w.watched()
  const stream = await streamNews(...asked)
  await until("the first look is over", () => w.watched() > looked)
  await w.write("more.txt", "alone\n")
  await until("the page is told", () => stream.news().includes("alone"))
  expect(stream.news().match(/class="file-diff"/g)).toHaveLength(1)
  await stream.end()
}

test("a page of changes that missed nothing is sent nothing, and then only what is new", async () => {
  await using w = await changesWorld()
  await isToldOnlyWhatIsNew(w, w.alice, await open(w))
})

test("a page that was told of every change is sent nothing again when its stream comes back", async () => {
  await using w = await changesWorld()
  const page = await open(w)
  const first = await streamNews(w.alice, page)
  await until("the first look is over", () => w.watched() > 0)
  await w.write("early.txt", "told before\n")
  await until("the page is told", () => first.news().includes("told before"))
  await first.end()
  await isToldOnlyWhatIsNew(w, w.alice, page, first)
})

test("a page is not sent anew because what can be brought back has grown older", async () => {
  await using w = await changesWorld()
  await w.write("gone.txt", "discarded\n")
  expect((await w.alice.post(urls.loopDiscard(w.loop), { path: "gone.txt" })).status).toBe(303)
  const page = await open(w)
  expect(page.all(".undo time")).toHaveLength(1)
  await isToldOnlyWhatIsNew(w, w.alice, page)
})

test("a mark that no page of ours has is as one of another state: all is shown as it is, and nothing else", async () => {
  await using w = await changesWorld()
  const address = urls.loopChangesEvents(w.loop, { compare: "work" })
  for (const seen of ["", "x".repeat(5_000), "</div><script>", "\u0000\n"]) {
    const url = `${address}&${new URLSearchParams({ seen }).toString()}`
    const stream = await streamNews(w.alice, readHtml(String(Stream({ url }))))
    await until("all is shown", () => stream.news().includes("<code>one</code>"))
    expect([seen, stream.news().includes("<script>")]).toEqual([seen, false])
    expect([seen, readHtml(stream.news()).one("#stream").attributes["hx-sse:connect"]]).toEqual([seen, url])
    await stream.end()
  }
})

test("one look that fails for a reason nobody foresaw does not end the looks", async () => {
  await using w = await changesWorld()
  const page = await open(w)
  const stream = await streamNews(w.alice, page)
  await until("the first look is over", () => w.watched() > 0)
  const { run } = w.box
  let failed = 0
  w.box.run = async () => {
    failed++
    throw new Error("nobody foresaw this")
  }
  await w.write("one.txt", "")
  await until("a look has failed", () => failed > 0)
  w.box.run = run
  await w.write("two.txt", "")
  await until("the next one shows both", () => /one\.txt[^]*two\.txt/.test(stream.news()))
  await stream.end()
})
