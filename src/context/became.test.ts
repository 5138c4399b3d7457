import { afterAll, beforeAll, expect, test } from "bun:test"
import { appendFile, mkdir } from "node:fs/promises"
import { contextUrls } from "../lib/context-urls.ts"
import { urls } from "../lib/urls.ts"
import { contextWorld } from "../testing/context-world.ts"

let world: Awaited<ReturnType<typeof contextWorld>>
beforeAll(async () => {
  world = await contextWorld()
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

/** A text of the owner that collided; both pages that tell of it. */
async function collide(path: string): Promise<string> {
  await world.save("admin", "notes", { path, text: "one\ntwo\nthree\n" })
  const version = await world.version("owner", "notes", path)
  await world.save("admin", "notes", { path, text: "one\ntheirs\nthree\n" })
  const answer = await world.save("owner", "notes", { path, text: "one\nmine\nthree\n", version })
  return (answer.headers.get("location") ?? "").split("/").at(-1) ?? ""
}

const became = async (held: string): Promise<{ text: string; url: string }[]> => {
  const page = await world.read("owner", contextUrls.held(held))
  const links = page.all("[data-became] a").map(({ attributes }) => attributes["href"] ?? "")
  return page.all("[data-became]").map(({ text }, index) => ({ text, url: links[index] ?? "" }))
}

async function resolveInLoop(held: string): Promise<string> {
  const form = { clientId: crypto.randomUUID(), from: "resolve", held, title: "Join them", message: "Join" }
  const answer = await world.as("owner").post(urls.loops(), form)
  expect(answer.status).toBe(303)
  return (answer.headers.get("location") ?? "").split("/").at(-1) ?? ""
}

/** What the server notes when a loop pushes. */
async function broughtBy(loop: string, path: string): Promise<void> {
  const commit = (await world.git("notes", "log", "-1", "--format=%H", "main", "--", path)).trim()
  await mkdir(`${world.home}/context/from-loops`, { recursive: true })
  await appendFile(`${world.home}/context/from-loops/notes.jsonl`, `${JSON.stringify({ loop, commits: [commit] })}\n`)
}

test("a held text says that a loop has joined it once that loop changed the document, and stays until its author's yes", async () => {
  const held = await collide("joined.md")
  expect(await became(held)).toEqual([])
  const [other, loop] = [await world.newLoop("open"), await resolveInLoop(held)]
  await world.save("admin", "notes", { path: "joined.md", text: "one\nboth in other words\nthree\n" })
  await broughtBy(other.id, "joined.md")
  expect(await became(held)).toEqual([])
  await world.save("admin", "notes", { path: "joined.md", text: "one\nboth, joined\nthree\n" })
  await broughtBy(loop, "joined.md")
  const [told] = await became(held)
  expect(told?.text).toContain("has joined it with the document")
  expect((await world.read("owner", told?.url ?? "")).one(".diff-added .diff-text").text).toBe("both, joined")
  expect((await world.read("owner", contextUrls.context())).all("[data-became]")).toHaveLength(1)
  const page = await world.read("owner", contextUrls.held(held))
  expect(page.one("textarea[name='text']").text).toContain("mine")
  await world.as("owner").post(contextUrls.heldDiscard(held), {})
  expect((await world.read("owner", contextUrls.context())).all("[data-became]")).toHaveLength(0)
})

test("a held text says that a loop proposes to join it as long as that waits for a review", async () => {
  const held = await collide("proposed.md")
  const loop = await resolveInLoop(held)
  // A branch of the loop on which the document is as it was before.
  const author = ["-c", "user.name=owner", "-c", "user.email=owner@x"]
  const commit = await world.git("notes", ...author, "commit-tree", "-m", "Join both", "-p", "main", "main~1^{tree}")
  await world.git("notes", "update-ref", `refs/heads/loop/${loop}`, commit.trim())
  const [told] = await became(held)
  expect(told?.text).toContain("proposes a document with both")
  expect(told?.url).toBe(contextUrls.proposal("notes", `loop/${loop}`))
})

test("a held text of which all is in the document says so, whoever brought it there", async () => {
  const held = await collide("there.md")
  await world.save("admin", "notes", { path: "there.md", text: "zero\none\nmine\nthree\n" })
  const [told] = await became(held)
  expect(told?.text).toContain("All that you changed is in the document by now.")
  await world.save("admin", "notes", { path: "there.md", text: "zero\none\nmine no more\nthree\n" })
  expect(await became(held)).toEqual([])
})
