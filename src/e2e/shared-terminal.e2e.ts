import { join } from "node:path"
import { afterAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { closeBrowser, phone, setUp, startServer, until, visit, type Server, type Visit } from "./harness.ts"
import { createLoop, settled } from "./steps.ts"

afterAll(closeBrowser)

const keys = (page: Page) => page.getByRole("textbox", { name: "Terminal screen" })
const shown = (page: Page) => page.locator(".xterm-rows").innerText()
const shows = (page: Page, what: RegExp) =>
  until(`the screen shows ${what}`, async () => what.test(await shown(page)), { timeoutMs: 30_000 })
const type = (page: Page, text: string) => keys(page).pressSequentially(text)
const tabs = (page: Page) => page.getByRole("navigation", { name: "Terminals" })

/** An account of another member, made as an administrator does it on the server. */
async function member(server: Server, visitor: Visit, name: string): Promise<void> {
  const loopat = Bun.spawn([join(import.meta.dir, "../../dist/loopat"), "user", "add", name, "--home", server.home], {
    stdin: new Blob(["long enough words\n"]),
  })
  expect(await loopat.exited).toBe(0)
  const { page } = visitor
  await page.goto(server.url)
  await page.getByLabel("Name", { exact: true }).fill(name)
  await page.getByLabel("Password", { exact: true }).fill("long enough words")
  await page.getByRole("button", { name: "Sign in" }).click()
  await page.getByRole("link", { name: "Loops" }).first().waitFor()
}

test("a shared terminal is seen by a member who is named in its tab and cannot type, tabs come by themselves, and vim survives a reload", async () => {
  await using server = await startServer()
  await using driver = await visit(server)
  const { page } = driver
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#say ready")
  await settled(page)
  const loop = new URL(page.url()).pathname
  await using watcher = await visit(server, { size: phone })
  await member(server, watcher, "bob")
  await watcher.page.goto(loop)
  expect(await watcher.page.getByRole("tab", { name: "Terminal" }).count()).toBe(0)

  await page.getByRole("tab", { name: "Terminal" }).click()
  await shows(page, /\$\s*$/)
  await page.getByRole("button", { name: "More about this terminal" }).click()
  await page.getByRole("button", { name: "Share with those who may see this loop" }).click()
  await page.getByText("Everybody who may see this loop sees this terminal.").waitFor()
  await watcher.page.reload()
  await watcher.page.getByRole("tab", { name: "Terminal" }).click()
  await watcher.page.getByText("ada shares this terminal. You see it and cannot type.").waitFor()
  await tabs(page).getByText("watched by bob").waitFor()
  await type(page, "seq 60; echo for-$((40+2))\n")
  await shows(watcher.page, /for-42/)
  await keys(watcher.page).focus()
  await watcher.page.keyboard.type("echo by-bob\n")
  await type(page, "vim -u NONE -N -c 'set number' /etc/passwd\n")
  await shows(page, /1 root:/)
  const before = await shown(page)
  expect(before).not.toContain("by-bob")
  await driver.picture("shared-1-driver")
  await watcher.picture("shared-2-watcher-phone")
  await page.reload()
  await until("vim shows the same screen", async () => (await shown(page)) === before, { timeoutMs: 30_000 })

  const second = await driver.context.newPage()
  await second.goto(`${loop}/terminal`)
  await second.getByRole("button", { name: "New terminal" }).click()
  await tabs(page).getByRole("link", { name: "Terminal 2" }).waitFor()
  expect(await tabs(watcher.page).getByRole("link").count()).toBe(1)
  await page.getByRole("button", { name: "Stop sharing" }).click()
  await watcher.page.getByText("You can no longer use this terminal.").waitFor()
  await watcher.picture("shared-3-ended")
  await tabs(page).getByText("watched by bob").waitFor({ state: "hidden" })
  expect(driver.complaints).toEqual([])
}, 120_000)
