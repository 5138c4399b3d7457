import { expect, test } from "bun:test"
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { filesWorld } from "../testing/files-world.ts"
import { pageOf } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { newsAt } from "../testing/stream-news.ts"

const vaultFile = ".loopat/vaults/default/envs/TOKEN"

/** Files of a loop with checkouts, each with one text, and a vault in personal. */
async function world() {
  const w = await filesWorld()
  for (const folder of ["knowledge", "notes/sub", "personal/.loopat/vaults/default/envs", "repos/app"])
    await mkdir(join(w.folder, folder), { recursive: true })
  await w.write("work.txt", "of the working folder\n")
  await writeFile(join(w.folder, "notes/sub/plan.md"), "of notes\n")
  await writeFile(join(w.folder, "repos/app/main.ts"), "of app\n")
  await writeFile(join(w.folder, "personal", vaultFile), "ciphertext\n")
  await writeFile(join(w.folder, "personal/diary.md"), "of personal\n")
  const page = async (at: Parameters<typeof urls.loopFiles>[1]) => pageOf(await w.alice.get(urls.loopFiles(w.loop, at)))
  return { ...w, page }
}

type Page = Awaited<ReturnType<typeof pageOf>>
const namesIn = (page: Page) => page.all(".entry-name").map(({ text }) => text.trim().replace(/^(Folder|File)/, ""))

test("the roots that a loop has stand above its files, personal for its driver alone, and each is read as the working folder is", async () => {
  await using w = await world()
  const roots = async (client: typeof w.alice) =>
    (await pageOf(await client.get(urls.loopFiles(w.loop)))).all(".checkouts-wide a").map(({ text }) => text.trim())
  expect(await roots(w.alice)).toEqual(["workdir", "knowledge", "notes", "personal", "repos/app"])
  expect(await roots(w.bob)).toEqual(["workdir", "knowledge", "notes", "repos/app"])
  const notes = await w.page({ checkout: "notes" })
  expect(namesIn(notes)).toEqual(["sub"])
  expect(notes.all(".crumbs a").map(({ text }) => text.trim())).toEqual(["notes"])
  const [sub] = notes.all(".entry-name")
  expect(sub?.attributes["href"]).toBe(urls.loopFiles(w.loop, { checkout: "notes", path: "sub" }))
  const plan = await pageOf(await w.bob.get(urls.loopFiles(w.loop, { checkout: "notes", path: "sub/plan.md" })))
  expect(plan.one(".file-text").text).toContain("of notes")
  const down = await w.bob.get(urls.loopFileDownload(w.loop, "main.ts", "repos/app"))
  expect(await down.text()).toBe("of app\n")
  const found = async (checkout: string | undefined, within: "name" | "text", q: string) =>
    (await pageOf(await w.alice.get(urls.loopFilesFind(w.loop, { q, in: within, checkout }))))
      .all(".found a")
      .map(({ attributes }) => attributes["href"])
  const there = urls.loopFiles(w.loop, { checkout: "notes", path: "sub/plan.md" })
  expect(await found("notes", "name", "plan")).toEqual([there])
  expect(await found("notes", "text", "of notes")).toEqual([there])
  expect(await found(undefined, "name", "plan")).toEqual([])
})

test("a text of notes is changed, made, moved and deleted there, and nothing happens in the working folder", async () => {
  await using w = await world()
  const { alice, loop } = w
  const at = (path: string) => join(w.folder, "notes", path)
  const edit = await w.page({ checkout: "notes", path: "sub/plan.md", edit: 1 })
  const save = edit.one("form.editor").attributes["action"] ?? ""
  const version = edit.one("form.editor input[name=version]").attributes["value"] ?? ""
  const saved = await alice.post(save, { path: "sub/plan.md", version, text: "changed\n" })
  expect([saved.status, saved.headers.get("location")]).toEqual([
    303,
    urls.loopFiles(loop, { checkout: "notes", path: "sub/plan.md" }),
  ])
  expect(await readFile(at("sub/plan.md"), "utf8")).toBe("changed\n")
  // Whoever read it before is shown both texts, and saves there too.
  const late = await alice.post(save, { path: "sub/plan.md", version, text: "late\n" })
  expect([late.status, (await pageOf(late)).one("form.editor").attributes["action"]]).toEqual([409, save])
  const folder = await w.page({ checkout: "notes" })
  const make = urls.loopFileNew(loop, "notes")
  expect(folder.all("form").map(({ attributes }) => attributes["action"])).toContain(make)
  expect((await alice.post(make, { folder: "", name: "new.md", kind: "file" })).status).toBe(303)
  expect((await alice.post(urls.loopFileMove(loop, "notes"), { path: "new.md", to: "sub/moved.md" })).status).toBe(303)
  expect(await readFile(at("sub/moved.md"), "utf8")).toBe("")
  const asked = await pageOf(await alice.get(urls.loopFileDelete(loop, "sub/moved.md", "notes")))
  const remove = urls.loopFileDelete(loop, undefined, "notes")
  expect(asked.all("form").map(({ attributes }) => attributes["action"])).toContain(remove)
  expect((await alice.post(remove, { path: "sub/moved.md", loss: "lost" })).status).toBe(303)
  expect(await Bun.file(at("sub/moved.md")).exists()).toBe(false)
  expect(namesIn(await w.page({}))).toEqual(["work.txt"])
})

test("a vault's file is named, and neither shown, sent down, found, changed nor moved to where it could be", async () => {
  await using w = await world()
  const { alice, loop } = w
  const shown = await alice.get(urls.loopFiles(loop, { checkout: "personal", path: vaultFile, edit: 1 }))
  expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining("It is only named here")])
  const folder = { checkout: "personal", path: ".loopat/vaults/default/envs", hidden: 1 } as const
  expect(namesIn(await w.page(folder))).toEqual(["TOKEN"])
  const answers = [
    await alice.get(urls.loopFileDownload(loop, vaultFile, "personal")),
    await alice.get(urls.loopFileDownload(loop, "", "personal")),
    await alice.get(urls.loopFileDownload(loop, ".loopat", "personal")),
    await alice.get(urls.loopFileDownload(loop, ".loopat/vaults", "personal")),
    await alice.get(urls.loopFileDownload(loop, ".loopat/vaults/default", "personal")),
    await alice.get(urls.loopFileImage(loop, vaultFile, { checkout: "personal" })),
    await alice.get(urls.loopFilesFind(loop, { q: "ciphertext", in: "text", checkout: "personal" })),
    await alice.post(urls.loopFileSave(loop, "personal"), { path: vaultFile, version: "absent", text: "x" }),
    await alice.post(urls.loopFileMove(loop, "personal"), { path: vaultFile, to: "open.txt" }),
  ]
  for (const answer of answers) expect((await answer.text()).includes("ciphertext\n")).toBe(false)
  expect(answers.map(({ status }) => status)).toEqual([404, 200, 200, 404, 404, 404, 200, 403, 403])
  expect(await readFile(join(w.folder, "personal", vaultFile), "utf8")).toBe("ciphertext\n")
  expect(await Bun.file(join(w.folder, "personal/open.txt")).exists()).toBe(false)
})

test("files sent into a further checkout lie there alone, by its driver and into what there is", async () => {
  await using w = await world()
  const { alice, bob, loop } = w
  const form = (names: string[]) => {
    const data = new FormData()
    for (const name of names) data.append("file", new File([`of ${name}`], name))
    return data
  }
  const upload = urls.loopFileUpload(loop, "", "repos/app")
  expect((await bob.post(upload, form(["b.txt"]))).status).toBe(403)
  expect((await alice.post(upload, form(["a.txt", "deep/b.txt"]))).status).toBeLessThan(400)
  expect(await readFile(join(w.folder, "repos/app/a.txt"), "utf8")).toBe("of a.txt")
  expect(await readFile(join(w.folder, "repos/app/deep/b.txt"), "utf8")).toBe("of deep/b.txt")
  expect(await Bun.file(join(w.folder, "workdir/a.txt")).exists()).toBe(false)
  // One that is there is kept, and one whose name leads out is refused by name.
  const again = await alice.post(upload, form(["main.ts", "../../notes/x.md"]))
  expect(await again.text()).toContain("main.ts")
  expect(await readFile(join(w.folder, "repos/app/main.ts"), "utf8")).toBe("of app\n")
  await symlink(join(w.folder, "notes"), join(w.folder, "repos/link"))
  for (const checkout of ["repos/none", "repos/link", "repos/..", "../notes", "home"]) {
    const { status } = await alice.post(urls.loopFileUpload(loop, "", checkout), form(["x.md"]))
    expect([checkout, status]).toEqual([checkout, 404])
  }
  expect(await Bun.file(join(w.folder, "notes/x.md")).exists()).toBe(false)
  expect(await Bun.file(join(w.folder, "repos/none/x.md")).exists()).toBe(false)
})

test("a live stream of a checkout that this loop does not have, or of somebody else's, is refused and watches nothing", async () => {
  await using w = await world()
  const { alice, bob, loop } = w
  await symlink(join(w.folder, "notes"), join(w.folder, "repos/link"))
  const stream = (checkout: string) => `${urls.loopFilesEvents(loop)}?${new URLSearchParams({ checkout }).toString()}`
  const before = w.watched()
  for (const checkout of ["", "repos/..", "../notes", "home", "repos/app/../../notes", "NOTES"])
    expect([checkout, (await alice.get(stream(checkout))).status]).toEqual([checkout, 404])
  expect((await bob.get(stream("personal"))).status).toBe(404)
  // What could be a checkout and is none: the stream says nothing of what a link there leads to.
  const [gone, real] = [await newsAt(alice, stream("repos/link")), await newsAt(alice, stream("notes"))]
  await until("the real one watches", () => w.watched() === before + 1)
  await writeFile(join(w.folder, "notes/new.md"), "of notes\n")
  await until("the real one tells", () => real.news().includes("new.md"))
  expect(gone.news()).not.toContain("new.md")
  expect(w.watched()).toBe(before + 1)
  await Promise.all([gone.end(), real.end()])
})

test("a name that no checkout of this loop has leads to nothing, whatever is asked for or sent, and nothing is done", async () => {
  await using w = await world()
  const { alice, bob, loop } = w
  await symlink(join(w.folder, "notes"), join(w.folder, "repos/link"))
  const path = "sub/plan.md"
  for (const checkout of [
    "",
    "home",
    "repos",
    "repos/..",
    "repos/link",
    "repos/none",
    "../notes",
    "/etc",
    "NOTES",
    "x\0",
  ]) {
    const reads = [
      `${urls.loopFiles(loop)}?${new URLSearchParams({ checkout, path }).toString()}`,
      `${urls.loopFileDownload(loop, path)}&${new URLSearchParams({ checkout }).toString()}`,
      `${urls.loopFileImage(loop, path)}&${new URLSearchParams({ checkout }).toString()}`,
      `${urls.loopFileDelete(loop, path)}&${new URLSearchParams({ checkout }).toString()}`,
    ]
    for (const address of reads) expect([address, (await alice.get(address)).status]).toEqual([address, 404])
    const writes: [address: string, form: Record<string, string>][] = [
      [urls.loopFileSave(loop), { path, version: "absent", text: "x" }],
      [urls.loopFileNew(loop), { folder: "", name: "x", kind: "file" }],
      [urls.loopFileMove(loop), { path, to: "y" }],
      [urls.loopFileDelete(loop), { path, loss: "lost" }],
    ]
    for (const [address, form] of writes) {
      const { status } = await alice.post(`${address}?${new URLSearchParams({ checkout }).toString()}`, form)
      expect([checkout, address, status]).toEqual([checkout, address, 404])
    }
  }
  const mine = { checkout: "personal", path: "diary.md" }
  for (const address of [urls.loopFiles(loop, mine), urls.loopFileDownload(loop, "diary.md", "personal")])
    expect((await bob.get(address)).status).toBe(404)
  const heard = await (
    await bob.get(urls.loopFilesFind(loop, { q: "personal", in: "text", checkout: "personal" }))
  ).text()
  expect(heard).not.toContain("of personal")
  expect((await bob.post(urls.loopFileNew(loop, "notes"), { folder: "", name: "x", kind: "file" })).status).toBe(403)
  expect(namesIn(await w.page({ checkout: "notes" }))).toEqual(["sub"])
  expect(await readFile(join(w.folder, "notes", path), "utf8")).toBe("of notes\n")
})
