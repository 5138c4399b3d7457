import { afterAll, expect, test } from "bun:test"
import { copyFile, mkdir } from "node:fs/promises"
import { join } from "node:path"
import type { Locator, Page } from "playwright-core"
import { names } from "../testing/attach-world.ts"
import { cloneWith } from "../testing/git-host.ts"
import { type GitSshd, gitSshd } from "../testing/git-sshd.ts"
import { gitIn } from "../testing/shelves.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { closeBrowser, setUp, startServer, until, type Visit, visit } from "./harness.ts"
import { createLoop, settled, tool } from "./steps.ts"

afterAll(closeBrowser)

const desk = { width: 1280, height: 800 }
const pocket = { width: 390, height: 844 }

/** Empty repositories at a git host, and the server's key for those of the team among the workspace's. */
async function hostFor(folder: string, home: string): Promise<GitSshd> {
  const host = await gitSshd(folder)
  for (const name of ["knowledge.git", "notes.git", "personal.git"])
    await gitIn(join(host.repositories, name), "init", "--quiet", "--bare", "--initial-branch=main")
  const keys = join(home, "secrets/@workspace/keys")
  await mkdir(keys, { recursive: true, mode: 0o700 })
  await copyFile(host.userKey, join(keys, "team"))
  return host
}

async function attach(page: Page, card: Locator, address: string): Promise<void> {
  await card.getByRole("textbox", { name: "Address" }).fill(address)
  const key = card.getByLabel("Key to show there")
  if (await key.isVisible()) await key.selectOption("team")
  await card.getByRole("button", { name: "Attach", exact: true }).click()
  const confirm = card.getByRole("button", { name: "It is the same: confirm this host" })
  const done = page.getByText("Attached. Both sides are in step.")
  await confirm.or(done).waitFor()
  if (!(await confirm.isVisible())) return
  await confirm.click()
  await card.getByText("The host is known now.").waitFor()
  await attach(page, card, address)
}

/** By the page of everybody's own, with a key made there. */
async function attachOwn({ page, picture }: Visit, host: GitSshd): Promise<void> {
  const both = async (name: string) => {
    await picture(name)
    await page.setViewportSize(pocket)
    await picture(`${name}-phone`)
    await page.setViewportSize(desk)
  }
  await page.goto("/context/personal")
  await page.getByRole("link", { name: "Home outside" }).click()
  await page.getByRole("button", { name: "Make a key" }).click()
  await page.getByText("The key is made.").waitFor()
  await both("team-personal-new")
  await host.letIn(await page.getByLabel("Public half of your key").inputValue())
  await attach(page, page.locator("[data-context='personal']"), host.address("personal.git"))
  await both("team-personal-attached")
}

/** What the agent does to promote one file. */
const give = (context: string, file: string, to: string) =>
  `#bash cd /loopat/context/${context} && echo 'By the agent.' > ${file} && git add ${file} && git commit -qm 'Add ${file}' && git fetch -q origin && git merge -q origin/main && git push origin ${to} 2>&1`

/** As long after the last answer as makes the next loop ask again. */
async function minutesLater(home: string): Promise<void> {
  const path = join(home, "repos/notes.git/outside.json")
  const record = await Bun.file(path).json()
  const askedAt = new Date(Date.parse(record.askedAt) - 120_000).toISOString()
  await Bun.write(path, JSON.stringify({ ...record, askedAt }))
}

const cached = async (dialog: Locator) => {
  await dialog.getByText("Advanced: which version of the context").click()
  await dialog.getByLabel("Notes", { exact: true }).selectOption("cached")
}

async function listsNotes(page: Page): Promise<string> {
  await settled(page)
  await tool(page, "Bash").first().locator("summary").first().click()
  return (await tool(page, "Bash").first().textContent()) ?? ""
}

const editNote = (page: Page, path: string) => page.goto(`/context/notes?path=${path}&view=edit`)

/** In the editor that is open, over what is there. */
async function saveOver(page: Page, text: string): Promise<void> {
  await page.locator(".cm-content").click()
  await page.keyboard.press("Control+a")
  await page.keyboard.insertText(text)
  await page.keyboard.press("Control+s")
}

/** Sends the message that is there already, followed by what the scripted model is to do. */
async function create(page: Page, script: (message: string) => string[]): Promise<void> {
  const field = page.getByLabel("Message")
  const message = await field.inputValue()
  await field.fill([message, ...script(message)].join("\n"))
  await page.getByRole("button", { name: "Create" }).click()
  await settled(page)
}

/** Two pages save the same line: the button of the text that is held makes a loop, whose agent joins them. */
async function resolveHeld({ page, context, picture }: Visit): Promise<void> {
  await using other = await context.newPage()
  for (const each of [page, other]) await editNote(each, "by-agent.md")
  await saveOver(other, "One.\n")
  await other.getByText("Saved.").waitFor()
  await saveOver(page, "Other.\n")
  await page.getByRole("link", { name: "Resolve in a loop" }).click()
  await create(page, () => [
    "#bash cat held/mine held/base /loopat/context/notes/by-agent.md",
    "#bash cd /loopat/context/notes && printf 'One.\\nOther.\\n' > by-agent.md && git commit -qam 'Keep both' && git fetch -q origin && git merge -q origin/main && git push origin HEAD:main 2>&1",
    "#say Both are kept.",
  ])
  await tool(page, "Bash").first().locator("summary").first().click()
  expect(await tool(page, "Bash").first().textContent()).toMatch(/Other\.\s+By the agent\.\s+One\./)
  // It is held until its author has seen what became of it.
  await page.goto("/context")
  await page
    .locator("section")
    .getByRole("link", { name: /by-agent\.md/ })
    .first()
    .click()
  await picture("team-held-joined")
  page.once("dialog", (dialog) => void dialog.accept())
  await page.getByRole("button", { name: "Throw my text away" }).click()
  await page.goto("/context/notes?path=by-agent.md")
  expect(await page.getByRole("article").innerText()).toMatch(/One\.\s+Other\./)
}

/** The same line is changed here and was there: the button of Context makes a loop, whose agent joins them. */
async function joinInLoop({ page, picture }: Visit): Promise<void> {
  await editNote(page, "by-hand.md")
  await saveOver(page, "Here.\n")
  await page.getByText("Saved.").waitFor()
  const said = page.locator("[data-outside='diverged']")
  await until("Context says so", async () => {
    await page.goto("/context")
    return (await said.count()) > 0
  })
  await picture("team-diverged")
  await page.setViewportSize(pocket)
  await picture("team-diverged-phone")
  await page.setViewportSize(desk)
  await said.getByRole("link", { name: "Open a merge loop" }).click()
  await create(page, (message) => {
    const [, commit = ""] = /git merge --allow-unrelated-histories ([0-9a-f]{40})/.exec(message) ?? []
    return [
      `#bash cd /loopat/context/notes && git fetch -q origin && git merge -q origin/main; git merge ${commit} 2>&1`,
      "#bash cd /loopat/context/notes && printf 'Here.\\nThere.\\n' > by-hand.md && git commit -qam 'Keep both' && git push origin HEAD:main 2>&1",
      "#say Both are kept.",
    ]
  })
  await until("both have the same", async () => {
    await page.goto("/context")
    return (await page.locator("[data-outside='in-step']").count()) === 3
  })
}

test("a team with homes outside: what an agent gives to notes, proposes to knowledge and remembers gets there; what was changed there is in a loop that asks, and not in one that does not; where two sides or two texts collide, the agent of the loop that a button makes joins them", async () => {
  await using folder = await tempFolder()
  await using server = await startServer({ config: { id: crypto.randomUUID(), name: "Acme" } })
  await using host = await hostFor(folder.path, server.home)
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await page.setViewportSize(desk)
  for (const shelf of ["knowledge", "notes"]) {
    await page.goto("/settings/context")
    await attach(page, page.locator(`[data-context='${shelf}']`), host.address(`${shelf}.git`))
  }

  await attachOwn(visitor, host)

  const outside = (name: string) => join(host.repositories, `${name}.git`)
  await createLoop(
    page,
    [
      give("notes", "by-agent.md", "HEAD:main"),
      give("knowledge", "fact.md", "HEAD"),
      "#bash mkdir -p /loopat/context/personal/memory && echo 'Uses tabs.' > /loopat/context/personal/memory/tabs.md",
      "#say given",
    ].join("\n"),
  )
  await settled(page)
  expect(await names(outside("notes"))).toContain("by-agent.md")
  await until("memory is outside", async () => (await names(outside("personal"))).includes("memory/tabs.md"))
  expect(await gitIn(outside("personal"), "show", "main:memory/tabs.md")).toBe("Uses tabs.\n")
  expect(await names(outside("knowledge"))).not.toContain("fact.md")

  await page.goto("/context/proposals")
  await page.getByRole("link", { name: "Add fact.md" }).click()
  await page.getByRole("button", { name: "Merge" }).click()
  await page.getByText("Merged. It is there for everybody.").waitFor()
  await until("knowledge is outside", async () => (await names(outside("knowledge"))).includes("fact.md"))

  const laptop = await cloneWith(outside("notes"), join(folder.path, "laptop"))
  await laptop.commit({ "by-hand.md": "Written elsewhere.\n" })
  expect((await laptop.git("push", "--quiet", "origin", "HEAD:main")).code).toBe(0)
  await minutesLater(server.home)
  const look = "#bash ls /loopat/context/notes /loopat/context/knowledge /loopat/context/personal/memory\n#say seen"
  await createLoop(page, look, cached)
  const without = await listsNotes(page)
  expect(without).toContain("by-agent.md")
  expect(without).not.toContain("by-hand.md")
  await createLoop(page, look)
  const withIt = await listsNotes(page)
  for (const file of ["by-agent.md", "by-hand.md", "fact.md", "tabs.md"]) expect(withIt).toContain(file)

  await laptop.commit({ "by-hand.md": "There.\n" })
  expect((await laptop.git("push", "--quiet", "origin", "HEAD:main")).code).toBe(0)
  await joinInLoop(visitor)
  expect(await gitIn(outside("notes"), "show", "main:by-hand.md")).toBe("Here.\nThere.\n")
  await resolveHeld(visitor)
  expect(await gitIn(outside("notes"), "show", "main:by-agent.md")).toBe("One.\nOther.\n")
  expect(visitor.complaints.filter((line) => !/status of 409/.test(line))).toEqual([])
}, 240_000)
