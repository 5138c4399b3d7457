import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import type { LoopId } from "../lib/ids.ts"
import type { Box } from "../sandbox/index.ts"
import { type FilePages, filePages } from "../testing/file-pages.tsx"
import { pageOf, readHtml } from "../testing/html.ts"
import { person } from "../testing/loops.ts"

const alice = person("alice")
const bob = person("bob")

let world: FilePages
let loop: LoopId
let box: Box

beforeAll(async () => {
  world = await filePages()
  loop = await world.loop()
  box = await world.box(loop)
}, 60_000)
afterAll(() => world[Symbol.asyncDispose](), 60_000)

const inside = async (line: string) => (await box.capture({ argv: ["sh", "-c", line] }, { timeoutMs: 60_000 })).stdout
const open = (path: string, more = {}, user = alice) => world.as(user).get(urls.loopFiles(loop, { path, ...more }))
const textOf = async (path: string) => new TextDecoder().decode(await box.files.read("workdir", path))

describe("a text", () => {
  test("that two people save is kept as the first saved it, and the second gets both texts", async () => {
    await inside("printf 'one\\ntwo\\n' >both.txt")
    const version =
      (await pageOf(await open("both.txt", { edit: 1 }))).one('input[name="version"]').attributes.value ?? ""
    const save = (text: string, more = {}) =>
      world.as(alice).post(urls.loopFileSave(loop), { path: "both.txt", version, text, ...more })
    expect((await save("one\ntheirs\n")).status).toBe(303)
    const second = await save("one\nmine\n")
    expect(second.status).toBe(409)
    const shown = await second.text()
    expect(shown).toContain("\none\nmine\n</textarea>")
    expect(readHtml(shown).one('pre[aria-label="In the file now"]').text).toContain("theirs")
    expect(await textOf("both.txt")).toBe("one\ntheirs\n")
    const both = await (await save("one\nmine\n", { merge: "both" })).text()
    const merged = readHtml(both)
    expect(both).toContain(
      "&lt;&lt;&lt;&lt;&lt;&lt;&lt; Your text\nmine\n=======\ntheirs\n&gt;&gt;&gt;&gt;&gt;&gt;&gt; In the file now",
    )
    const now = merged.one('input[name="version"]').attributes.value ?? ""
    expect((await save("one\nmine and theirs\n", { version: now })).status).toBe(303)
    expect(await textOf("both.txt")).toBe("one\nmine and theirs\n")
  })

  test("keeps its byte order mark, the ending of each line and its missing last newline", async () => {
    await inside("printf '\\357\\273\\277a\\r\\nb\\nc' >odd.txt")
    const edit = await pageOf(await open("odd.txt", { edit: 1 }))
    const version = edit.one('input[name="version"]').attributes.value ?? ""
    await world.as(alice).post(urls.loopFileSave(loop), { path: "odd.txt", version, text: "a\r\nB\r\nc" })
    expect(await inside("od -An -c odd.txt | tr -s ' '")).toBe(" 357 273 277 a \\r \\n B \\n c\n")
  })
})

describe("a text that is saved without leaving it", () => {
  const save = (form: { path: string; version: string; text: string }, user = alice) =>
    world.as(user).post(urls.loopFileSave(loop), form, { "hx-request": "true" })
  const opened = async (path: string) =>
    (await pageOf(await open(path, { edit: 1 }))).one('input[name="version"]').attributes.value ?? ""

  test("goes on from what was saved, and is refused on top of anything else", async () => {
    await inside("printf 'a\\r\\n' >stay.txt")
    const first = await save({ path: "stay.txt", version: await opened("stay.txt"), text: "b\n" })
    expect(first.status).toBe(200)
    const said = readHtml(await first.text()).one("[data-version]")
    expect(said.text).toBe("Saved.")
    const second = await save({ path: "stay.txt", version: said.attributes["data-version"] ?? "", text: "b\nc\n" })
    expect(second.status).toBe(200)
    expect(await textOf("stay.txt")).toBe("b\r\nc\r\n")
    expect(
      (await save({ path: "stay.txt", version: said.attributes["data-version"] ?? "", text: "lost?" })).status,
    ).toBe(409)
    expect(await textOf("stay.txt")).toBe("b\r\nc\r\n")
  })

  test("that cannot be written says why in a sentence", async () => {
    await inside("mkdir -p gone && echo x >gone/a.txt")
    const version = await opened("gone/a.txt")
    await inside("rm -r gone && ln -s /tmp gone")
    const refused = await save({ path: "gone/a.txt", version: "absent", text: "y" })
    expect(refused.status).toBe(409)
    expect(readHtml(await refused.text()).one("[data-said]").text).toContain("Choose another place")
    expect((await save({ path: "gone/a.txt", version: version, text: "y" }, bob)).status).toBe(403)
    await inside("rm gone")
  })

  test("is compared with the file before anything is saved", async () => {
    await inside("printf 'one\\ntwo\\n' >look.txt")
    const version = await opened("look.txt")
    await inside("printf 'one\\nTWO\\n' >look.txt")
    const form = { path: "look.txt", version, text: "ONE\ntwo\n", merge: "look" }
    const shown = await world.as(alice).post(urls.loopFileSave(loop), form)
    expect(shown.status).toBe(200)
    const page = await shown.text()
    expect(page).toContain("\nONE\ntwo\n</textarea>")
    expect(readHtml(page).one('pre[aria-label="In the file now"]').text).toContain("TWO")
    expect(await textOf("look.txt")).toBe("one\nTWO\n")
  })
})

describe("the editor", () => {
  test("is loaded where a text is changed, and nowhere else", async () => {
    await inside("echo x >plain.txt")
    const loads = async (more: object) =>
      (await pageOf(await open("plain.txt", more))).all("script").map(({ attributes }) => attributes.src)
    expect(await loads({ edit: 1 })).toContain("/assets/editor.js")
    expect(await loads({})).not.toContain("/assets/editor.js")
  })
})
