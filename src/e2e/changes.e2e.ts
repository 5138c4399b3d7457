import { afterAll, expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { outsideRepository } from "../testing/git-repository.ts"
import { slidesSideways } from "../testing/page-looks.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { closeBrowser, phone, type Server, setUp, startServer, type Visit, visit, wide } from "./harness.ts"
import { createLoop, message, settled } from "./steps.ts"

afterAll(closeBrowser)

const before = Array.from({ length: 40 }, (_, line) => `export const value${line + 1} = ${line + 1}`).join("\n")

const valuesOn = (page: Page) => page.locator(".file-diff").filter({ hasText: "src/values.ts" })

test("the agent changes files; its driver reads the diff, comments lines, sends the remarks, stages a part, commits, discards and brings back", async () => {
  await using folder = await tempFolder()
  const local = await outsideRepository(join(folder.path, "local"), {
    "src/values.ts": `${before}\n`,
    "README.md": "hi\n",
  })
  const repos = [{ name: "local", git: local.path }]
  await using server = await startServer({ config: { id: crypto.randomUUID(), name: "Acme", repos } })
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  const edit =
    "#bash sed -i -e 's/value3 = 3$/value3 = 33/' -e 's/value30 = 30$/value30 = 3000/' src/values.ts && echo new > made.txt"
  await createLoop(page, `${edit}\n#say changed`, async (dialog) => {
    await dialog.locator("summary").first().click()
    await dialog.getByLabel("Repository", { exact: true }).selectOption("local")
  })
  await settled(page)
  const id = page.url().split("/").at(-1) ?? ""

  await page.getByRole("tab", { name: "Changes" }).click()
  const values = valuesOn(page)
  await values.waitFor()
  expect(await page.locator(".diff-summary").innerText()).toBe("2 files, +3 −2")
  expect(await values.locator(".diff-word").allInnerTexts()).toEqual(["3", "33", "30", "3000"])
  expect(await values.locator(".hljs-keyword").count()).toBeGreaterThan(5)
  await visitor.picture("c-changes")

  await remark(visitor)
  await commitOnePart(visitor, server, id)
  await discardAndBringBack(visitor, join(server.home, "loops", id, "workdir"))
  await page.setViewportSize(wide)
  await page.getByRole("link", { name: "Side by side" }).click()
  await page.locator("table.split").first().waitFor()
  await visitor.picture("c-side-by-side")
  expect(visitor.complaints.filter((line) => !/status of 422/.test(line))).toEqual([])
}, 100_000)

/** A remark keeps its lines, waits through a reload, and reaches the agent. */
async function remark({ page, picture }: Visit): Promise<void> {
  await valuesOn(page).locator(".diff-removed .diff-number[data-line='30']").click()
  expect(await page.getByLabel("First line").inputValue()).toBe("30")
  expect(await page.getByLabel("Side").inputValue()).toBe("old")
  await valuesOn(page).getByRole("link", { name: "Comment" }).first().click()
  await page.getByLabel("First line").fill("3")
  await page.getByLabel("Last line").fill("3")
  await page.getByLabel("Your comment").fill("Why 33 and not 30?")
  await picture("c-comment")
  await page.getByRole("button", { name: "Add comment" }).click()
  const review = page.getByRole("region", { name: "Review comments" })
  await review.waitFor()
  await page.reload()
  expect(await review.innerText()).toContain("export const value3 = 33")
  await picture("c-review")
  await review.getByRole("button", { name: "Send to the agent" }).click()
  await page.getByText("Sent to the agent.").waitFor()
  expect(await review.count()).toBe(0)
  await page.getByRole("tab", { name: "Conversation" }).click()
  await settled(page, 2)
  expect(await message(page, "user").last().innerText()).toContain("Why 33 and not 30?")
}

/** One part is staged and committed by the driver; the other stays. */
async function commitOnePart({ page, picture }: Visit, server: Server, id: string): Promise<void> {
  await page.getByRole("tab", { name: "Changes" }).click()
  await page.getByRole("link", { name: "Not staged", exact: true }).click()
  await page.getByRole("link", { name: "Choose lines" }).first().click()
  await page.getByRole("button", { name: "Stage this part" }).first().click()
  await page.getByText("No line is chosen.").waitFor()
  await page.getByRole("link", { name: "Choose lines" }).first().click()
  await page.getByRole("checkbox", { name: "Choose line 3" }).first().check()
  await page.getByRole("checkbox", { name: "Choose line 3" }).last().check()
  await picture("c-lines")
  await page.getByRole("button", { name: "Stage this part" }).first().click()
  await page.getByRole("button", { name: "Unstage src/values.ts" }).waitFor()
  await page.getByRole("textbox", { name: "Commit message" }).fill("Raise the third value")
  await page.getByRole("button", { name: "Commit", exact: true }).click()
  await page.getByRole("status").filter({ hasText: "Committed." }).waitFor()
  await picture("c-committed")
  // Outside its sandbox a loop's checkout does not find the objects that it borrows.
  const env = {
    ...{ PATH: process.env.PATH ?? "", HOME: server.home },
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(server.home, "repos/code/local.git/objects"),
  }
  const git = async (...args: string[]) => {
    const workdir = join(server.home, "loops", id, "workdir")
    const child = Bun.spawn(["git", "-c", "safe.directory=*", "-C", workdir, ...args], { stdout: "pipe", env })
    return (await new Response(child.stdout).text()).trim()
  }
  expect(await git("log", "-1", "--format=%an%n%B")).toBe(`ada\nRaise the third value\n\nLoop: ${id}`)
  expect(await git("show", "--format=", "--unified=0", "HEAD")).not.toContain("3000")
}

/** Discarding has a way back, on a phone too. */
async function discardAndBringBack({ page, picture }: Visit, workdir: string): Promise<void> {
  await page.setViewportSize(phone)
  await page.getByRole("link", { name: "Since the start" }).click()
  await valuesOn(page).waitFor()
  expect(await slidesSideways(page)).toEqual([])
  await picture("c-changes-phone")
  const lost = await readFile(join(workdir, "src/values.ts"), "utf8")
  await page.getByRole("button", { name: "Discard all" }).click()
  await page.getByText("Discarded. It can be brought back below.").waitFor()
  expect(await readFile(join(workdir, "src/values.ts"), "utf8")).not.toContain("3000")
  expect(await Bun.file(join(workdir, "made.txt")).exists()).toBe(false)
  await picture("c-discarded-phone")
  await page.getByRole("button", { name: "Bring back" }).first().click()
  await page.getByText("Brought back.").waitFor()
  expect(await readFile(join(workdir, "src/values.ts"), "utf8")).toBe(lost)
  expect(await readFile(join(workdir, "made.txt"), "utf8")).toBe("new\n")
}

test("with JavaScript off: changes are read, staged, committed, discarded and brought back", async () => {
  await using server = await startServer()
  await using visitor = await visit(server, { script: false })
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await page.goto("/loops/new")
  await page.getByLabel("Message").fill("#bash git init -q && echo one > a && echo two > b\n#say made")
  await page.getByRole("button", { name: "Create" }).click()
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? ""
  const open = async () => {
    await page.goto(`/loops/${id}/changes`)
    return page.getByRole("button", { name: "Stage b" }).count()
  }
  while ((await open()) === 0) await Bun.sleep(200)
  await page.getByRole("button", { name: "Stage a" }).click()
  await page.getByRole("textbox", { name: "Commit message" }).fill("Add a")
  await page.getByRole("button", { name: "Commit", exact: true }).click()
  await page.getByText("Committed.").first().waitFor()
  await page.getByRole("button", { name: "Discard the changes of b" }).click()
  await page.getByText("Nothing has changed here.").waitFor()
  await page.getByRole("button", { name: "Bring back" }).click()
  await page.getByRole("button", { name: "Stage b" }).waitFor()
  expect(await readFile(join(server.home, "loops", id, "workdir/b"), "utf8")).toBe("two\n")

  await page.getByRole("link", { name: "Branches" }).click()
  await page.getByLabel("New branch from here").fill("topic/one")
  await page.getByRole("button", { name: "Create" }).click()
  await page.getByText("Done.").waitFor()
  await page.getByRole("button", { name: "Push" }).click()
  await page.getByText("This repository has no remote that could be reached.").waitFor()
  await visitor.picture("c-branches")
  await page.getByRole("link", { name: "Back to the changes" }).click()
  await page.getByRole("link", { name: "History" }).click()
  await page.getByText("by ada", { exact: true }).waitFor()
  await page.setViewportSize(phone)
  await visitor.picture("c-history-phone")
  await page.getByRole("link", { name: "Add a" }).click()
  await page.locator(".file-diff").waitFor()
  expect(await page.locator(".file-diff").innerText()).toContain("one")
}, 100_000)
