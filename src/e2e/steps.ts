/** What people do again and again, by the names that automation may rely on. */
import type { Locator, Page } from "playwright-core"
import { type Server, setUp } from "./harness.ts"

/** Opens the dialog, says what should be done, and waits for the loop's page. */
export async function createLoop(
  page: Page,
  text: string,
  fill: (dialog: Locator) => Promise<void> = async () => {},
): Promise<void> {
  await page.goto("/loops")
  await page
    .getByRole("link", { name: "New Loop" })
    .or(page.getByRole("button", { name: "New Loop" }))
    .first()
    .click()
  const dialog = page.getByRole("dialog", { name: "New Loop" })
  await dialog.getByLabel("Message").fill(text)
  await fill(dialog)
  await dialog.getByRole("button", { name: "Create" }).click()
  await page.getByRole("log", { name: "Conversation" }).waitFor()
}

/** Sets up a workspace whose model needs no key, and waits until the first turn of its first loop has ended. */
export async function firstLoop(page: Page, server: Server, text: string): Promise<void> {
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, text)
  await settled(page)
}

export async function send(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text)
  await page.getByRole("button", { name: "Send", exact: true }).click()
}

export const message = (page: Page, author: "user" | "agent" | "system"): Locator =>
  page.getByRole("log", { name: "Conversation" }).locator(`[data-author="${author}"]`)

export const tool = (page: Page, name: string, ok: "true" | "false" | "pending" = "true"): Locator =>
  page.getByRole("log", { name: "Conversation" }).locator(`[data-tool="${name}"][data-ok="${ok}"]`)

/** Waits until `count` turns have ended. */
export async function settled(page: Page, count = 1): Promise<void> {
  await page
    .locator("[data-turn-end]")
    .nth(count - 1)
    .waitFor({ timeout: 90_000 })
}

/** Presses Tab until what has the focus is called so. */
export async function pressTab(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab")
    const at = await page.evaluate(
      () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim(),
    )
    if (at === name) return
  }
  throw new Error(`no Tab leads to ${name}`)
}
