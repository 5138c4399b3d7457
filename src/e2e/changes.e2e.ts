import { afterAll, expect, test } from "bun:test"
import { readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { outsideRepository } from "../testing/git-repository.ts"
import { seriousFindings, slidesSideways } from "../testing/page-looks.ts"
import { noisePng } from "../testing/png.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { closeBrowser, phone, type Server, setUp, startServer, until, type Visit, visit, wide } from "./harness.ts"
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
  expect(await values.locator(".diff-word").allTextContents()).toEqual(["3", "33", "30", "3000"])
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

const repository = `git init -q -b main && git config user.name Ada && git config user.email ada@example.org
seq 1 30 >long.txt && git add -A && git commit -qm Born
git mv long.txt 'a long.txt' && sed -i 's/^3$/three/' 'a long.txt' && git commit -qam 'Move it and say three'
sed -i 's/^20$/twenty/' 'a long.txt' && git commit -qam 'Only twenty'`

test("chosen lines of an open file lead to their history, also by a form without script, and an image that changed stands before and after", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#say ready")
  await settled(page)
  const at = new URL(page.url()).pathname
  const workdir = join(server.home, at, "workdir")
  await writeFile(join(workdir, "make.sh"), repository)
  await writeFile(join(workdir, "logo.png"), noisePng(320, 200))
  await writeFile(join(workdir, "old.png"), noisePng(90, 60))
  await page.getByRole("textbox", { name: "Message" }).fill("!sh make.sh && rm make.sh")
  await page.keyboard.press("Control+Enter")
  await until("the repository is there", async () => !(await readdir(workdir)).includes("make.sh"))
  await writeFile(join(workdir, "logo.png"), noisePng(400, 220))
  await rm(join(workdir, "old.png"))
  await writeFile(join(workdir, "new.png"), noisePng(60, 90))

  await linesOfAnOpenFile(visitor, at)
  await imagesInADifference(visitor, at, workdir)
  await linesWithoutScript(visitor, server, at)
  expect(visitor.complaints).toEqual([])
}, 100_000)

async function linesOfAnOpenFile(visitor: Visit, at: string): Promise<void> {
  const { page } = visitor
  await page.goto(`${at}/files?path=a%20long.txt`)
  await page.locator(".file-text").evaluate((text) => {
    const range = new Range()
    range.selectNodeContents(text)
    getSelection()?.removeAllRanges()
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT)
    const node = walker.nextNode()
    if (node) getSelection()?.setBaseAndExtent(node, "1\n2\n".length, node, "1\n2\nthree\n4".length)
  })
  await page.getByRole("link", { name: "History", exact: true }).click()
  const commits = page.locator(".commit-row")
  await commits.first().waitFor()
  expect(await page.getByLabel("From line").inputValue()).toBe("3")
  expect(await page.getByLabel("to line").inputValue()).toBe("4")
  expect(await commits.locator("a").allInnerTexts()).toEqual(["Move it and say three", "Born"])
  await visitor.picture("c-lines")
  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole("link", { name: "Move it and say three" }).click()
  await page.getByText("+1").first().waitFor()
  expect(await page.locator(".file-diff summary").allInnerTexts()).toHaveLength(1)
  await visitor.picture("c-one-commit")
}

async function imagesInADifference(visitor: Visit, at: string, workdir: string): Promise<void> {
  const { page } = visitor
  await page.goto(`${at}/changes`)
  await page.locator(".pictures").first().waitFor()
  const sizes = async () =>
    (await page.locator("figcaption").allInnerTexts()).map((text) => text.split(" · ")[0]).toSorted()
  await until("all are there", async () => (await sizes()).length === 4)
  expect(await sizes()).toEqual(["After 400 × 220", "After 60 × 90", "Before 320 × 200", "Before 90 × 60"])
  const loaded = () =>
    page.locator("figure img").evaluateAll((all: HTMLImageElement[]) => {
      for (const image of all) image.loading = "eager"
      return Promise.all(all.map((image) => image.decode().then(() => image.naturalWidth)))
    })
  expect((await loaded()).toSorted((a, b) => a - b)).toEqual([60, 90, 320, 400])
  await visitor.picture("c-pictures")
  expect(await seriousFindings(page)).toEqual([])
  await page.setViewportSize(phone)
  await visitor.picture("c-pictures-phone")
  expect(await slidesSideways(page)).toEqual([])
  // The image changes while the page is open.
  await writeFile(join(workdir, "new.png"), noisePng(61, 90))
  await page.getByText("61 × 90").waitFor()
  expect(await loaded()).toContain(61)
}

async function linesWithoutScript({ page }: Visit, server: Server, at: string): Promise<void> {
  await using plain = await visit(server, { script: false, size: phone })
  await plain.page.context().addCookies(await page.context().cookies())
  await plain.page.goto(`${at}/files?path=a%20long.txt`)
  await plain.page.getByRole("link", { name: "History", exact: true }).click()
  expect(await plain.page.locator(".commit-row a").allInnerTexts()).toEqual([
    "Only twenty",
    "Move it and say three",
    "Born",
  ])
  await plain.page.getByLabel("From line").fill("20")
  await plain.page.getByRole("button", { name: "Show their history" }).click()
  expect(await plain.page.locator(".commit-row a").allInnerTexts()).toEqual(["Only twenty", "Born"])
  await plain.picture("c-lines-phone")
  await plain.page.getByLabel("From line").fill("99")
  await plain.page.getByLabel("to line").fill("100")
  await plain.page.getByRole("button", { name: "Show their history" }).click()
  await plain.page.getByText("has 30 lines").waitFor()
  await plain.picture("c-lines-outside")
  expect(await slidesSideways(plain.page)).toEqual([])
}

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
  expect(await review.textContent()).toContain("export const value3 = 33")
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
  expect(await page.locator(".file-diff").textContent()).toContain("one")
}, 100_000)
