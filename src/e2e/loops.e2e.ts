import { afterAll, expect, test } from "bun:test"
import { closeBrowser, setUp, startServer, visit } from "./harness.ts"
import { createLoop, settled } from "./steps.ts"

afterAll(closeBrowser)

test("a loop is renamed, archived, found, restored and deleted with its report", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#write draft.txt something unsaved\n#say done")
  await settled(page)
  const id = page.url().split("/").at(-1)

  const title = page.getByRole("textbox", { name: "Title" })
  await title.fill("Tidy the shed")
  await title.press("Enter")
  await page.goto("/loops")
  await page.getByRole("region", { name: "Loops" }).getByRole("link", { name: "Tidy the shed" }).waitFor()
  await visitor.picture("10-list")

  await page.goto(`/loops/${id}`)
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Archive" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor({ state: "detached" })
  await page.goto("/loops")
  expect(await page.getByRole("link", { name: "Tidy the shed" }).count()).toBe(0)
  await page.goto("/loops?show=archived")
  await page.getByRole("searchbox", { name: "Search loops" }).fill("shed")
  await page.keyboard.press("Enter")
  await page.locator(`[data-loop="${id}"][data-state="archived"]`).waitFor()

  await page.goto(`/loops/${id}`)
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Restore" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor()

  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("link", { name: "Delete" }).click()
  await page.getByText("draft.txt").waitFor({ timeout: 60_000 })
  await visitor.picture("10-delete-report")
  await page.getByRole("textbox", { name: "Title" }).fill("wrong")
  await page.getByRole("button", { name: "Delete anyway" }).click()
  expect(page.url()).toContain("delete")
  await page.getByRole("textbox", { name: "Title" }).fill("Tidy the shed")
  await page.getByRole("button", { name: "Delete anyway" }).click()
  await page.getByRole("region", { name: "Loops" }).waitFor()
  expect(await page.locator(`[data-loop="${id}"]`).count()).toBe(0)
  const gone = await page.goto(`/loops/${id}`)
  expect(gone?.status()).toBe(404)
  // The browser itself notes the two refusals that were provoked.
  expect(visitor.complaints.filter((line) => !/status of (404|422)/.test(line))).toEqual([])
})
