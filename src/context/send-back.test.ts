import { afterAll, beforeAll, expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { urls } from "../lib/urls.ts"
import { workbenchUrls } from "../lib/workbench-urls.ts"
import { contextWorld } from "../testing/context-world.ts"
import { pageOf } from "../testing/html.ts"

let world: Awaited<ReturnType<typeof contextWorld>>
beforeAll(async () => {
  world = await contextWorld()
  await world.save("admin", "knowledge", { path: "Rates.md", text: "# Rates\n\nDE has 19 %.\n" })
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

/** What a loop would have pushed. */
async function proposed(kind: "open" | "archived" = "open", path = "Rates.md") {
  const { id } = await world.newLoop(kind)
  const before = await branches()
  await world.save("member", "knowledge", { path, text: `# Rates\n\nDE has ${id}.\n` })
  const made = (await branches()).find((one) => !before.includes(one)) ?? ""
  await world.git("knowledge", "branch", "--move", made, `loop/${id}`)
  const branch = `loop/${id}`
  const seen = (await world.git("knowledge", "rev-parse", branch)).trim()
  return { id, branch, seen, url: contextUrls.proposal("knowledge", branch) }
}

const branches = async () =>
  (await world.git("knowledge", "branch", "--list", "ui/*", "--format=%(refname:short)")).trim().split("\n")

async function sendBack({ branch, seen }: { branch: string; seen: string }, text: string) {
  const answer = await world.as("owner").post(contextUrls.proposalComment("knowledge"), { branch, seen, text })
  expect(answer.status).toBe(303)
  return world.read("owner", answer.headers.get("location") ?? "")
}

test("words that send a loop's proposal back wait in the loop, where its driver alone sends, changes or drops them", async () => {
  const proposal = await proposed()
  const page = await sendBack(proposal, "Say <b>why</b>.")
  expect(page.one("main").text).toContain("The words wait in the loop.")
  const loop = await world.read("driver", urls.loop(proposal.id))
  expect(loop.one("#queue .queue-text").text).toContain("Say <b>why</b>.")
  expect(loop.one("#queue .queue-text a").attributes["href"]).toBe(proposal.url)
  expect(loop.one("#queue textarea[name='text']").text).toContain("the proposal to knowledge was sent back")
  expect(loop.one("main").text).toContain("What this loop proposed to knowledge was sent back by owner.")
  const other = await world.read("member", urls.loop(proposal.id))
  expect(other.one("#queue .queue-text").text).toContain("Say <b>why</b>.")
  expect(other.has("#queue form")).toBe(false)
  const action = loop.all("#queue form")[0]?.attributes["action"] ?? ""
  expect((await world.as("member").post(action, {})).status).toBe(403)

  expect((await world.as("driver").post(action, { text: "Say why, in one sentence." })).status).toBe(303)
  const sent = await world.read("driver", urls.loop(proposal.id))
  expect(sent.one("main").text).toContain("Say why, in one sentence.")
  expect(sent.all("#queue .queue-text a")).toEqual([])
  const again = await world.as("driver").post(action, { text: "Say why, in one sentence." })
  expect(again.status).toBe(409)
  expect((await pageOf(again)).one("textarea[name='text']").text).toBe("Say why, in one sentence.")
})

test("dropped words are gone, and nothing is sent", async () => {
  const proposal = await proposed("open", "Dropped.md")
  await sendBack(proposal, "No.")
  const loop = await world.read("driver", urls.loop(proposal.id))
  const id = /suggested-([0-9a-f]{16})/.exec(String(loop.one("#queue li").attributes["id"]))?.[1] ?? ""
  expect((await world.as("driver").post(workbenchUrls.suggestionDrop(proposal.id, id), {})).status).toBe(303)
  const after = await world.read("driver", urls.loop(proposal.id))
  expect(after.has("#queue .queue-text")).toBe(false)
  expect(after.one("main").text).not.toContain("No.")
})

test("a loop that nobody drives is not told, and the remark stays with the proposal", async () => {
  const proposal = await proposed("archived", "Archived.md")
  const page = await sendBack(proposal, "Shorter, please.")
  expect(page.one("main").text).toContain("Nobody drives that loop now")
  expect(page.one(".comments .long").text).toBe("Shorter, please.")
})

test("a proposal that conflicts offers its loop prepared words and a loop that merges it", async () => {
  const proposal = await proposed("open", "Both.md")
  await world.save("admin", "knowledge", { path: "Both.md", text: "# Both\n\ntheirs\n" })
  const page = await world.read("owner", proposal.url)
  const merge = page
    .all("main a")
    .map(({ attributes }) => attributes["href"] ?? "")
    .find((url) => url.includes("from=merge"))
  const form = await world.read("owner", merge ?? "")
  expect(form.one("textarea[name='message']").text).toContain(`git merge origin/${proposal.branch}`)
  const { branch, seen } = proposal
  const asked = await world.as("owner").post(contextUrls.proposalUpdate("knowledge"), { branch, seen })
  expect(asked.status).toBe(303)
  const loop = await world.read("driver", urls.loop(proposal.id))
  expect(loop.one("#queue .queue-text").text).toContain("git merge origin/main")
})

test("a form about a proposal that is none, or of a person, asks no loop", async () => {
  const ask = (shelf: "knowledge" | "notes", form: Record<string, string>) =>
    world.as("owner").post(contextUrls.proposalUpdate(shelf), form)
  const seen = "0".repeat(40)
  expect((await ask("knowledge", { branch: "loop/none", seen })).status).toBe(404)
  expect((await ask("knowledge", { branch: "", seen: "x" })).status).toBe(422)
  await world.save("member", "knowledge", { path: "Person.md", text: "hers\n" })
  const branch = (await branches()).at(-1) ?? ""
  expect((await ask("knowledge", { branch, seen })).status).toBe(404)
})
