import { afterAll, expect, test } from "bun:test"
import { closeBrowser, phone, setUp, signIn, startServer, until, visit } from "./harness.ts"
import { createLoop, firstLoop, message, send, settled, tool } from "./steps.ts"

afterAll(closeBrowser)

test("a plan is shown as a card; keeping on planning changes nothing, approving carries it out", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "plan")
  const plan = page.getByRole("group", { name: "Plan" })
  await plan.waitFor({ timeout: 60_000 })
  await visitor.picture("3-plan")
  const folder = `${server.home}/loops/${page.url().split("/").at(-1)}/workdir`
  const files = async () => (await Array.fromAsync(new Bun.Glob("**").scan({ cwd: folder }))).length
  expect(await plan.getByRole("listitem").count()).toBe(3)
  expect(await files()).toBe(0)
  await plan.getByRole("button", { name: "Keep planning" }).click()
  await settled(page)
  expect(await files()).toBe(0)
  await send(page, "plan")
  await plan.waitFor()
  await plan.getByRole("button", { name: "Approve and go on" }).click()
  await settled(page, 2)
  expect(await files()).toBeGreaterThan(0)
  expect(visitor.complaints).toEqual([])
})

test("what is always allowed in one browser is not asked again, in the other either, nor after a restart", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await firstLoop(page, server, "#say ready")
  await using other = await visit(server, { size: phone })
  await signIn(other.page)
  await other.page.goto(page.url())
  await page.getByRole("combobox", { name: "Permission mode" }).selectOption("default")
  const there = other.page.getByRole("combobox", { name: "Permission mode" })
  await until("the other browser shows the mode", async () => (await there.inputValue()) === "default")
  await other.page.getByText("ada chose: ask first").waitFor()
  const title = page.getByRole("textbox", { name: "Title" })
  await title.fill("A shared name")
  await title.press("Enter")
  const titleThere = other.page.getByRole("textbox", { name: "Title" })
  await until("the other browser shows the title", async () => (await titleThere.inputValue()) === "A shared name")
  await until("its tab too", async () => (await other.page.title()).includes("A shared name"))

  await send(page, "#bash touch first.txt\n#say ok")
  const permission = page.getByRole("group", { name: "Permission" })
  await permission.getByRole("button", { name: "Always allow" }).click()
  await settled(page, 2)
  await server.kill()
  await server.restart()
  await send(other.page, "#bash touch first.txt\n#say again")
  await settled(other.page, 3)
  expect(await tool(other.page, "Bash", "true").count()).toBe(2)
  await send(other.page, "#bash touch first.txt; touch second.txt\n#say not by that rule")
  await other.page.getByRole("group", { name: "Permission" }).getByRole("button", { name: "Deny", exact: true }).click()
  await settled(other.page, 4)
  expect(await Bun.file(`${server.home}/loops/${page.url().split("/").at(-1)}/workdir/second.txt`).exists()).toBe(false)
  expect(await message(page, "agent").last().innerText()).toContain("not by that rule")
})
