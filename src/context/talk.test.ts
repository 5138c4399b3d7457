import { afterAll, beforeAll, expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { urls } from "../lib/urls.ts"
import { contextWorld } from "../testing/context-world.ts"
import { dangers, xss } from "../testing/xss.ts"

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
