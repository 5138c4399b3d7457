import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { writeFile } from "node:fs/promises"
import { contextUrls } from "../lib/context-urls.ts"
import { pathText } from "../lib/file-path.ts"
import { fetchCode } from "../testing/code-here.ts"
import { contextWorld } from "../testing/context-world.ts"
import { type OutsideRepository, outsideRepository } from "../testing/git-repository.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const danger = "<img src=x onerror=alert(1)>"
const lines = (changed: Record<number, string> = {}) =>
  Array.from({ length: 40 }, (_, n) => `${changed[n] ?? `line ${n} of the text`}\n`).join("")
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
)
const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
const odd = "src/--output=x\n\u202etxt.md"

let world: Awaited<ReturnType<typeof contextWorld>>
let folder: Awaited<ReturnType<typeof tempFolder>>
let outside: OutsideRepository
const made: Record<string, string> = {}

beforeAll(async () => {
  folder = await tempFolder()
  outside = await outsideRepository(`${folder.path}/outside`, { "src/tax.ts": lines(), "other.ts": "x\n" })
  const { git, commit } = outside
  made["changed"] = await commit({ "src/tax.ts": lines({ 3: "three" }) }, "Change a line")
  await git("mv", "src/tax.ts", "src/rates.ts")
  made["moved"] = await commit({}, "Move it")
  await commit({ "other.ts": "y\n" }, "Something else")
  await git("mv", "src/rates.ts", "rates.ts")
  made["moved on"] = await commit({ "rates.ts": lines({ 3: "three", 5: danger }) }, `Move it on ${danger}`)
  // A branch that changes it under its name of before, and is merged.
  await git("checkout", "--quiet", "-b", "side", made["moved"])
  made["side"] = await commit({ "src/rates.ts": lines({ 3: "three", 30: "thirty" }) }, "Change it elsewhere")
  await git("checkout", "--quiet", "trunk")
  await git("-c", "user.name=Outside", "-c", "user.email=o@example.org", "merge", "--quiet", "-m", "Join", "side")
  await git("checkout", "--quiet", "trunk")
  for (let n = 0; n < 60; n++) await commit({ "busy.txt": `${n}\n` }, `Busy ${n}`)
  await writeFile(`${outside.path}/picture.png`, png)
  await writeFile(`${outside.path}/looks like.png`, svg)
  await commit({ "drawing.svg": svg, [odd]: `# ${danger}\n`, "gone.ts": "const gone = true\n" }, "Pictures")
  await writeFile(`${outside.path}/picture.png`, Buffer.concat([png, Buffer.from("more")]))
  await git("rm", "--quiet", "gone.ts")
  made["last"] = await commit({}, "Another picture")
  world = await contextWorld({
    prepare: (home) => fetchCode(home, outside.path, ["app"]),
    config: { repos: [{ name: "app", git: outside.path }] },
  })
}, 60_000)
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const historyOf = (path: string, more: { from?: number; at?: string } = {}) =>
  world.read("member", contextUrls.code("app", { path: pathText(path), view: "history", ...more }))
const subjects = (page: Awaited<ReturnType<typeof historyOf>>) =>
  page.all(".context-commits .row-title").map(({ text }) => text)
const changeAt = (path: string, at = "") =>
  world.read("member", contextUrls.code("app", { path: pathText(path), at, view: "change" }))

describe("the history of a file of code", () => {
  test("lists what touched it, newest first, also under its former names, and no program is started for it", async () => {
    const file = await world.read("member", contextUrls.code("app", { path: "rates.ts" }))
    const tab = file.all(".context-tabs a").find(({ text }) => text === "History")
    expect(tab?.attributes["href"]).toBe(contextUrls.code("app", { path: "rates.ts", view: "history" }))
    const before = await world.programs()
    const page = await historyOf("rates.ts")
    expect(await world.programs()).toBe(before)
    const [joined, ...listed] = subjects(page)
    // The two sides of the merge were made in one second.
    expect([joined, listed.slice(0, 2).sort()]).toEqual(["Join", ["Change it elsewhere", `Move it on ${danger}`]])
    expect(listed.slice(2)).toEqual(["Move it", "Change a line", "First"])
    expect(page.all(".context-commits .mono").map(({ text }) => text)).toEqual([
      ...["was src/rates.ts", "was src/rates.ts", "was src/tax.ts"],
    ])
    expect(page.all(".context-commits li").map(({ text }) => text.includes("Outside"))).toEqual(Array(6).fill(true))
  })

  test("says the same as git, and leads to what each commit did to the file", async () => {
    const said = await outside.git("log", "--follow", "--format=%s", "--", "busy.txt")
    const [first, second] = [await historyOf("busy.txt"), await historyOf("busy.txt", { from: 50 })]
    expect([...subjects(first), ...subjects(second)]).toEqual(said.trim().split("\n"))
    const more = first.all(".folder-foot a").map(({ attributes }) => attributes["href"])
    expect(more).toEqual([contextUrls.code("app", { path: "busy.txt", view: "history", from: 50 })])
    expect(second.has(".folder-foot a")).toBe(false)

    const links = (await historyOf("rates.ts")).all(".context-commits .row-title")
    const link = links.find(({ text }) => text.startsWith("Move it on"))
    const change = await world.read("member", link?.attributes["href"] ?? "")
    expect(change.one("h1").text).toBe("rates.ts")
    expect(change.all(".diff-removed .diff-text").map(({ text }) => text)).toEqual(["line 5 of the text"])
    expect(change.all(".diff-added .diff-text").map(({ text }) => text)).toEqual([danger])
    expect(change.one(".context-commits .mono").text).toBe("was src/rates.ts")
    const [older] = (await historyOf("rates.ts")).all(".context-commits .card-facts a").slice(-1)
    const version = await world.read("member", older?.attributes["href"] ?? "")
    expect([version.one("h1").text, version.one("#L4").text]).toEqual(["tax.ts", "line 3 of the text"])
    expect(version.one(".files-notice a").attributes["href"]).toBe(contextUrls.code("app", { path: "src/tax.ts" }))
  })

  test("is there for a file that is gone, and of what never was there is none", async () => {
    expect(subjects(await historyOf("gone.ts"))).toEqual(["Another picture", "Pictures"])
    const removed = await changeAt("gone.ts", made["last"])
    expect(removed.all(".diff-removed .diff-text").map(({ text }) => text)).toEqual(["const gone = true"])
    const never = contextUrls.code("app", { path: "never.ts", view: "history" })
    expect((await world.as("member").get(never)).status).toBe(404)
    expect((await world.read("member", never)).one("h1").text).toBe("There is no “never.ts”")
  })

  test("says of what is no text that it is none", async () => {
    const page = await changeAt("picture.png", made["last"])
    expect(page.one("article").text).toContain("What changed is no text, or too long to be compared here.")
  })
})

describe("code", () => {
  test("has its pictures shown as what their bytes are, and what can run is text or is only downloaded", async () => {
    const page = await world.read("member", contextUrls.code("app", { path: "picture.png" }))
    const { src = "", alt } = page.one("img.file-image").attributes
    expect([src, alt]).toEqual([contextUrls.codePicture("app", { path: "picture.png" }), "picture.png"])
    const picture = await world.as("member").get(src)
    const headers = ["content-type", "x-content-type-options", "content-security-policy"]
    expect(headers.map((name) => picture.headers.get(name))).toEqual([
      ...["image/png", "nosniff", "sandbox; default-src 'none'"],
    ])
    expect((await picture.arrayBuffer()).byteLength).toBe(png.length + 4)
    const first = (await historyOf("picture.png")).all(".context-commits .card-facts a").at(-1)
    const older = await world.read("member", first?.attributes["href"] ?? "")
    const before = await world.as("member").get(older.one("img.file-image").attributes["src"] ?? "")
    expect((await before.arrayBuffer()).byteLength).toBe(png.length)
    for (const path of ["drawing.svg", "looks like.png"]) {
      const shown = await world.read("member", contextUrls.code("app", { path }))
      expect([path, shown.has("img.file-image"), shown.one("#L1").text]).toEqual([path, false, svg])
      const sent = await world.as("member").get(contextUrls.codePicture("app", { path }))
      expect([path, sent.status]).toEqual([path, 404])
    }
  })

  test("with a name that means something to programs, or turns lines around, is a file like any other", async () => {
    const page = await historyOf(odd)
    expect(subjects(page)).toEqual(["Pictures"])
    expect(page.one("h1").text).toBe("--output=x\\n\\u202etxt.md")
    const [link] = page.all(".context-commits .row-title")
    const answer = await (await world.as("member").get(link?.attributes["href"] ?? "")).text()
    expect(answer).toContain("&lt;img src=x onerror=alert(1)&gt;")
    expect(answer).not.toContain(danger)
  })

  test("is asked for at a commit by its whole id, or there is nothing", async () => {
    const status = async (query: Record<string, string>) =>
      (await world.as("member").get(`${contextUrls.code("app")}?${new URLSearchParams(query)}`)).status
    const blob = (await outside.git("rev-parse", "HEAD:rates.ts")).trim()
    const tree = (await outside.git("rev-parse", "HEAD^{tree}")).trim()
    for (const at of [
      "HEAD",
      "trunk",
      "--all",
      "",
      "0".repeat(40),
      `${made["last"]}^`,
      `${made["last"]}\n`,
      blob,
      tree,
    ])
      for (const view of ["page", "history", "change"])
        expect([at, view, await status({ path: "rates.ts", view, at })]).toEqual([at, view, 404])
    for (const path of ["../app", "rates.ts/../..", "/etc/passwd", "rates.ts\0"])
      expect([path, await status({ path, view: "history" })]).toEqual([path, 422])
    expect(await status({ path: "rates.ts", view: "history", from: "-1" })).toBe(422)
    expect(subjects(await historyOf("rates.ts", { from: 9_999 }))).toEqual([])
    expect(await status({ path: "rates.ts", at: made["moved on"] ?? "" })).toBe(200)
  })
})
