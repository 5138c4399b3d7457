import { afterAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { closeBrowser, phone, setUp, startServer, type Visit, visit } from "./harness.ts"
import { createLoop, settled, tool } from "./steps.ts"

afterAll(closeBrowser)

const wide = { width: 1280, height: 900 }

test("a file and a key that are put into the vault are in the home of the next loop, are named where one sees what it can see, and are shown nowhere", async () => {
  const canary = `canary-${crypto.randomUUID()}`
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await page.goto("/settings/vault")
  await page.setViewportSize(wide)
  await visitor.picture("vault-empty")

  await page.getByText("Write a text file").click()
  const form = page.getByRole("form", { name: "Write a text file" })
  await form.getByLabel("Path in the home").fill(".npmrc")
  await form.getByLabel("Text", { exact: true }).fill(canary)
  await form.getByRole("button", { name: "Store" }).click()
  await page.getByText("It is stored.").waitFor()
  await page.getByText("Upload a file").click()
  const upload = page.getByRole("form", { name: "Upload a file" })
  await upload.getByLabel("File", { exact: true }).setInputFiles({
    ...{ name: "tool.sh", mimeType: "text/x-sh", buffer: Buffer.from("#!/bin/sh\necho it ran\n") },
  })
  await upload.getByLabel("Path in the home").fill("bin/")
  await upload.getByLabel("It can be run").check()
  await upload.getByRole("button", { name: "Store" }).click()
  await page.locator("[data-vault-file='bin/tool.sh']").getByText("executable", { exact: true }).waitFor()
  await page.getByRole("button", { name: "Make an ed25519 key" }).click()
  const publicHalf = await page.getByLabel("Public half, .ssh/id_ed25519.pub").inputValue()
  expect(publicHalf).toStartWith("ssh-ed25519 ")
  expect(await page.content()).not.toContain(canary)
  await visitor.picture("vault")

  await page.getByText("Write a text file").click()
  await form.getByLabel("Path in the home").fill(".npmrc")
  await form.getByLabel("Text", { exact: true }).fill("\n typed\n")
  await form.getByRole("button", { name: "Store" }).click()
  await page.getByText("There is such a file already").waitFor()
  expect(await form.getByLabel("Text", { exact: true }).inputValue()).toBe("\n typed\n")
  await visitor.picture("vault-refused")
  await renameOnItsCard(visitor)
  await page.setViewportSize(phone)
  await visitor.picture("vault-phone")
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
  await page.setViewportSize(wide)

  await createLoop(page, `${look}\n#say looked`)
  await settled(page)
  await tool(page, "Bash").locator("summary").first().click()
  const seen = (await tool(page, "Bash").textContent()) ?? ""
  expect(seen).toContain(new Bun.CryptoHasher("sha256").update(canary).digest("hex"))
  expect(seen).toContain("it ran")
  expect(seen).toContain(publicHalf.split(" ")[1] ?? "none")
  expect(seen).toContain("600")
  await page.goto(`${page.url()}/sandbox`)
  await page.getByRole("row").filter({ hasText: "~/.npmrc" }).getByText("Vault default").waitFor()
  expect(await page.content()).not.toContain(canary)
  await page.getByRole("row").filter({ hasText: "~/.npmrc" }).scrollIntoViewIfNeeded()
  await visitor.picture("vault-sight")
  expect(visitor.complaints.filter((line) => !/status of 409/.test(line))).toEqual([])
})

const look = "#bash sha256sum < ~/.npmrc; ~/bin/tool; ssh-keygen -y -f ~/.ssh/id_ed25519; stat -Lc %a ~/.ssh/id_ed25519"

/** With the keyboard alone: to where another file is, then to where none is. */
async function renameOnItsCard(visitor: Visit): Promise<void> {
  const { page } = visitor
  const card = page.locator("[data-vault-file='bin/tool.sh']")
  await card.getByLabel("Rename bin/tool.sh").first().focus()
  await page.keyboard.press("Enter")
  const to = card.getByLabel("New path in the home")
  await to.fill(".npmrc")
  await to.press("Enter")
  await card.getByText("There is such a file already, and it stays.").waitFor()
  expect(await to.inputValue()).toBe(".npmrc")
  await visitor.picture("vault-rename-refused")
  await to.fill("bin/tool")
  await to.press("Enter")
  await page.getByText("It is renamed.").waitFor()
  await page.locator("[data-vault-file='bin/tool']").waitFor()
}

test("every subject of an administrator's settings is on the screen, wide and narrow, in both languages, and is reached by keyboard", async () => {
  await using server = await startServer()
  await using first = await visit(server)
  await setUp(first.page, server)
  await first.page.getByRole("button", { name: "Try without a key" }).click()
  for (const language of ["en", "zh"] as const) {
    await using visitor = await visit(server, { language })
    const { page } = visitor
    await page.goto("/")
    await page.locator("input[name=name]").fill("ada")
    await page.locator("input[name=password]").fill("correct horse battery")
    await page.keyboard.press("Enter")
    await page.waitForURL(/loops/)
    for (const size of [{ width: 1440, height: 900 }, phone]) {
      await page.setViewportSize(size)
      await page.goto("/settings/system")
      const boxes = await subjectBoxes(page)
      expect(boxes).toHaveLength(10)
      const outside = boxes.filter((box) => !box || box.x < 0 || box.x + box.width > size.width)
      expect([language, size.width, outside]).toEqual([language, size.width, []])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
      await visitor.picture(`settings-subjects-${language}-${size.width}`)
    }
    const links = subjects(page)
    await links.first().focus()
    for (let at = 1; at < 10; at += 1) await page.keyboard.press("Tab")
    expect(await links.last().evaluate((link) => link === document.activeElement)).toBe(true)
    expect(await links.last().getAttribute("aria-current")).toBe("page")
    expect(visitor.complaints).toEqual([])
  }
})

const subjects = (page: Page) => page.locator("main nav").first().getByRole("link")
const subjectBoxes = async (page: Page) => Promise.all((await subjects(page).all()).map((one) => one.boundingBox()))
