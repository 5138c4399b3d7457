import { expect, test } from "bun:test"
import { parseLoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { pageOf } from "../testing/html.ts"
import { loopPages } from "../testing/loop-pages.tsx"
import { person } from "../testing/loops.ts"

const alice = person("alice")

test("which version of the context a loop begins with is chosen under Advanced, in words, and kept by the loop", async () => {
  await using pages = await loopPages()
  const page = await pageOf(await pages.as(alice).get(urls.newLoop))
  expect(page.all("select[name='notesKind'] option").map((option) => option.text)).toEqual([
    "The newest, asked for now",
    "What this server has, without asking outside",
    "A certain version",
  ])
  const made = async (form: Record<string, string>) => {
    const answer = await pages.as(alice).post(urls.loops(), { clientId: crypto.randomUUID(), ...form })
    const id = parseLoopId(answer.headers.get("location")?.split("/").at(-1))
    return id && (await pages.loops.record(id))?.freshness
  }
  expect(await made({ knowledgeKind: "latest", notesKind: "latest", knowledge: "", notes: "" })).toBeUndefined()
  expect(await made({ knowledgeKind: "cached", notesKind: "version", notes: " v1 " })).toEqual({
    knowledge: "cached",
    notes: "v1",
  })
  expect(await made({ knowledgeKind: "latest", knowledge: "0123abc" })).toEqual({ knowledge: "0123abc" })
  expect(await made({ knowledgeKind: "<nonsense>" })).toBeUndefined()
})

test("a version that was chosen and not named, or cannot be one, is told at its field with the fold open", async () => {
  await using pages = await loopPages()
  const form = { clientId: "v", message: "Keep me", knowledgeKind: "version", notesKind: "latest", notes: "a..b" }
  const answer = await pages.as(alice).post(urls.loops(), form)
  expect(answer.status).toBe(422)
  const page = await pageOf(answer)
  expect(page.one("#field-knowledge-error").text).toContain("Write which version")
  expect(page.one("#field-notes-error").text).toContain("cannot be the name of a branch")
  expect(page.one("input[name='notes']").attributes["value"]).toBe("a..b")
  expect(page.one("textarea[name='message']").text).toBe("Keep me")
  expect(page.all("details[open]").length).toBe(1)
  expect(pages.loops.shelf.size).toBe(0)
})

test("a first message that is a command is refused in words, not handed to the agent as if it were some", async () => {
  await using pages = await loopPages()
  const answer = await pages.as(alice).post(urls.loops(), { clientId: "bang", message: " !ls -la" })
  expect(answer.status).toBe(422)
  const page = await pageOf(answer)
  expect(page.one("#field-message-error").text).toContain("Create the loop without it, then write the command there.")
  expect(page.one("textarea[name='message']").text).toBe("!ls -la")
  expect(pages.loops.shelf.size).toBe(0)
})
