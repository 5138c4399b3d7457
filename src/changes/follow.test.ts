import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { changesWorld } from "../testing/changes-world.ts"
import { pageOf } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"

/** A page of changes, and the news that its stream has for it. */
async function followed(w: Awaited<ReturnType<typeof changesWorld>>) {
  const page = await pageOf(await w.alice.get(urls.loopChanges(w.loop, { compare: "work" })))
  const stream = page.one("#stream").attributes["hx-sse:connect"] ?? ""
  return {
    page,
    async open() {
      const { body } = await w.alice.get(stream)
      if (!body) throw new Error("no stream")
      let news = ""
      const reader = body.pipeThrough(new TextDecoderStream()).getReader()
      const all = (async () => {
        for (let piece = await reader.read(); !piece.done; piece = await reader.read()) news += piece.value
      })()
      return { news: () => news, end: () => reader.cancel().then(() => all) }
    },
  }
}

test("what changes between a page of changes and its stream, or while the stream was away, is shown all the same", async () => {
  await using w = await changesWorld()
  const { page, open } = await followed(w)
  expect(page.all(".file-diff")).toHaveLength(1)
  await w.write("late.txt", "came in between\n")
  const first = await open()
  await until("the page is told", () => first.news().includes("came in between"))
  await first.end()
  await w.write("later.txt", "came while nobody listened\n")
  const again = await open()
  await until("it is told after the break", () => again.news().includes("came while nobody listened"))
  await again.end()
})

test("a page of changes that missed nothing is sent nothing, and then only what is new", async () => {
  await using w = await changesWorld()
  const { open } = await followed(w)
  const stream = await open()
  await until("the first look is over", () => w.watched() > 0)
  await w.write("more.txt", "alone\n")
  await until("the page is told", () => stream.news().includes("alone"))
  expect(stream.news().match(/class="file-diff"/g)).toHaveLength(1)
  await stream.end()
})
