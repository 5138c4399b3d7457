import { afterAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { closeBrowser, phone, setUp, startServer, type Visit, visit, wide } from "./harness.ts"
import { createLoop, settled } from "./steps.ts"

afterAll(closeBrowser)

test("a loop is renamed, narrowed to, hidden, archived, found, restored and deleted with its report", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#write draft.txt something unsaved\n#say done")
  await settled(page)
  const id = page.url().split("/").at(-1)

  const title = page.getByRole("textbox", { name: "Title" })
  await title.fill("Tidy the shed #garden")
  await title.press("Enter")
  await narrowTheList(visitor)
  await hideAndShow(visitor, id)

  await page.goto(`/loops/${id}`)
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Archive" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor({ state: "detached" })
  await page.goto("/loops")
  expect(await page.getByRole("link", { name: "Tidy the shed #garden" }).count()).toBe(0)
  await page.goto("/loops?show=archived")
  await page.getByRole("searchbox", { name: "Search loops" }).fill("shed")
  await page.keyboard.press("Enter")
  await page.locator(`[data-loop="${id}"][data-state="archived"]`).waitFor()

  // From its row, then from its page.
  await page.getByRole("button", { name: "Restore Tidy the shed #garden" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor()
  expect(page.url()).toEndWith(`/loops/${id}`)
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Archive" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor({ state: "detached" })
  await page.goto(`/loops/${id}`)
  await visitor.picture("10-archived")
  await page.getByRole("button", { name: "Restore this loop" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor()

  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("link", { name: "Delete" }).click()
  await page.getByText("draft.txt").waitFor({ timeout: 60_000 })
  await visitor.picture("10-delete-report")
  await saveFirst(page)
  await page.getByRole("textbox", { name: "Title" }).fill("wrong")
  await page.getByRole("button", { name: "Delete anyway" }).click()
  expect(page.url()).toContain("delete")
  await page.getByRole("textbox", { name: "Title" }).fill("Tidy the shed #garden")
  await page.getByRole("button", { name: "Delete anyway" }).click()
  await page.getByRole("region", { name: "Loops" }).waitFor()
  expect(await page.locator(`[data-loop="${id}"]`).count()).toBe(0)
  const gone = await page.goto(`/loops/${id}`)
  expect(gone?.status()).toBe(404)
  // The browser itself notes the two refusals that were provoked.
  expect(visitor.complaints.filter((line) => !/status of (404|422)/.test(line))).toEqual([])
})

/** The list as it is, by topic, of one topic alone, and all of it again. */
async function narrowTheList(visitor: Visit): Promise<void> {
  const { page } = visitor
  await page.goto("/loops")
  const list = page.getByRole("region", { name: "Loops" })
  const row = list.getByRole("link", { name: "Tidy the shed #garden" })
  await row.waitFor()
  await visitor.picture("10-list")
  await page.getByRole("link", { name: "By topic" }).click()
  await page.getByRole("link", { name: "garden", exact: true }).click()
  await row.waitFor()
  await visitor.picture("10-list-of-a-topic")
  await page.setViewportSize(phone)
  await visitor.picture("10-list-of-a-topic-phone")
  await page.setViewportSize(wide)
  await page.getByRole("link", { name: "Not only #garden" }).click()
  expect(page.url()).not.toContain("garden")
}

async function hideAndShow(visitor: Visit, id: string | undefined): Promise<void> {
  const { page } = visitor
  await page.goto(`/loops/${id}`)
  await page.getByRole("button", { name: "Loop menu" }).click()
  await visitor.picture("10-menu")
  await page.getByRole("button", { name: "Show only to its people" }).click()
  await page.getByText("Only you").waitFor()
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Show to the workspace" }).click()
  await page.getByText("Only you").waitFor({ state: "detached" })
}

/** Without a repository all of the folder is what would be lost. */
async function saveFirst(page: Page): Promise<void> {
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the work" }).click(),
  ])
  expect(saved.suggestedFilename()).toBe("workdir.tar")
  const listed = Bun.spawnSync(["tar", "-xOf", await saved.path(), "workdir/draft.txt"])
  expect(listed.stdout.toString().trim()).toBe("something unsaved")
}
