import { join } from "node:path"
import { afterAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { readTranscript } from "../testing/holds/book.ts"
import { closeBrowser, phone, setUp, signIn, startServer, until, visit, type Server, type Visit } from "./harness.ts"
import { createLoop, send, settled } from "./steps.ts"

/** One server, one person and one loop for both journeys: a start costs more than either of them. */
const world = once(async () => {
  const server = await startServer()
  const visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#say ready")
  await settled(page)
  return { server, visitor, loop: new URL(page.url()).pathname }
})

afterAll(async () => {
  const { server, visitor } = await world()
  await visitor[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await closeBrowser()
})

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

const blocks = ({ page }: Visit) => page.locator('#conversation [data-author="shell"]')
const running = ({ page }: Visit) => page.locator('#shells [data-author="shell"]')

const aboutTheKill = /network error|fetch|Failed to load resource|ERR_/

const own = ({ complaints }: Visit) => complaints.filter((line) => !aboutTheKill.test(line))

/** Exactly one block says so. */
const ended = (visitor: Visit, words: string) => blocks(visitor).filter({ hasText: words }).waitFor()

test("commands run beside the agent, stream, stop, survive a kill as cut off, and the agent's next turn knows them", async () => {
  const { server, visitor, loop } = await world()
  const { page } = visitor
  const text = page.getByRole("textbox", { name: "Message" })
  const sees = page.getByRole("checkbox", { name: "Agent sees this" })
  expect(await sees.isVisible()).toBe(false)
  await text.fill("!ls -la /loopat/context; printf '\\033[32mgreen\\033[0m <b>\\n'; exit 4")
  await sees.waitFor()
  await visitor.picture("commands-1-typed")
  await page.getByRole("button", { name: "Send", exact: true }).click()
  await ended(visitor, "exited 4")

  await send(page, "#slow 120 20")
  await page.locator('#composer-state[data-working="true"]').waitFor({ state: "attached" })
  await send(page, "!echo begun; sleep 9999")
  await until("it streams", async () => /^begun$/m.test(await running(visitor).innerText()))
  await visitor.picture("commands-2-beside-the-agent")
  await using small = await visit(server, { size: phone, theme: "dark" })
  await stopOnPhone(small, loop)
  await ended(visitor, "stopped")
  await settled(page, 2)

  await send(page, `!head -c ${10 << 20} /dev/zero | tr '\\0' x; echo the-end`)
  await ended(visitor, "all of it is in")
  expect(await blocks(visitor).last().innerText()).toContain("the-end")
  const path = /all of it is in (\S+)\./.exec(await blocks(visitor).last().innerText())?.[1] ?? ""
  await send(page, `!wc -c < ${path}`)
  await ended(visitor, String((10 << 20) + "the-end\n".length))

  await send(page, "!echo before; sleep 9998")
  await until("it runs", async () => /^before$/m.test(await running(visitor).innerText()))
  await server.kill()
  await server.restart()
  await ended(visitor, "The server stopped while it ran")
  await page.reload()
  expect(await blocks(visitor).filter({ hasText: "echo before" }).count()).toBe(1)
  await send(
    page,
    "!until ! pgrep -f 'sleep 999[8]'; do tail -f /dev/null --pid=$$ & sleep 0.1; kill $!; done; echo nothing-left",
  )
  await ended(visitor, "nothing-left")

  await send(page, "#say what I know")
  await page.locator('#conversation [data-author="agent"]').filter({ hasText: "what I know" }).waitFor()
  const begun = (await readTranscript(server.home, loop.split("/")[2] ?? "")).findLast(
    ({ kind }) => kind === "turn-started",
  )
  expect(begun?.kind === "turn-started" && begun.commands).toHaveLength(5)
  await text.fill("!echo last")
  await visitor.picture("commands-4-after")
  expect([...own(visitor), ...own(small)]).toEqual([])
}, 180_000)

/** Stops what runs from another device of the same person. */
async function stopOnPhone(small: Visit, path: string): Promise<void> {
  const { page } = small
  await signIn(page)
  await page.goto(path)
  await until("the phone shows it", async () => /^begun$/m.test(await running(small).innerText()))
  await small.picture("commands-3-phone")
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await page.getByRole("button", { name: "Stop echo begun; sleep 9999" }).click()
}

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
  const { server, visitor: driver, loop } = await world()
  const { page } = driver
  await page.goto(loop)
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
  expect(own(driver)).toEqual([])
}, 120_000)
