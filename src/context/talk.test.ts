import { afterAll, beforeAll, expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import type { LoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { contextWorld } from "../testing/context-world.ts"
import { readHtml } from "../testing/html.ts"
import { dangers, xss } from "../testing/xss.ts"

import { namesDocument } from "./mentions.tsx"

type World = Awaited<ReturnType<typeof contextWorld>>
let world: World
beforeAll(async () => {
  world = await contextWorld({ config: { repos: [{ name: "app", git: "https://example.invalid/app.git" }] } })
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

/** Makes a loop whose first message says this. */
async function say(message: string, visibility = "workspace"): Promise<string> {
  const answer = await world.as("owner").post(urls.loops(), { clientId: crypto.randomUUID(), message, visibility })
  expect(answer.status).toBe(303)
  return (answer.headers.get("location") ?? "").split("/").at(-1) ?? ""
}
const found = (actor: "owner" | "member" | "admin", q: string) => world.read(actor, contextUrls.search({ q }))

test("a search finds what was said in loops, and leads to the message", async () => {
  const loop = await say("Remember the Quokka.\nIt smiles.")
  const page = await found("member", "quokka smiles")
  const hit = page.one("ul[aria-label='In conversations'] li")
  expect(hit.text).toContain("Remember the Quokka.")
  expect(hit.text).toContain("owner")
  const link = page.one("ul[aria-label='In conversations'] a").attributes["href"] ?? ""
  expect(link).toStartWith(urls.loopMessages(loop))
  expect((await world.read("member", link)).one("[data-author=user]").text).toContain("Quokka")
})

test("a private loop is found by its people only: no hit, no title, no count for anybody else, not even for an admin", async () => {
  await say("The secret wombat", "private")
  expect((await found("owner", "wombat")).all("ul[aria-label='In conversations'] li")).toHaveLength(1)
  const nobody = await (await world.as("member").get(contextUrls.search({ q: "platypusless" }))).text()
  for (const actor of ["member", "admin"] as const) {
    const text = await (await world.as(actor).get(contextUrls.search({ q: "wombat" }))).text()
    expect(text).not.toContain("secret")
    if (actor === "member") expect(text.replaceAll("wombat", "platypusless").length).toBe(nobody.length)
  }
})

test("a search in one context, or one that goes on in documents, leaves conversations out", async () => {
  await say("an echidna")
  for (const wanted of [{ in: "notes" as const }, { from: "notes/README.md" }])
    expect(
      (await world.read("member", contextUrls.search({ q: "echidna", ...wanted }))).has(
        "ul[aria-label='In conversations'] li",
      ),
    ).toBe(false)
  const on = await world.read("member", contextUrls.search({ q: "echidna", talk: "no place" }))
  expect(on.all("ul[aria-label='In conversations'] li")).toHaveLength(1)
})

test("what was said does nothing on the page of what is found", async () => {
  await say(`marsupial\n${xss.map((text) => `${text} marsupial`.replaceAll("\0", "")).join("\n")}`)
  const answer = await world.as("member").get(contextUrls.search({ q: "marsupial" }))
  expect(dangers(await answer.text(), ["head", "meta", "title", "link", "script"])).toEqual([])
}, 30_000)

/** Titles of the loops that a document's page is told to be mentioned in. */
async function mentionedIn(actor: "owner" | "member", shelf: "notes" | "personal", path: string): Promise<string[]> {
  const answer = await world.as(actor).get(contextUrls.mentions(shelf, path), { "hx-request": "true" })
  return readHtml(await answer.text())
    .all("ul[aria-label='Mentioned in loops'] a")
    .map(({ text }) => text)
}

test("a document's page asks for the loops that say its path, each once, and without script there is the search", async () => {
  await world.save("owner", "notes", { path: "zoo/Animals.md", text: "# Animals\n" })
  const first = await say("Please read notes/zoo/animals.md, and zoo/Animals.md again.")
  await say("Only my/zoo/Animals.md, knowledge/zoo/Animals.md and zoo/Animals.md.bak")
  await say("Hidden: zoo/Animals.md", "private")
  const page = await world.open("member", "notes", "zoo/Animals.md")
  expect(page.one("#mentions").attributes["hx-get"]).toBe(contextUrls.mentions("notes", "zoo/Animals.md"))
  const answer = await world.as("member").get(contextUrls.mentions("notes", "zoo/Animals.md"), { "hx-request": "true" })
  const told = readHtml(await answer.text())
  const links = told.all("ul[aria-label='Mentioned in loops'] a")
  expect(links.map(({ text }) => text)).toEqual(["Please read notes/zoo/animals.md, and zoo/Animals.md again."])
  expect(links[0]?.attributes["href"]).toStartWith(urls.loopMessages(first as LoopId))
  expect(await mentionedIn("owner", "notes", "zoo/Animals.md")).toHaveLength(2)

  const search = contextUrls.search({ q: '"zoo/Animals.md"' })
  expect(page.one("#mentions noscript").text).toContain(`href="${search}"`)
  const sent = await world.as("member").get(contextUrls.mentions("notes", "zoo/Animals.md"))
  expect([sent.status, sent.headers.get("location")]).toEqual([303, search])
  expect((await world.read("member", search)).all("ul[aria-label='In conversations'] li").length).toBeGreaterThan(0)
})

test("a loop that is about the own repository of another is no mention of one's own", async () => {
  await say("See personal/zoo/plan.md")
  expect(await mentionedIn("owner", "personal", "zoo/plan.md")).toEqual(["See personal/zoo/plan.md"])
  expect(await mentionedIn("member", "personal", "zoo/plan.md")).toEqual([])
})

test("a text names a document by its path as a whole", () => {
  const check = (text: string, path: string, expected: boolean) =>
    expect([text, namesDocument(text, { shelf: "notes", path })]).toEqual([text, expected])
  for (const text of ["a/b.md", "see `a/b.md`.", "/loopat/context/notes/a/b.md", "(A/B.MD)", "读a/c.md，再读 a/b.md。"])
    check(text, "a/b.md", true)
  for (const text of [
    "xa/b.md",
    "/a/b.md",
    "knowledge/a/b.md",
    "a/b.md.orig",
    "a/b.mdx",
    "a/b.md/c",
    "my-notes/a/b.md",
  ])
    check(text, "a/b.md", false)
  check("notes/README.md", "README.md", true)
  for (const text of ["README.md", "knowledge/README.md", "notes/x/README.md"]) check(text, "README.md", false)
})

test("code is offered for a search of its own, and says when the server has none of it", async () => {
  const page = await found("member", "numbat")
  const link = page.all(".topics a").find(({ text }) => text === "app")?.attributes["href"] ?? ""
  expect(link).toBe(contextUrls.search({ q: "numbat", code: "app" }))
  expect((await world.as("member").get(link)).status).toBe(200)
  const code = await world.read("member", link)
  expect(code.all("h2").map(({ text }) => text)).toContain("In the code of app")
  expect(code.all(".hint").map(({ text }) => text)).toContain(
    "The server has nothing of it yet. Start a loop on it first.",
  )
  for (const name of ["../app", "--all", "nobody", "app.git", ""])
    expect([name, (await world.as("member").get(contextUrls.search({ q: "numbat", code: name }))).status]).toEqual([
      name,
      200,
    ])
})
