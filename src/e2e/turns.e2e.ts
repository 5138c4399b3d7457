import { afterAll, expect, test } from "bun:test"
import { appendFile, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { slidesSideways } from "../testing/page-looks.ts"
import { closeBrowser, phone, setUp, startServer, until, visit, wide } from "./harness.ts"
import { createLoop, send, settled } from "./steps.ts"

afterAll(closeBrowser)

test("each turn says what it changed; its driver looks at it, goes back to before a turn, and brings back what was there", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#bash seq 1 20 > numbers && echo hello > words\n#say made")
  await settled(page)
  const id = page.url().split("/").at(-1) ?? ""
  const file = (name: string) => readFile(join(server.home, "loops", id, "workdir", name), "utf8")
  const changes = page.locator("[data-turn-changes]")
  await changes.getByText("2 files changed, +21 −0").waitFor()
  await send(page, "#bash sed -i s/7/seven/ numbers && rm words\n#say changed")
  await settled(page, 2)
  const second = changes.getByText("2 files changed, +2 −3")
  await second.waitFor()
  await visitor.picture("t-conversation")
  await page.reload()
  expect(await changes.count()).toBe(2)

  await second.click()
  await page.locator(".file-diff").first().waitFor()
  expect(await page.locator(".diff-summary").innerText()).toBe("2 files, +2 −3")
  expect(await page.locator(".file-diff").first().textContent()).toContain("seven")
  await visitor.picture("t-turn")
  await page.setViewportSize(phone)
  expect(await slidesSideways(page)).toEqual([])
  await visitor.picture("t-turn-phone")
  await page.getByRole("button", { name: "Go back to before this turn" }).click()
  await page.getByText("The files are as they were before this turn.").waitFor()
  expect(await file("numbers")).toContain("\n7\n")
  expect(await file("words")).toBe("hello\n")
  await visitor.picture("t-back-phone")
  await page.getByRole("button", { name: "Bring back" }).first().click()
  await page.getByText("Brought back.", { exact: true }).waitFor()
  expect(await file("numbers")).toContain("\nseven\n")
  expect(await Bun.file(join(server.home, "loops", id, "workdir/words")).exists()).toBe(false)
  await page.setViewportSize(wide)
  await page.getByRole("link", { name: "Turn before" }).click()
  await page.locator(".diff-summary").getByText("2 files, +21 −0").waitFor()

  // Its sandbox rests: without a repository nothing of it can be seen, which is said together with the way to see it.
  await page.goto(`/loops/${id}`)
  const stopped = await page.evaluate(
    async (address) => (await fetch(address, { method: "POST" })).ok,
    `/loops/${id}/sandbox/stop`,
  )
  expect(stopped).toBe(true)
  await page.goto(`/loops/${id}/changes?turn=newest`)
  await page.getByRole("button", { name: "Start the sandbox" }).click()
  await page.locator(".diff-summary").getByText("2 files, +2 −3").waitFor()
  expect(visitor.complaints).toEqual([])
}, 100_000)

test("the page of changes follows the files, and what is being typed and where one has scrolled to stay", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  const made = "git init -q && seq 1 90 > a && cp a b && git add . && git -c user.name=c -c user.email=c@d commit -qm A"
  await createLoop(page, `#bash ${made} && sed -i s/^4/four/ a b\n#say made`)
  await settled(page)
  const id = page.url().split("/").at(-1) ?? ""
  const file = (name: string) => join(server.home, "loops", id, "workdir", name)
  await page.goto(`/loops/${id}/changes?compare=work`)
  const b = page.locator(".file-diff").filter({ hasText: "b" }).last()
  await b.getByRole("link", { name: "Comment" }).first().click()
  await page.getByRole("textbox", { name: "Your comment" }).fill("half a thou")
  await page.getByRole("textbox", { name: "Commit message" }).fill("half a mess")
  await page.waitForLoadState()
  const scroller = page.locator("section.panel")
  await scroller.evaluate((panel) => panel.scrollTo(0, 200))
  const place = await scroller.evaluate((panel) => panel.scrollTop)
  await appendFile(file("a"), "by the agent\n")
  await appendFile(file("b"), "and here\n")
  await writeFile(file("c"), "brand new\n")
  const shows = (text: string, wanted: boolean) =>
    until(`the diff ${wanted ? "shows" : "no longer shows"} ${text}`, async () => {
      const words = await page.evaluate(() => document.querySelector("#diff-files")?.textContent)
      return words?.includes(text) === wanted ? true : undefined
    })
  await shows("brand new", true)
  await shows("by the agent", true)
  await page.getByRole("button", { name: "Stage c" }).waitFor()
  await page.locator(".diff-summary").getByText("3 files").waitFor()
  expect(await page.getByRole("textbox", { name: "Your comment" }).inputValue()).toBe("half a thou")
  expect(await page.getByRole("textbox", { name: "Commit message" }).inputValue()).toBe("half a mess")
  expect(await scroller.evaluate((panel) => panel.scrollTop)).toBe(place)
  await visitor.picture("t-live")
  await writeFile(file("a"), "short\n")
  await shows("by the agent", false)
  expect(visitor.complaints).toEqual([])
}, 100_000)

test("a merge that waits is said above the changes; the agent is asked with a prepared message, and the merge is taken back", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  const commit = "git -c user.name=c -c user.email=c@d commit -qam"
  const begun = `git init -q -b main && echo base > a && git add a && ${commit} A && git switch -qc side && echo side > a && ${commit} B`
  await createLoop(
    page,
    `#bash ${begun} && git switch -q main && echo main > a && ${commit} C && git merge side\n#say merged`,
  )
  await settled(page)
  const id = page.url().split("/").at(-1) ?? ""
  await page.setViewportSize(phone)
  await page.goto(`/loops/${id}/changes`)
  await page.getByText("A merge is under way.").waitFor()
  expect(await slidesSideways(page)).toEqual([])
  await visitor.picture("t-merge-phone")
  await page.getByRole("link", { name: "Ask the agent" }).click()
  const composer = page.getByRole("textbox", { name: "Message" })
  await composer.waitFor()
  expect(await composer.inputValue()).toStartWith("A git merge is under way here")
  await page.goto(`/loops/${id}/changes`)
  await page.getByRole("button", { name: "Abort" }).click()
  await page.getByText("Nothing has changed here.").or(page.getByText("Done.")).first().waitFor()
  expect(await page.getByText("A merge is under way.").count()).toBe(0)
  expect(await readFile(join(server.home, "loops", id, "workdir/a"), "utf8")).toBe("main\n")
}, 100_000)
