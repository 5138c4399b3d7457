import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { filesWorld } from "../testing/files-world.ts"
import { pageOf } from "../testing/html.ts"

test("a file's tab leads to a page that can be opened, also from the answer to a form", async () => {
  await using w = await filesWorld()
  await w.write("a b.txt", "one\n")
  const path = "a b.txt"
  const tab = async (answer: Response) => (await pageOf(answer)).one("[data-open-files]").attributes["data-url"]
  const edited = urls.loopFiles(w.loop, { path, edit: 1 })
  expect(await tab(await w.alice.get(urls.loopFiles(w.loop, { path })))).toBe(urls.loopFiles(w.loop, { path }))
  expect(await tab(await w.alice.get(edited))).toBe(edited)
  const conflict = await w.alice.post(urls.loopFileSave(w.loop), { path, version: "absent", text: "two\n" })
  expect([conflict.status, await tab(conflict)]).toEqual([409, edited])
  const refused = await w.alice.post(urls.loopFileMove(w.loop), { path, to: "none/x" })
  expect([refused.status, await tab(refused)]).toEqual([404, urls.loopFiles(w.loop, { path })])
})
