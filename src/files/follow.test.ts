import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { filesWorld } from "../testing/files-world.ts"
import { pageOf } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { streamNews } from "../testing/stream-news.ts"

type World = Awaited<ReturnType<typeof filesWorld>>

const open = async (w: World, path?: string) => pageOf(await w.alice.get(urls.loopFiles(w.loop, { path })))

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
