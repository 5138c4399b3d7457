import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { mkdir, writeFile } from "node:fs/promises"
import { contextUrls } from "../lib/context-urls.ts"
import { type LoopId, parseUserName } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { createBackground } from "../platform/background.ts"
import { silentLog } from "../platform/log.ts"
import { contextWorld } from "../testing/context-world.ts"
import { readHtml } from "../testing/html.ts"
import { shelvesWorld } from "../testing/shelves.ts"
import { countChanged } from "./entries.ts"
import { createLoopCommits } from "./loop-commits.ts"

type World = Awaited<ReturnType<typeof contextWorld>>
let world: World
beforeAll(async () => {
  world = await contextWorld()
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

/** What an open page is told, up to the first news of its document. */
async function toldAt(url: string): Promise<string> {
  const answer = await world.as("member").get(url)
  const reader = answer.body?.getReader()
  let text = ""
  while (reader && !(text.includes('hx-target="#context-news"') && text.endsWith("\n\n"))) {
    const { value, done } = await reader.read()
    if (done) break
    text += new TextDecoder().decode(value)
  }
  await reader?.cancel()
  return text
}

describe("a document's page", () => {
  test("that is open tells how many other files of its context have changed since", async () => {
    await world.save("admin", "notes", { path: "news.md", text: "one\n" })
    const seen = await world.version("member", "notes", "news.md")
    const since = (await world.git("notes", "rev-parse", "main")).trim()
    await world.save("admin", "notes", { path: "other.md", text: "x\n" })
    await world.save("admin", "notes", { path: "third.md", text: "x\n" })
    const url = contextUrls.events({ shelf: "notes", path: "news.md", seen, since })
    expect(await toldAt(url)).toContain("2 other files changed since this page was made.")
    await world.save("admin", "notes", { path: "news.md", text: "two\n" })
    const both = await toldAt(url)
    expect(both).toContain("admin changed this document.")
    expect(both).toContain("2 other files changed")
    // Whoever writes is told only of what he writes on.
    const page = await world.open("member", "notes", { path: "news.md" })
    expect(page.one("[hx-sse\\:connect]").attributes["hx-sse:connect"]).toContain("since=")
    expect(await toldAt(`${url}&view=edit`)).not.toContain("other files")
  })

  test("that is asked for news since what is no commit is told nothing of other files", async () => {
    const page = { shelf: "notes", path: "news.md", seen: "0" } as const
    for (const since of ["main", "--all", "0".repeat(40), "../..", "0".repeat(39)])
      expect(await toldAt(contextUrls.events({ ...page, since }))).not.toContain("other file")
  })
})

describe("beside a document", () => {
  test("stand the open proposals that touch it and no others, and no program is started for that", async () => {
    await world.save("admin", "knowledge", { path: "tax.md", text: "19 %\n" })
    await world.save("member", "knowledge", { path: "tax.md", text: "20 %\n", message: "Raise the rate" })
    await world.save("member", "knowledge", { path: "else.md", text: "x\n", message: "Something else" })
    // The trunk goes on: a proposal is compared with where it began.
    await world.save("admin", "knowledge", { path: "third.md", text: "x\n" })
    await world.open("member", "knowledge", "third.md")
    const before = await world.programs()
    const page = await world.open("member", "knowledge", "tax.md")
    const list = page.all("ul[aria-label='Open proposals'] a")
    expect(list.map(({ text }) => text)).toEqual(["Raise the rate"])
    expect(list[0]?.attributes["href"]).toBe("/context/knowledge/proposal?branch=ui%2Fmember%2F1")
    expect((await world.open("member", "knowledge", "third.md")).has("ul[aria-label='Open proposals']")).toBe(false)
    expect(await world.programs()).toBe(before)
  })

  test("a loop that edits it and one that distills it can be begun", async () => {
    const page = await world.open("member", "knowledge", "tax.md")
    const links = page.all(".context-beside .file-acts a").map(({ text, attributes }) => [text, attributes["href"]])
    expect(links).toEqual([
      ["Edit by loop", urls.newLoopFrom({ kind: "edit", shelf: "knowledge", path: "tax.md" })],
      ["Distill", urls.newLoopFrom({ kind: "distill", shelf: "knowledge", path: "tax.md" })],
    ])
  })

  test("a line says that it was written in a loop, to those who may read that loop", async () => {
    await world.save("admin", "notes", { path: "lines.md", text: "one\n" })
    await world.save("member", "notes", { path: "lines.md", text: "one\ntwo\n" })
    const commits = (await world.git("notes", "log", "--format=%H", "main", "--", "lines.md")).trim().split("\n")
    const [shown, hidden] = [await world.newLoop("open"), await world.newLoop("private")]
    const folder = `${world.home}/context/from-loops`
    await mkdir(folder, { recursive: true })
    const lines = [shown, hidden].map(({ id }, index) => JSON.stringify({ loop: id, commits: [commits[index]] }))
    await writeFile(`${folder}/notes.jsonl`, `${lines.join("\n")}\n`)
    const blame = (actor: "member" | "driver") => world.open(actor, "notes", { path: "lines.md", view: "blame" })
    const loopsFor = async (actor: "member" | "driver") =>
      (await blame(actor)).all(".blame-loop").map(({ attributes }) => attributes["href"])
    expect(await loopsFor("member")).toEqual([`/loops/${shown.id}`])
    expect(await loopsFor("driver")).toEqual([`/loops/${hidden.id}`, `/loops/${shown.id}`])
    const text = await (
      await world.as("member").get(contextUrls.shelf("notes", { path: "lines.md", view: "blame" }))
    ).text()
    expect(hidden.secrets.filter((secret) => text.includes(secret))).toEqual([])
  })
})

test("a held text and a proposal in conflict lead to a loop that resolves them", async () => {
  await world.save("admin", "knowledge", { path: "both.md", text: "one\n" })
  const version = await world.version("member", "knowledge", "both.md")
  const made = await world.save("member", "knowledge", { path: "both.md", text: "mine\n", version })
  await world.save("admin", "knowledge", { path: "both.md", text: "theirs\n" })
  const proposal = await world.read("member", made.headers.get("location") ?? "")
  const merge = proposal.all("a.button").find(({ text }) => text === "Open a merge loop")
  expect(merge?.attributes["href"]).toMatch(/^\/loops\/new\?from=merge&shelf=knowledge&branch=ui%2Fmember%2F\d+$/)

  await world.save("admin", "notes", { path: "clash.md", text: "one\n" })
  const opened = await world.version("member", "notes", "clash.md")
  await world.save("admin", "notes", { path: "clash.md", text: "theirs\n" })
  const held = await world.save("member", "notes", { path: "clash.md", text: "mine\n", version: opened })
  const url = held.headers.get("location") ?? ""
  const page = readHtml(await (await world.as("member").get(url)).text())
  const resolve = page.all("a.button").find(({ text }) => text === "Resolve in a loop")
  expect(resolve?.attributes["href"]).toBe(`/loops/new?from=resolve&held=${url.split("/").at(-1)}`)
  for (const link of [merge, resolve])
    expect((await world.as("member").get(link?.attributes["href"] ?? "")).status).toBe(200)
})

describe("files that changed between two commits", () => {
  const files = (names: Record<string, string>) => Object.entries(names).map(([path, blob]) => ({ path, blob }))
  const check = (before: Record<string, string>, now: Record<string, string>, expected: number) =>
    expect(countChanged(files(before), files(now), "me.md")).toBe(expected)
  test("are those that came, went and became others, without the one that is shown", () => {
    check({ a: "1", b: "1" }, { a: "1", b: "1" }, 0)
    check({ a: "1", b: "1", "me.md": "1" }, { a: "2", c: "1", "me.md": "2" }, 3)
    check({ "me.md": "1" }, {}, 0)
  })
})

test("what a loop brings is remembered as its own, and what it only merged or a person wrote is not", async () => {
  await using here = await shelvesWorld()
  const shelf = { context: "notes" } as const
  const background = createBackground(silentLog)
  const needs = { disk: here.disk, home: here.path, background, shelves: here.shelves }
  const commits = createLoopCommits(needs)
  const repository = await here.shelves.open(shelf)
  const loop = crypto.randomUUID() as LoopId
  const user = parseUserName("alice") ?? expect.unreachable()
  const write = async (path: string, by: object) => {
    const base = (await repository.resolve()) ?? ""
    const author = { name: "alice", email: "a@x" }
    const wanted = {
      branch: "main",
      base,
      changes: [{ path, text: "x\n" }],
      author,
      message: path,
      by: { user, ...by },
    }
    const done = await repository.commit(wanted)
    return done.kind === "committed" ? done.commit : ""
  }
  const byPerson = await write("person.md", {})
  const byLoop = await write("loop.md", { loop })
  const again = await write("again.md", {})
  await background[Symbol.asyncDispose]()
  const asked = new Set([byPerson, byLoop, again])
  expect([...(await commits.origins(shelf, asked))]).toEqual([[byLoop, loop]])
  // A start of the server later it is still known.
  expect([...(await createLoopCommits(needs).origins(shelf, asked))]).toEqual([[byLoop, loop]])
  expect((await commits.origins({ context: "knowledge" }, asked)).size).toBe(0)
})
