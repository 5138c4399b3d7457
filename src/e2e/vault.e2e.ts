import { afterAll, expect, test } from "bun:test"
import { closeBrowser, phone, setUp, startServer, visit } from "./harness.ts"
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
  await form.getByRole("button", { name: "Store" }).click()
  await page.getByText("There is such a file already").waitFor()
  await visitor.picture("vault-refused")
  await page.setViewportSize(phone)
  await visitor.picture("vault-phone")
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
  await page.setViewportSize(wide)

  const look =
    "#bash sha256sum < ~/.npmrc; ~/bin/tool.sh; ssh-keygen -y -f ~/.ssh/id_ed25519; stat -Lc %a ~/.ssh/id_ed25519"
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
