import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { contextWorld } from "../testing/context-world.ts"
import { pageOf, readHtml } from "../testing/html.ts"

type World = Awaited<ReturnType<typeof contextWorld>>
let world: World
beforeAll(async () => {
  world = await contextWorld()
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

const paragraphs = "one\n\ntwo\n\nthree\n\nfour\n"
const textOf = (path: string) => world.git("notes", "show", `main:${path}`)
const location = (answer: Response) => new URL(answer.headers.get("location") ?? "", "http://x").searchParams

describe("two people who change the same document", () => {
  test("in different paragraphs both keep what they wrote, and the second is told whose change was joined", async () => {
    await world.save("admin", "notes", { path: "both.md", text: paragraphs })
    const version = await world.version("member", "notes", "both.md")
    await world.save("admin", "notes", { path: "both.md", text: paragraphs.replace("one", "ONE") })
    const saved = await world.save("member", "notes", {
      path: "both.md",
      text: paragraphs.replace("four", "FOUR"),
      version,
    })
    expect([saved.status, location(saved).get("said"), location(saved).get("with")]).toEqual([303, "joined", "admin"])
    expect(await textOf("both.md")).toBe("ONE\n\ntwo\n\nthree\n\nFOUR\n")
    const page = await world.read("member", saved.headers.get("location") ?? "")
    expect(page.one(".files-notice").text).toBe("Saved, and joined with the change of admin.")
  })

  test("in the same paragraph make one commit and one held text, and nothing is lost after reload and sign-out", async () => {
    await world.save("admin", "notes", { path: "clash.md", text: paragraphs })
    const version = await world.version("member", "notes", "clash.md")
    await world.save("admin", "notes", { path: "clash.md", text: paragraphs.replace("two", "theirs") })
    const before = await world.git("notes", "rev-parse", "main")
    const saved = await world.save("member", "notes", {
      path: "clash.md",
      text: paragraphs.replace("two", "mine"),
      version,
    })
    const url = saved.headers.get("location") ?? ""
    expect([saved.status, url]).toEqual([303, expect.stringMatching(/^\/context\/held\/[0-9a-f]{16}$/)])
    expect(await world.git("notes", "rev-parse", "main")).toBe(before)
    // Listed until it is resolved, for its author alone.
    expect((await world.read("member", contextUrls.context())).one("section .hit").attributes["href"]).toBe(url)
    expect((await world.as("admin").get(url)).status).toBe(404)
    expect((await world.read("admin", contextUrls.context())).has("section .hit")).toBe(false)

    const held = await world.read("member", url)
    expect(held.one("textarea").text).toBe("one mine three four")
    expect(held.one(".both-texts pre").text).toBe("one theirs three four")
    expect(held.one(".lead").text).toContain("admin changed the same lines")
    const both = await (await world.as("member").get(`${url}?both=1`)).text()
    expect(both).toContain(
      "&lt;&lt;&lt;&lt;&lt;&lt;&lt; Your text\nmine\n=======\ntheirs\n&gt;&gt;&gt;&gt;&gt;&gt;&gt; As it is now",
    )

    const form = {
      path: "clash.md",
      held: url.split("/").at(-1) ?? "",
      version: held.one("input[name='version']").attributes["value"] ?? "",
      text: paragraphs.replace("two", "mine and theirs"),
    }
    expect((await world.save("member", "notes", form)).status).toBe(303)
    expect(await textOf("clash.md")).toContain("mine and theirs")
    expect((await world.as("member").get(url)).status).toBe(404)
  })
})

describe("a save", () => {
  test("of a text with the marks of a conflict is refused, and the text stands in the form again", async () => {
    await world.save("admin", "notes", { path: "marks.md", text: "x\n" })
    const text = "<<<<<<< a\nmine\n=======\ntheirs\n>>>>>>> b\n"
    const refused = await world.save("admin", "notes", { path: "marks.md", text })
    expect(refused.status).toBe(422)
    const page = await pageOf(refused)
    expect(page.one("[role=alert]").text).toContain("Marks of a conflict")
    expect(page.one("textarea").text).toContain("mine ======= theirs")
  })

  test("without leaving the text never joins behind one's back", async () => {
    await world.save("admin", "notes", { path: "stay.md", text: paragraphs })
    const version = await world.version("member", "notes", "stay.md")
    const stay = (text: string, from: string) =>
      world
        .as("member")
        .post(contextUrls.save("notes"), { path: "stay.md", text, version: from }, { "hx-request": "true" })
    const first = await stay(paragraphs.replace("one", "1"), version)
    const next = readHtml(await first.text()).one("[data-version]").attributes["data-version"] ?? ""
    expect([first.status, next]).toEqual([200, await world.version("member", "notes", "stay.md")])
    await world.save("admin", "notes", { path: "stay.md", text: paragraphs.replace("four", "4") })
    expect((await stay(paragraphs.replace("two", "2"), next)).status).toBe(409)
    expect(await textOf("stay.md")).not.toContain("2")
  })
})

test("ten people who save at once all arrive, whatever the order", async () => {
  const paths = Array.from({ length: 10 }, (_, index) => `crowd/${index}.md`)
  const saved = await Promise.all(
    paths.map((path) =>
      world.as("member").post(contextUrls.save("notes"), { path, text: `${path}\n`, version: "absent" }),
    ),
  )
  expect(saved.map(({ status }) => status)).toEqual(paths.map(() => 303))
  expect((await world.git("notes", "ls-tree", "--name-only", "main", "crowd/")).trim().split("\n").sort()).toEqual(
    paths,
  )
})

describe("a draft", () => {
  const keep = (text: string) =>
    world.as("member").post(contextUrls.draft, { shelf: "notes", path: "drafted.md", version: "absent", text })

  test("is kept while somebody writes, shown when he comes back, and gone when he has saved", async () => {
    expect((await keep("half a thou")).status).toBe(204)
    expect((await keep("half a thought")).status).toBe(204)
    expect(
      (await world.read("member", contextUrls.context())).all("section .hit .long").map(({ text }) => text),
    ).toContain("drafted.md")
    const edit = await world.open("member", "notes", { path: "drafted.md", view: "edit" })
    expect(edit.one("textarea").text).toBe("half a thought")
    expect(edit.one(".files-notice").text).toContain("This is your draft")
    expect((await world.open("admin", "notes", { path: "drafted.md", view: "edit" })).one("textarea").text).toBe(
      "# drafted",
    )
    await world.save("member", "notes", { path: "drafted.md", text: "a whole thought\n", version: "absent" })
    expect((await world.open("member", "notes", { path: "drafted.md", view: "edit" })).one("textarea").text).toBe(
      "a whole thought",
    )
  })

  test("is thrown away by its author alone", async () => {
    await keep("again")
    await world.as("admin").post(contextUrls.draftDiscard, { shelf: "notes", path: "drafted.md" })
    expect((await world.open("member", "notes", { path: "drafted.md", view: "edit" })).one("textarea").text).toBe(
      "again",
    )
    await world.as("member").post(contextUrls.draftDiscard, { shelf: "notes", path: "drafted.md" })
    expect((await world.open("member", "notes", { path: "drafted.md", view: "edit" })).one("textarea").text).toBe(
      "a whole thought",
    )
  })
})

describe("knowledge", () => {
  test("by a member is a proposal, and the button says so; by an admin it is there at once", async () => {
    const edit = await world.open("member", "knowledge", { path: "Page.md", view: "edit" })
    expect(edit.one("#editor button[type=submit]").text).toBe("Propose the change")
    const proposed = await world.save("member", "knowledge", { path: "Page.md", text: "proposed\n" })
    const page = await world.read("member", proposed.headers.get("location") ?? "")
    expect(page.one(".files-notice").text).toBe("Proposed. It waits for a review.")
    expect(page.one("h1").text).toBe("Page.md")
    expect((await world.git("knowledge", "show", "ui/member/1:Page.md")).trim()).toBe("proposed")
    expect((await world.as("member").get(contextUrls.shelf("knowledge", { path: "Page.md" }))).status).toBe(404)
    await world.save("member", "knowledge", { path: "Other.md", text: "second\n" })
    expect(await world.git("knowledge", "branch", "--list", "ui/*", "--format=%(refname:short)")).toBe(
      "ui/member/1\nui/member/2\n",
    )

    expect((await world.open("admin", "knowledge", { path: "Page.md", view: "edit" })).one("#editor button").text).toBe(
      "Save",
    )
    await world.save("admin", "knowledge", { path: "Page.md", text: "decided\n" })
    expect((await world.open("member", "knowledge", "Page.md")).one(".document").text).toBe("decided")
  })

  test("a proposal is gone on with by its author and by nobody else", async () => {
    const own = { view: "edit", proposal: "ui/member/1" } as const
    const edit = await world.open("member", "knowledge", { path: "Page.md", ...own })
    expect(edit.one("textarea").text).toBe("proposed")
    const version = edit.one("#editor input[name='version']").attributes["value"] ?? ""
    await world.save("member", "knowledge", { path: "Page.md", text: "better\n", version, proposal: "ui/member/1" })
    expect((await world.git("knowledge", "show", "ui/member/1:Page.md")).trim()).toBe("better")
    expect((await world.as("owner").get(contextUrls.shelf("knowledge", { path: "Page.md", ...own }))).status).toBe(404)
  })
})

describe("a document that is moved", () => {
  test("takes the links to it along in the same commit, unless that is not wanted", async () => {
    await world.save("admin", "notes", { path: "move/Old.md", text: "# Old\n" })
    await world.save("admin", "notes", { path: "move/from.md", text: "[[Old]] and [w](Old.md)\n" })
    const before = Number(await world.git("notes", "rev-list", "--count", "main"))
    const move = { path: "move/Old.md", to: "deep/New.md", links: "1" }
    const moved = await world.as("member").post(contextUrls.move("notes"), move)
    expect(location(moved).get("path")).toBe("deep/New.md")
    expect(await textOf("move/from.md")).toBe("[[New]] and [w](../deep/New.md)\n")
    expect(Number(await world.git("notes", "rev-list", "--count", "main"))).toBe(before + 1)
    await world.as("member").post(contextUrls.move("notes"), { path: "deep/New.md", to: "deep/Third.md" })
    expect(await textOf("move/from.md")).toBe("[[New]] and [w](../deep/New.md)\n")
  })

  test("onto another, out of the repository or into git's own folder is refused in words", async () => {
    await world.save("admin", "notes", { path: "move/A.md", text: "a\n" })
    const cases: [to: string, status: number, words: string][] = [
      ["deep/Third.md", 409, "something of that name"],
      ["../../x.md", 422, "cannot be a name"],
      ["x/.git/hooks/post-commit", 422, "cannot be a name"],
      ["", 422, "cannot be a name"],
    ]
    for (const [to, status, words] of cases) {
      const refused = await world.as("member").post(contextUrls.move("notes"), { path: "move/A.md", to })
      expect([to, refused.status]).toEqual([to, status])
      expect((await pageOf(refused)).one("[role=alert]").text).toContain(words)
    }
  })
})

test("deleting says how many pages link there, takes a folder with all in it, and the history keeps it", async () => {
  await world.save("admin", "notes", { path: "gone/a.md", text: "a\n" })
  await world.save("admin", "notes", { path: "gone/b.md", text: "[[a]]\n" })
  await world.save("admin", "notes", { path: "stays.md", text: "[[gone/a]]\n" })
  const ask = await world.read("member", contextUrls.delete("notes", "gone"))
  expect(
    ask
      .all(".panel-notice p")
      .map(({ text }) => text)
      .slice(0, 2),
  ).toEqual(["2 files in it are deleted.", "1 other page links to it and would lead nowhere."])
  expect((await world.as("member").post(contextUrls.delete("notes"), { path: "gone" })).status).toBe(303)
  expect((await world.as("member").get(contextUrls.shelf("notes", { path: "gone/a.md" }))).status).toBe(404)
  const history = await world.open("member", "notes", { path: "gone/a.md", view: "history" })
  expect(history.all(".context-commits .row-title").map(({ text }) => text)).toEqual(["Remove gone", "gone/a.md"])
  expect((await world.as("member").post(contextUrls.delete("notes"), { path: "gone" })).status).toBe(404)
})

test("a thought becomes one line at the end of the inbox, and no other line is touched", async () => {
  const lines = ["first", "second\nwith a break", "- third #idea"]
  await Promise.all(lines.map((text) => world.as("member").post(contextUrls.inbox, { text }, { "hx-request": "true" })))
  const inbox = (await textOf("inbox.md")).trim().split("\n").sort()
  expect(inbox).toEqual(["- - third #idea", "- first", "- second with a break"])
  const answer = await world.as("member").post(contextUrls.inbox, { text: "last" }, { "hx-request": "true" })
  expect(readHtml(await answer.text()).one("[role=status]").text).toBe("It is in the inbox.")
  expect((await textOf("inbox.md")).endsWith("- last\n")).toBe(true)
  const empty = await world.as("member").post(contextUrls.inbox, { text: "  " })
  expect([empty.status, (await pageOf(empty)).one("[role=alert]").text]).toEqual([422, "Write something first."])
})
