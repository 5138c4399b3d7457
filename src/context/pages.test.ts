import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { contextWorld } from "../testing/context-world.ts"
import { pageOf } from "../testing/html.ts"
import { dangers, xss } from "../testing/xss.ts"

type World = Awaited<ReturnType<typeof contextWorld>>
let world: World
beforeAll(async () => {
  world = await contextWorld()
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

const own = ["head", "meta", "title", "link", "script"]

describe("a document", () => {
  test("is written and read as a page, with its links, backlinks and the line they stand on", async () => {
    const made = await world.save("member", "notes", {
      path: "tax/Rates.md",
      text: "# Rates\n\nsee [[Invoices]] #tax\n",
    })
    expect(made.status).toBe(303)
    await world.save("member", "notes", { path: "tax/Invoices.md", text: "All of them.\n\nSee [[rates|the rates]].\n" })
    const page = await world.open("admin", "notes", "tax/Rates.md")
    expect(page.one("h1").text).toBe("Rates")
    expect(page.one(".document a.wiki").attributes["href"]).toBe("/context/notes?path=tax%2FInvoices.md")
    expect(page.one(".backlink a").text).toBe("tax/Invoices.md")
    expect(page.one(".backlink p").text).toBe("See [[rates|the rates]].")
    expect(page.one(".context-beside .tag").attributes["href"]).toBe("/context/topics/tax")
    expect(page.all("a[aria-current=page]").map(({ text }) => text)).toContain("Rates.md")
    const log = await world.git("notes", "log", "-1", "--format=%an <%ae>|%s", "main", "--", "tax/Rates.md")
    expect(log).toBe("member <member@loopat.local>|tax/Rates.md\n")
  })

  test("shows its source, its history, each change, and who wrote which line", async () => {
    await world.save("member", "notes", { path: "past.md", text: "one\ntwo\n" })
    await world.save("admin", "notes", { path: "past.md", text: "one\nTWO\n", message: "Shout" })
    const history = await world.open("member", "notes", { path: "past.md", view: "history" })
    expect(history.all(".context-commits .row-title").map(({ text }) => text)).toEqual(["Shout", "past.md"])
    const change = await world.read("member", history.all(".context-commits .row-title")[0]?.attributes["href"] ?? "")
    expect(change.one(".diff-added .diff-text").text).toBe("TWO")
    const blame = await world.open("member", "notes", { path: "past.md", view: "blame" })
    expect(blame.all(".blame-who").map(({ text }) => text)).toEqual(["member", "admin"])
    const older = await world.read("member", history.all(".card-facts a")[1]?.attributes["href"] ?? "")
    expect(older.one(".document").text).toContain("two")
    expect(older.one(".files-notice a").attributes["href"]).toBe("/context/notes?path=past.md")
    const source = await world.open("member", "notes", { path: "past.md", view: "source" })
    expect(source.one("pre.file-text").text).toBe("one TWO")
  })
})

test("a document keeps its history when it is moved, with each change under the name of then, in pages", async () => {
  for (let n = 0; n < 52; n++) await world.save("admin", "notes", { path: "first.md", text: `text ${n}\n` })
  const moved = { path: "first.md", to: "second.md" }
  expect((await world.as("admin").post(contextUrls.move("notes"), moved)).status).toBe(303)
  const first = await world.open("member", "notes", { path: "second.md", view: "history" })
  expect(first.all(".context-commits li")).toHaveLength(50)
  expect(first.all(".context-commits .mono").map(({ text }) => text)).toEqual(["was first.md"])
  const more = first.one(".folder-foot a").attributes["href"] ?? ""
  expect(more).toBe(contextUrls.shelf("notes", { path: "second.md", view: "history", from: 50 }))
  const second = await world.read("member", more)
  expect([second.all(".context-commits li").length, second.has(".folder-foot a")]).toEqual([3, false])
  const links = second.all(".context-commits .row-title").map(({ attributes }) => attributes["href"] ?? "")
  const change = await world.read("member", links[0] ?? "")
  expect(change.one("h1").text).toBe("first")
  expect(change.all(".diff-added .diff-text").map(({ text }) => text)).toEqual(["text 2"])
  const move = await world.read("member", first.all(".context-commits .row-title")[0]?.attributes["href"] ?? "")
  expect(move.one("article").text).toContain("The text itself did not change here.")
  const all = await world.open("member", "notes", { path: "", view: "history" })
  expect(
    all
      .all(".context-commits .row-title")
      .slice(1, 3)
      .map(({ text }) => text),
  ).toEqual(["first.md", "first.md"])
})

describe("a link", () => {
  test("to a document that is not there says so and offers to make it", async () => {
    const missing = await world.as("member").get(contextUrls.shelf("notes", { path: "not/There.md" }))
    expect(missing.status).toBe(404)
    const page = await pageOf(missing)
    expect(page.one("h1").text).toBe("There is no “not/There.md”")
    const make = page.one("article a.button").attributes["href"] ?? ""
    expect((await world.read("member", make)).one("textarea").text).toBe("# There")
  })

  test("to a name that several documents have leads to a choice", async () => {
    for (const path of ["a/index.md", "b/index.md"]) await world.save("admin", "notes", { path, text: "x\n" })
    await world.save("admin", "notes", { path: "choose.md", text: "[[index]]\n" })
    const link = (await world.open("member", "notes", "choose.md")).one(".wiki.several").attributes["href"] ?? ""
    const choice = await world.read("member", link)
    expect(choice.all("article .context-hits a").map(({ text }) => text)).toEqual(["a/index.md", "b/index.md"])
  })

  test("as any other string of a document does nothing: every string that would be markup stays text, also as its name", async () => {
    const text = xss.map((one) => `${one}\n\n[[${one}]]\n\n![[${one}]]`).join("\n\n")
    await world.save("admin", "notes", { path: "xss.md", text })
    for (const view of ["page", "source", "history", "blame", "edit"] as const) {
      const shown = await world
        .as("admin")
        .get(contextUrls.shelf("notes", { path: "xss.md", ...(view !== "page" && { view }) }))
      expect([view, dangers(await shown.text(), own)]).toEqual([view, []])
    }
    for (const name of xss) {
      const answer = await world
        .as("admin")
        .get(contextUrls.shelf("notes", { path: `${name}.md`.replaceAll("\0", "") }))
      expect([name, dangers(await answer.text(), own)]).toEqual([name, []])
      const found = await world.as("admin").get(contextUrls.search({ q: name }))
      expect([name, dangers(await found.text(), own)]).toEqual([name, []])
    }
  }, 30_000)
})

test("personal is always one's own: nobody has an address for another's, and vault files are names only", async () => {
  await world.save("owner", "personal", { path: "secret.md", text: "mine alone\n" })
  expect((await world.as("owner").get(contextUrls.shelf("personal", { path: "secret.md" }))).status).toBe(200)
  expect((await world.as("admin").get(contextUrls.shelf("personal", { path: "secret.md" }))).status).toBe(404)
  expect((await world.as("member").get("/context/personal-owner?path=secret.md")).status).toBe(404)
  for (const url of [contextUrls.search({ q: "alone" }), contextUrls.switch("secret")])
    expect(await (await world.as("member").get(url)).text()).not.toContain("secret.md")
  const found = await (await world.as("owner").get(contextUrls.search({ q: "alone" }))).text()
  expect(found).toContain("mine alone")
})

test("a file that is downloaded is an attachment, and only a picture is shown as one", async () => {
  const png = Uint8Array.fromHex("89504e470d0a1a0a0000000d49484452")
  const upload = (name: string, bytes: Uint8Array<ArrayBuffer>) =>
    world.upload("member", { shelf: "notes", folder: "img" }, [new File([bytes], name)])
  expect((await upload("p.png", png)).status).toBe(303)
  expect((await upload("p.png", png)).status).toBe(409)
  expect((await upload("page.png", new TextEncoder().encode("<script>1</script>"))).status).toBe(303)
  expect((await upload("big.bin", new Uint8Array((10 << 20) + 1))).status).toBe(413)
  await world.save("member", "notes", { path: "pic.md", text: "![[p.png]] ![no](img/none.png) ![x](img/page.png)\n" })
  const page = await world.open("member", "notes", "pic.md")
  const pictures = page.all(".document img").map(({ attributes }) => attributes["src"] ?? "")
  expect(pictures).toHaveLength(2)
  const shown = await world.as("member").get(pictures[0] ?? "")
  expect([shown.status, shown.headers.get("content-type")]).toEqual([200, "image/png"])
  expect((await world.as("member").get(pictures[1] ?? "")).status).toBe(404)
  const down = await world.as("member").get(contextUrls.download("notes", { path: "img/page.png" }))
  expect(down.headers.get("content-type")).toBe("application/octet-stream")
  expect(down.headers.get("content-disposition")).toStartWith("attachment;")
  expect(down.headers.get("content-security-policy")).toContain("sandbox")
})

describe("finding", () => {
  test("names come first, then lines, of what one may read", async () => {
    await world.save("admin", "notes", { path: "find/Zebra.md", text: "nothing\n" })
    await world.save("admin", "notes", { path: "find/other.md", text: "one\nA zebra, a striped horse.\n" })
    const page = await world.read("member", contextUrls.search({ q: "zebra" }))
    expect(page.all(".context-hits .hit .long").map(({ text }) => text)).toEqual(["find/Zebra.md", "find/other.md"])
    expect(page.one(".context-hits p").text).toBe("2 A zebra, a striped horse.")
    const phrase = await world.read("member", contextUrls.search({ q: '"striped horse" zebra' }))
    expect(phrase.all(".context-hits .hit")).toHaveLength(1)
    expect((await world.read("member", contextUrls.search({ q: "no such word" }))).one(".nothing").text).toContain(
      "Nothing",
    )
  })

  test("a document is switched to by some letters of its name", async () => {
    const dialog = await pageOf(await world.as("member").get(contextUrls.switch(), { "hx-request": "true" }))
    expect(dialog.has("[data-dialog-title]")).toBe(true)
    const hits = await pageOf(await world.as("member").get(contextUrls.switch("zbr"), { "hx-request": "true" }))
    expect(hits.one(".switch-hits a").attributes["href"]).toBe("/context/notes?path=find%2FZebra.md")
  })

  test("a topic lists its documents and leads to its loops", async () => {
    await world.save("admin", "notes", { path: "topical.md", text: "about #Launch\n" })
    expect((await world.read("member", contextUrls.topics)).all(".topics a").map(({ text }) => text)).toContain(
      "#launch 1",
    )
    const topic = await world.read("member", contextUrls.topic("LAUNCH"))
    expect(topic.one(".context-hits .long").text).toBe("topical.md")
    expect(topic.one(".file-acts a").attributes["href"]).toBe("/loops?show=all&topic=launch")
  })
})

test("a folder is browsed by page and tree, with what begins with a dot at the end", async () => {
  await world.save("admin", "notes", { path: "tree/b/deep.md", text: "x\n" })
  await world.save("admin", "notes", { path: "tree/.hidden.md", text: "x\n" })
  await world.save("admin", "notes", { path: "tree/a.md", text: "x\n" })
  const page = await world.open("member", "notes", "tree")
  expect(page.all(".entry-name .cut").map(({ text }) => text)).toEqual(["b", "a.md", ".hidden.md"])
  const deep = await world.open("member", "notes", "tree/b/deep.md")
  expect(deep.one(".context-tree [aria-current=page]").text).toBe("deep.md")
  const fresh = await world.as("member").get(`${contextUrls.new("notes")}?folder=tree&name=New+one`)
  expect(fresh.headers.get("location")).toBe("/context/notes?path=tree%2FNew+one.md&view=edit")
  expect((await world.as("member").get(`${contextUrls.new("notes")}?folder=tree&name=../../x`)).status).toBe(422)
  expect((await world.as("member").get(`${contextUrls.new("notes")}?folder=tree&name=a.md`)).status).toBe(409)
})

test("no page of documents starts a program", async () => {
  await world.open("member", "notes", "tax/Rates.md")
  const before = await world.programs()
  for (const view of [undefined, "source", "history", "edit"] as const)
    await world.open("member", "notes", { path: "tax/Rates.md", ...(view && { view }) })
  for (const url of [
    contextUrls.context(),
    contextUrls.search({ q: "rates" }),
    contextUrls.switch("ra"),
    contextUrls.topics,
  ])
    await world.read("member", url)
  expect(before).toBeGreaterThan(0)
  expect(await world.programs()).toBe(before)
})
