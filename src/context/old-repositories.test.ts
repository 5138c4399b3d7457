import { afterEach, expect, test } from "bun:test"
import { contextUrls, type ShelfName, shelfNames } from "../lib/context-urls.ts"
import { contextWorld } from "../testing/context-world.ts"
import { pageOf } from "../testing/html.ts"
import { commitOf, oldRepositories } from "../testing/old-repositories.ts"

type Version = keyof typeof oldRepositories
type World = Awaited<ReturnType<typeof contextWorld>>

const opened: World[] = []
afterEach(async () => {
  for (const world of opened.splice(0)) await world[Symbol.asyncDispose]()
})

const folderOf = (shelf: ShelfName) => (shelf === "personal" ? "personal-admin" : shelf)

/** The whole program over the repositories of an earlier one; all of it is done by an admin. */
async function oldWorld(version: Version, changed: Record<string, string> = {}) {
  const world = await contextWorld()
  opened.push(world)
  await world.read("admin", contextUrls.context())
  for (const shelf of shelfNames) {
    const files = { ...oldRepositories[version][shelf], ...(shelf === "personal" && changed) }
    const folder = `${world.home}/repos/${folderOf(shelf)}.git`
    const child = Bun.spawn(["git", `--git-dir=${folder}`, "fast-import", "--quiet"], { stdin: commitOf(files) })
    expect(await child.exited).toBe(0)
  }
  return {
    ...world,
    /** Lines that the newest commit took away and put there, file by file. */
    async changes(shelf: ShelfName): Promise<string[]> {
      const options = ["--format=", "--unified=0", "--no-renames", "--no-color"]
      const text = await world.git(folderOf(shelf), "-c", "core.quotePath=false", "show", ...options, "main")
      return text.split("\n").filter((line) => /^([-+]|\\)/.test(line) && !/^(---|\+\+\+) [ab]?\//.test(line))
    },
    /** Changes the text as it stands in the form. */
    async edit(shelf: ShelfName, path: string, change: (text: string) => string) {
      const text = await world.git(folderOf(shelf), "show", `main:${path}`)
      return world.save("admin", shelf, { path, text: change(text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n")) })
    },
    blob: (shelf: ShelfName, path: string) => world.git(folderOf(shelf), "rev-parse", `main:${path}`),
  }
}

for (const version of ["0.1.2", "0.1.62"] as const)
  test(`every file of a repository that ${version} made opens as page, source, history and form, and nothing is changed by looking`, async () => {
    const world = await oldWorld(version)
    const heads = () => Promise.all(shelfNames.map((shelf) => world.git(folderOf(shelf), "rev-parse", "main")))
    const before = await heads()
    for (const shelf of shelfNames)
      for (const path of Object.keys(oldRepositories[version][shelf]))
        for (const view of [undefined, "source", "history", "edit"] as const) {
          const answer = await world.as("admin").get(contextUrls.shelf(shelf, { path, view }))
          expect([path, view, answer.status]).toEqual([path, view, 200])
        }
    expect(await heads()).toEqual(before)
  })

test("an edit of a document of 0.1.2 changes the lines that were meant and no others: front matter, ends of lines, and a missing last one stay", async () => {
  const world = await oldWorld("0.1.2")
  await world.edit("knowledge", "README.md", (text) => text.replace("See", "Look at"))
  expect(await world.changes("knowledge")).toEqual(["-See [[tax/Rates]].\r", "+Look at [[tax/Rates]].\r"])
  await world.edit("knowledge", "tax/Rates.md", (text) => text.replace("reviewed: 2025-01-02", "reviewed: 2026-01-02"))
  expect(await world.changes("knowledge")).toEqual(["-reviewed: 2025-01-02", "+reviewed: 2026-01-02"])
  await world.edit("personal", "memory/me.md", (text) => text.replace("tea", "coffee"))
  expect(await world.changes("personal")).toEqual(["-I like tea.\r", "+I like coffee.\r"])
  await world.edit("personal", ".loopat/config.json", (text) => text.replace("zsh", "fish"))
  expect(await world.changes("personal")).toEqual(['-  "shell": "zsh"', '+  "shell": "fish"'])
  const path = "focus/boards/default/todo.md"
  await world.edit("notes", path, (text) => text.replace("- [ ] one #tax\n  >", "- [x] one #tax\n  >"))
  expect(await world.changes("notes")).toEqual(["-- [ ] one #tax", "+- [x] one #tax"])
})

test("an edit of a document of 0.1.62 changes the lines that were meant and no others, in any script", async () => {
  const world = await oldWorld("0.1.62")
  await world.edit("notes", "focus.md", (text) => text.replace("- a", "- a\n- c"))
  expect(await world.changes("notes")).toEqual(["+- c\r"])
  const path = "focus/boards/团队/待办.md"
  await world.edit("notes", path, (text) => text.replace("2026-01-31", "2026-02-28"))
  expect(await world.changes("notes")).toEqual(["-  > due: 2026-01-31", "+  > due: 2026-02-28"])
  await world.edit("personal", ".loopat/config.json", (text) =>
    text.replace('"small", "enabled": false', '"small", "enabled": true'),
  )
  expect((await world.changes("personal")).map((line) => line[0])).toEqual(["-", "+"])
  const settings = ".loopat/.claude/mise.toml"
  await world.edit("knowledge", settings, (text) => text.replace("22", "24"))
  expect(await world.changes("knowledge")).toEqual(['-node = "22" # ours', '+node = "24" # ours'])
})

test("a line for the inbox is one line, whatever the inbox ended with", async () => {
  const ends = {
    "0.1.2": ["-- last one without an end", "\\ No newline at end of file", "+- last one without an end"],
    "0.1.62": [],
  }
  for (const version of ["0.1.2", "0.1.62"] as const) {
    const world = await oldWorld(version)
    await world.as("admin").post(contextUrls.inbox, { text: "a thought" })
    const end = version === "0.1.62" ? "\r" : ""
    expect(await world.changes("notes")).toEqual([...ends[version], `+- a thought${end}`])
  }
})

test("a rename leads links to the new name in the ways in which they are written, and touches nothing else", async () => {
  const world = await oldWorld("0.1.2")
  await world
    .as("admin")
    .post(contextUrls.move("knowledge"), { path: "tax/Rates.md", to: "tax/Tax rates.md", links: "1" })
  expect(await world.git("knowledge", "show", "main:README.md")).toBe("# Knowledge\r\n\r\nSee [[tax/Tax rates]].\r\n")
  expect(await world.git("knowledge", "show", "main:tax/Tax rates.md")).toBe(
    oldRepositories["0.1.2"].knowledge["tax/Rates.md"],
  )
  const later = await oldWorld("0.1.62")
  await later.as("admin").post(contextUrls.move("knowledge"), { path: "tax rates.md", to: "tax/rates.md", links: "1" })
  const [gone, come] = (await later.changes("knowledge")).filter((line) => line.includes("[rates]"))
  expect([gone, come]).toEqual(["-* [rates](tax%20rates.md#now)", "+* [rates](tax/rates.md#now)"])
})

test("what is deleted, made and uploaded is one file of the repository, and no other", async () => {
  const world = await oldWorld("0.1.62")
  const touched = async () => {
    const text = await world.git("notes", "-c", "core.quotePath=false", "show", "--format=", "--name-status", "main")
    return text.trim().split("\n")
  }
  await world.as("admin").post(contextUrls.delete("notes"), { path: "journal/2025-12-01.md" })
  expect(await touched()).toEqual(["D\tjournal/2025-12-01.md"])
  await world.save("admin", "notes", { path: "new.md", text: "# new\n" })
  expect(await touched()).toEqual(["A\tnew.md"])
  await world.upload("admin", { shelf: "notes", folder: "img" }, [new File([new Uint8Array([1, 0, 2])], "x.bin")])
  expect(await touched()).toEqual(["A\timg/x.bin"])
})

test("a config.json with a syntax error survives every visit and every attempt to save it byte for byte, and the page names line and column", async () => {
  const broken = `{\r\n  "providers": {\r\n    "a": { "models": ["x",] }\r\n  }\r\n}`
  const world = await oldWorld("0.1.2", { ".loopat/config.json": broken })
  const before = await world.blob("personal", ".loopat/config.json")
  const place = { path: ".loopat/config.json" }
  for (const url of [
    contextUrls.context(),
    contextUrls.search({ q: "models" }),
    "/settings/providers",
    "/loops/new",
    "/loops",
  ])
    expect([url, (await world.as("admin").get(url)).status]).toEqual([url, 200])
  for (const view of [undefined, "source", "history", "blame", "edit"] as const)
    await world.open("admin", "personal", { ...place, view })
  const shown = await world.open("admin", "personal", place)
  expect(shown.one("[role=alert]").text).toContain("line 3, column 27")
  expect(shown.one("pre.file-text").text).toContain('"models": ["x",]')

  const worse = { ...place, text: `{\n  "providers": {\n    "a" "b"\n  }\n}` }
  const refused = await world.save("admin", "personal", worse)
  expect(refused.status).toBe(422)
  const page = await pageOf(refused)
  expect(page.one("[role=alert]").text).toContain("line 3, column 9")
  expect(page.one("textarea").text).toContain('"a" "b"')
  const version = await world.version("admin", "personal", place.path)
  const quick = await world
    .as("admin")
    .post(contextUrls.save("personal"), { ...worse, version }, { "hx-request": "true" })
  expect([quick.status, await quick.text()]).toEqual([422, expect.stringContaining("line 3, column 9")])
  // What is saved beside it leaves it alone, too.
  expect((await world.save("admin", "personal", { path: "memory/new.md", text: "x\n" })).status).toBe(303)
  expect(await world.blob("personal", place.path)).toBe(before)
  const mended = await world.save("admin", "personal", {
    ...place,
    text: broken.replace('"x",', '"x"').replaceAll("\r\n", "\n"),
  })
  expect(mended.status).toBe(303)
  expect(await world.changes("personal")).toEqual([
    `-    "a": { "models": ["x",] }\r`,
    `+    "a": { "models": ["x"] }\r`,
  ])
})
