import { afterAll, expect, test } from "bun:test"
import { closeBrowser, phone, setUp, signIn, startServer, until, visit, wide } from "./harness.ts"
import { createLoop, message, send, settled, tool } from "./steps.ts"

afterAll(closeBrowser)

async function begin(options: Parameters<typeof visit>[1] = {}) {
  const server = await startServer()
  const visitor = await visit(server, options)
  await setUp(visitor.page, server)
  await visitor.page.getByRole("button", { name: "Try without a key" }).click()
  return {
    server,
    visitor,
    page: visitor.page,
    [Symbol.asyncDispose]: () => visitor[Symbol.asyncDispose]().then(() => server[Symbol.asyncDispose]()),
  }
}

test("a message, a tool, a file change, the file seen", async () => {
  await using journey = await begin()
  const { page, visitor, server } = journey
  await createLoop(
    page,
    "#bash mkdir -p src && echo 'export const a = 1' > src/a.ts && ls src\n#write notes.md # Notes\n#say All **done**.",
  )
  await settled(page)
  expect(await tool(page, "Bash").count()).toBe(1)
  await tool(page, "Bash").locator("summary").first().click()
  expect(await tool(page, "Bash").innerText()).toContain("a.ts")
  expect(await message(page, "agent").last().locator("strong").innerText()).toBe("done")
  const id = page.url().split("/").at(-1)
  expect(await Bun.file(`${server.home}/loops/${id}/workdir/src/a.ts`).text()).toBe("export const a = 1\n")
  await visitor.picture("2-tool-and-file")
  expect(visitor.complaints).toEqual([])
})

test("a question is answered in the page and the agent uses the answer", async () => {
  await using journey = await begin()
  const { page, visitor } = journey
  await createLoop(page, "ask me")
  const question = page.getByRole("group", { name: "Question" })
  await question.waitFor({ timeout: 60_000 })
  await visitor.picture("3-question")
  const choice = question.getByRole("listitem").first().getByRole("button")
  const label = await choice.innerText()
  await choice.click()
  await settled(page)
  expect(label.length).toBeGreaterThan(0)
  expect(await page.getByRole("log", { name: "Conversation" }).textContent()).toContain(label.trim())
  expect(visitor.complaints).toEqual([])
})

test("in Ask mode a command waits for permission, which is allowed, denied, or allowed always", async () => {
  await using journey = await begin()
  const { page, visitor } = journey
  await createLoop(page, "#say ready")
  await settled(page)
  await page.getByRole("combobox", { name: "Permission mode" }).selectOption("default")
  await until(
    "the mode is stored",
    async () => (await page.getByRole("combobox", { name: "Permission mode" }).inputValue()) === "default",
  )

  await send(page, "#bash touch allowed.txt\n#say ok")
  const permission = page.getByRole("group", { name: "Permission" })
  await permission.waitFor()
  expect(await permission.innerText()).toContain("touch allowed.txt")
  await visitor.picture("3-permission")
  await permission.getByRole("button", { name: "Allow once" }).click()
  await settled(page, 2)
  expect(await tool(page, "Bash", "true").count()).toBe(1)

  await send(page, "#bash touch denied.txt\n#say ok")
  await permission.waitFor()
  await permission.getByRole("button", { name: "Deny" }).first().click()
  await settled(page, 3)
  expect(await tool(page, "Bash", "false").count()).toBe(1)
  expect(visitor.complaints).toEqual([])
})

test("a second message is queued, edited and sent in its turn", async () => {
  await using journey = await begin()
  const { page, visitor } = journey
  await createLoop(page, "#slow 60 100")
  await message(page, "agent").first().waitFor()
  await send(page, "#say second")
  const queue = page.getByRole("status", { name: "Queue" })
  await queue.getByRole("paragraph").filter({ hasText: "#say second" }).waitFor()
  await visitor.picture("4-queue")
  await queue.getByRole("button", { name: "Edit" }).click()
  await queue.getByRole("textbox").fill("#say changed")
  await queue.getByRole("button", { name: "Save" }).click()
  await settled(page, 2)
  expect(await message(page, "user").last().innerText()).toContain("#say changed")
  expect(await message(page, "agent").last().innerText()).toContain("changed")
  expect(visitor.complaints).toEqual([])
})

test("stopping in the middle of a command leaves nothing running, and the loop goes on", async () => {
  await using journey = await begin()
  const { page, visitor } = journey
  await createLoop(page, "#bash tail -f /dev/null\n#say never")
  await tool(page, "Bash", "pending").waitFor()
  await visitor.picture("5-working")
  await page.getByRole("button", { name: "Stop" }).click()
  await page.locator('[data-turn-end="interrupted"]').waitFor()
  await send(page, "#bash pgrep -fc 'tail [-]f' || true\n#say still here")
  await settled(page, 2)
  await tool(page, "Bash").last().locator("summary").first().click()
  expect((await tool(page, "Bash").last().locator("pre").last().innerText()).trim()).toBe("0")
  expect(await message(page, "agent").last().innerText()).toContain("still here")
  expect(visitor.complaints).toEqual([])
})

test("a reload, a second browser and a phone show the same conversation, live", async () => {
  await using journey = await begin()
  const { page, server, visitor } = journey
  await createLoop(page, "#say first answer")
  await settled(page)
  await page.reload()
  expect(await message(page, "agent").last().innerText()).toContain("first answer")

  await using other = await visit(server, { size: phone, theme: "dark" })
  await signIn(other.page)
  await other.page.goto(page.url())
  expect(await message(other.page, "agent").last().innerText()).toContain("first answer")
  await send(page, "#say seen everywhere")
  await settled(other.page, 2)
  expect(await message(other.page, "agent").last().innerText()).toContain("seen everywhere")
  await other.picture("6-phone-dark")
  await settled(page, 2)
  const same = async () => [await message(page, "user").count(), await message(other.page, "user").count()]
  expect(await same()).toEqual([2, 2])
  expect(await other.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  expect([...visitor.complaints, ...other.complaints]).toEqual([])
})

test("a server killed in mid-turn comes back and the turn goes on, nothing lost, nothing double", async () => {
  await using journey = await begin()
  const { page, server } = journey
  await createLoop(page, "#slow 80 100\n#bash echo after the restart\n#say the end")
  await message(page, "agent").first().waitFor()
  await send(page, "#say queued before the kill")
  await page
    .getByRole("status", { name: "Queue" })
    .getByRole("paragraph")
    .filter({ hasText: "queued before the kill" })
    .waitFor()
  await server.kill()
  await server.restart()
  await settled(page, 2)
  expect(await message(page, "user").count()).toBe(2)
  const text = (await page.getByRole("log", { name: "Conversation" }).textContent()) ?? ""
  for (const once of ["word79", "the end", "queued before the kill"])
    expect(text.split(once).length - 1).toBeGreaterThanOrEqual(1)
  await page.reload()
  expect(await message(page, "user").count()).toBe(2)
  expect(await page.locator("[data-turn-end]").count()).toBe(2)
  expect(await page.locator('[data-author="system"][data-failure]').count()).toBe(0)
})

test("journeys one to four work with the keyboard alone", async () => {
  await using journey = await begin({ size: wide })
  const { page, visitor } = journey
  await page.goto("/loops")
  await page.locator("body").press("c")
  const dialog = page.getByRole("dialog", { name: "New Loop" })
  await dialog.waitFor()
  await until("the first field has the focus", () =>
    page.evaluate(() => document.activeElement?.getAttribute("name") === "message"),
  )
  await page.keyboard.type("#slow 40 100")
  await page.keyboard.press("Enter")
  await page.getByRole("log", { name: "Conversation" }).waitFor()
  await until("the composer has the focus", () => page.evaluate(() => document.activeElement?.tagName === "TEXTAREA"))
  await page.keyboard.type("#say by keyboard")
  await page.keyboard.press("Enter")
  await settled(page, 2)
  expect(await message(page, "agent").last().innerText()).toContain("by keyboard")
  await page.keyboard.press("ArrowUp")
  expect(await page.getByRole("textbox", { name: "Message" }).inputValue()).toBe("#say by keyboard")
  await page.keyboard.press("Control+a")
  await page.keyboard.type("ask me")
  await page.keyboard.press("Enter")
  await page.getByRole("group", { name: "Question" }).waitFor()
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab")
    if (await page.evaluate(() => document.activeElement?.getAttribute("name") === "answer.0")) break
  }
  await page.keyboard.press("Enter")
  await settled(page, 3)
  expect(visitor.complaints).toEqual([])
})

test("without JavaScript one signs in, reads a loop, sends a message and sees the answer after a reload", async () => {
  await using journey = await begin()
  const { page, server } = journey
  await createLoop(page, "#say hello reader")
  await settled(page)
  await using plain = await visit(server, { script: false, size: phone })
  await signIn(plain.page)
  await plain.page.goto(page.url())
  expect(await message(plain.page, "agent").last().innerText()).toContain("hello reader")
  await send(plain.page, "#say no script needed")
  await until("the answer is there after a reload", async () => {
    await plain.page.goto(page.url())
    return (await plain.page.locator("[data-turn-end]").count()) === 2
  })
  expect(await message(plain.page, "agent").last().innerText()).toContain("no script needed")
  await plain.picture("22-no-script")
})
