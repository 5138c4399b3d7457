import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { filesWorld } from "../testing/files-world.ts"
import { pageOf } from "../testing/html.ts"

const nowhere = ["../x", "/etc/passwd", "a//b", "a/./b", "a/../../b", "x".repeat(5_000), "a\u0000b", "/~Li4veA"]

test("a place that is none is not looked at, followed, sent down or asked about", async () => {
  await using w = await filesWorld()
  const { alice, loop } = w
  for (const path of nowhere) {
    const addresses = [
      urls.loopFiles(loop, { path }),
      urls.loopFilesEvents(loop, { path }),
      urls.loopFileImage(loop, path),
      urls.loopFileDownload(loop, path),
      urls.loopFileDelete(loop, path),
    ]
    for (const address of addresses) expect([address, (await alice.get(address)).status]).toEqual([address, 422])
  }
  for (const from of ["-1", "1.5", "x", "1e99"]) {
    const { status } = await alice.get(`${urls.loopFiles(loop)}?${new URLSearchParams({ from }).toString()}`)
    expect([from, status]).toEqual([from, 422])
  }
})

test("a form that says what cannot be chosen is refused, and the file stays as it is", async () => {
  await using w = await filesWorld()
  const { alice, loop } = w
  await w.write("a.txt", "one\n")
  const path = "a.txt"
  const wrong: [address: string, form: Record<string, string>][] = [
    ...["", "all", "__proto__"].map((merge): [string, Record<string, string>] => [
      urls.loopFileSave(loop),
      { path, version: "absent", text: "two", merge },
    ]),
    [urls.loopFileSave(loop), { path, version: "0".repeat(65), text: "two" }],
    [urls.loopFileSave(loop), { path, version: "absent" }],
    ...["", "none", "toString"].map((loss): [string, Record<string, string>] => [
      urls.loopFileDelete(loop),
      { path, loss },
    ]),
    ...["link", ""].map((kind): [string, Record<string, string>] => [
      urls.loopFileNew(loop),
      { folder: "", name: "b.txt", kind },
    ]),
    [urls.loopFileNew(loop), { folder: "", name: "b".repeat(256), kind: "file" }],
    [urls.loopFileMove(loop), { path, to: "b".repeat(4_097) }],
    [urls.loopFileUpload(loop, ""), { files: "no file" }],
    ...nowhere.map((gone): [string, Record<string, string>] => [urls.loopFileDelete(loop), { path: gone }]),
  ]
  for (const [address, form] of wrong) {
    const { status } = await alice.post(address, form)
    expect([address, form, status]).toEqual([address, form, 422])
  }
  const page = await pageOf(await alice.get(urls.loopFiles(loop)))
  expect(page.all(".entry-name .cut").map(({ text }) => text)).toEqual(["a.txt"])
  expect((await pageOf(await alice.get(urls.loopFiles(loop, { path })))).one(".file-text").text).toBe("one")
})

test("whatever is searched for, the page comes to its end and says what came of it", async () => {
  await using w = await filesWorld()
  await w.write("a.txt", "--files *.[x] {} $(id)\n")
  const find = async (q: string, within: "name" | "text") =>
    pageOf(await w.alice.get(urls.loopFilesFind(w.loop, { q, in: within })))
  for (const q of ["--files", "*.[x]", "{}", "$(id)"]) {
    const found = (await find(q, "text")).all(".found-line a").map(({ text }) => text)
    expect([q, found]).toEqual([q, ["a.txt"]])
  }
  for (const q of ["\u0000", "\udc80", "x".repeat(10_000), "a\nb", "--pre=sh"])
    for (const within of ["name", "text"] as const) {
      const page = await find(q, within)
      expect([q, page.one(".found").text === "", page.all(".found-line")]).toEqual([q, false, []])
    }
})
