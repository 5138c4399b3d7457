import { expect, test } from "bun:test"
import { Stream } from "../../views/layouts/frame.tsx"
import { urls } from "../lib/urls.ts"
import { filesWorld } from "../testing/files-world.ts"
import { pageOf, readHtml } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { streamNews } from "../testing/stream-news.ts"

type World = Awaited<ReturnType<typeof filesWorld>>

const open = async (w: World, path?: string) => pageOf(await w.alice.get(urls.loopFiles(w.loop, { path })))

test("a file that is as at first again when the stream comes back is not said to have changed any more", async () => {
  await using w = await filesWorld()
  await w.write("a.txt", "one\n")
  const page = await open(w, "a.txt")
  const first = await streamNews(w.alice, page)
  await until("the file is watched", () => w.watched() > 0)
  await w.write("a.txt", "two\n")
  await until("the page is told", () => first.news().includes("files-notice"))
  await first.end()
  await w.write("a.txt", "one\n")
  const again = await streamNews(w.alice, page, first)
  await until("the notice goes", () => again.news().includes('<div id="file-news"></div>'))
  await again.end()
})

test("a mark that no page of ours has is as one of another text, and none is as that of what is there", async () => {
  await using w = await filesWorld()
  await w.write("a.txt", "one\n")
  const address = urls.loopFilesEvents(w.loop, { path: "a.txt" })
  const follow = (url: string) => streamNews(w.alice, readHtml(String(Stream({ url }))))
  for (const seen of ["", "x".repeat(5_000), "</div><script>", "\u0000\n"]) {
    const stream = await follow(`${address}&${new URLSearchParams({ seen }).toString()}`)
    await until("it is said to have changed", () => stream.news().includes("files-notice"))
    expect([seen, stream.news().includes("<script>")]).toEqual([seen, false])
    await stream.end()
  }
  const watched = w.watched()
  const stream = await follow(address)
  await until("the file is watched", () => w.watched() > watched)
  await w.write("a.txt", "two\n")
  await until("it is said to have changed", () => stream.news().includes("files-notice"))
  expect(stream.news().match(/files-notice/g)).toHaveLength(1)
  await stream.end()
})

test("a folder that was told of every change is sent nothing again when its stream comes back", async () => {
  await using w = await filesWorld()
  const page = await open(w)
  const first = await streamNews(w.alice, page)
  await until("the folder is watched", () => w.watched() > 0)
  await w.write("early.txt", "")
  await until("the page is told", () => first.news().includes("early.txt"))
  await first.end()
  const again = await streamNews(w.alice, page, first)
  await until("the folder is watched again", () => w.watched() > 1)
  await w.write("late.txt", "")
  await until("the page is told after the break", () => again.news().includes("late.txt"))
  expect(again.news().match(/early\.txt</g)).toHaveLength(1)
  await again.end()
})

test("a look that takes long is over before the next begins, so that it never takes back what a later one has shown", async () => {
  await using w = await filesWorld()
  const { files } = w.box
  let changed = () => {}
  files.watch = async (_, __, told) => {
    changed = told.changed
    return { close() {} }
  }
  const page = await open(w)
  await w.write("first.txt", "")
  const stream = await streamNews(w.alice, page)
  await until("the first look is over", () => stream.news().includes("first.txt"))
  const { stat } = files
  const slow = Promise.withResolvers<void>()
  let looks = 0
  files.stat = async (...asked) => {
    looks++
    await slow.promise
    return stat(...asked)
  }
  changed()
  await w.write("late.txt", "")
  changed()
  const during = looks
  slow.resolve()
  await until("what came during the look is shown", () => stream.news().includes("late.txt"))
  expect(during).toBe(1)
  await stream.end()
})
