import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { closeBrowser, phone, until, visit, type Server, type Visit } from "./harness.ts"
import { type ReadyLoop, readyLoop } from "./ready-loop.ts"

let on: ReadyLoop
beforeAll(async () => void (on = await readyLoop()), 120_000)
afterAll(async () => {
  await on[Symbol.asyncDispose]()
  await closeBrowser()
})

const keys = (page: Page) => page.getByRole("textbox", { name: "Terminal screen" })
const shown = (page: Page) => page.locator(".xterm-rows").innerText()

const tabs = (page: Page) => page.getByRole("navigation", { name: "Terminals" })

async function type(page: Page, text: string): Promise<void> {
  await keys(page).pressSequentially(text)
}

const shows = (page: Page, what: string | RegExp) =>
  until(
    `the screen shows ${what}`,
    async () => {
      const text = await shown(page)
      return typeof what === "string" ? text.includes(what) : what.test(text)
    },
    { timeoutMs: 30_000 },
  )

/** The last line that is not empty, as a person sees it. */
async function prompt(page: Page): Promise<void> {
  await until("there is a prompt", async () => /\$\s*$/.test((await shown(page)).trimEnd()), { timeoutMs: 30_000 })
}

function memoryOf(server: Server): number {
  const status = Bun.spawnSync(["cat", `/proc/${server.pid}/status`]).stdout.toString()
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

test("a terminal opens, takes keys, survives reload, flood and restart, and says how its shell ended", async () => {
  const { server, loop } = on
  await using visitor = await on.open()
  const { page } = visitor
  await page.goto(loop)
  await page.getByRole("tab", { name: "Terminal" }).click()
  await prompt(page)
  await type(page, "echo $((6*7))-is-here; pwd\n")
  await shows(page, "42-is-here")
  await shows(page, /\/loopat\/loop\/[0-9a-f-]+\/workdir/)
  await visitor.picture("terminal-1-typed")
  await page.reload()
  await shows(page, "42-is-here")

  await type(
    page,
    "seq 3 | xargs -I{} echo line-{}; printf '\\033[?1049h\\033[2J\\033[Hwhole screen'; read x; printf '\\033[?1049l'\n",
  )
  await shows(page, /^whole screen/)
  await page.reload()
  await shows(page, /^whole screen/)
  expect(await shown(page)).not.toContain("line-2")
  await type(page, "\n")
  await shows(page, "line-2")

  const before = memoryOf(server)
  await stallAnother(page)
  await type(page, "yes a flood\n")
  await until("the flood flows", async () => (await shown(page)).includes("a flood\na flood"))
  await stalledIsLetGo(page)
  await keys(page).press("Control+c")
  await shows(page, "^C")
  await type(page, "echo back-$((1+1))\n")
  await shows(page, "back-2")
  await until("the server has no more than 4 MiB more", () => memoryOf(server) <= before + 4)
  console.log(`server memory before the flood ${before.toFixed(1)} MiB, after it ${memoryOf(server).toFixed(1)} MiB`)

  await type(page, "sleep 4321 &\n")
  await shows(page, /\[1\] \d+/)
  await server.kill()
  await page.getByText("The connection was lost.").waitFor()
  await type(page, "echo typed-$((40+4))-meanwhile\n")
  await server.restart()
  await page.getByText("The connection was lost.").waitFor({ state: "hidden" })
  await shows(page, "typed-44-meanwhile")
  await type(page, "jobs\n")
  await shows(page, "sleep 4321")
  await visitor.picture("terminal-2-after-restart")

  await type(page, "exit 7\n")
  await page.getByText("exited 7").waitFor()
  await visitor.picture("terminal-3-exited")
  await page.getByRole("status").getByRole("button", { name: "Start again" }).click()
  await prompt(page)
  await stopSandbox(server, page)
  const aboutTheKill = /WebSocket|Failed to load resource|ERR_|htmx:sse:error: (network error|Failed to fetch)/
  expect(visitor.complaints.filter((line) => !aboutTheKill.test(line))).toEqual([])
}, 300_000)

test("on a phone there are keys for what its keyboard has not, several lines are asked about, and links only lead after a look", async () => {
  await using visitor = await on.open({ size: phone, theme: "dark" })
  const { page } = visitor
  const address = `${on.loop}/terminal`
  await page.goto(address)
  await prompt(page)
  await page.getByRole("button", { name: "Ctrl for the next key" }).click()
  await type(page, "vecho $PATH\n")
  await shows(page, "/opt/loopat/bin")
  await keys(page).pressSequentially("echo up-$((4+5))")
  await page.getByRole("button", { name: "Interrupt" }).click()
  await page.getByRole("button", { name: "Up", exact: true }).click()
  await shows(page, /\$ echo \$PATH\s*$/)
  await page.getByRole("button", { name: "Interrupt" }).click()

  await paste(page, "echo one-$((1))\necho two-$((2))\n")
  const asks = page.getByRole("dialog", { name: "Paste several lines?" })
  await asks.waitFor()
  expect(await asks.innerText()).toContain("echo two-$((2))")
  await visitor.picture("terminal-4-phone-paste")
  await asks.getByRole("button", { name: "Cancel" }).click()
  expect(await shown(page)).not.toContain("two-")

  await type(
    page,
    "printf '\\033[2J\\033[H\\033]0;stolen title\\007\\033]52;c;c3RvbGVu\\007\\033[38;5;208morange\\033[0m \\033]8;;https://evil.test/x\\007bank\\033]8;;\\007\\n'\n",
  )
  await shows(page, /^orange bank/)
  expect(await page.title()).not.toContain("stolen")
  await page.locator(".xterm-screen").click({ position: { x: 7 * 9, y: 6 } })
  const link = page.getByRole("dialog", { name: "Open this address?" })
  await link.waitFor()
  expect(await link.innerText()).toContain("https://evil.test/x")
  await visitor.picture("terminal-5-phone-link")
  await link.getByRole("button", { name: "Cancel" }).click()
  await visitor.picture("terminal-6-phone")

  await runWithoutScript(address)

  await using laptop = await on.open()
  await laptop.page.goto(address)
  await shows(laptop.page, "orange bank")
  await type(laptop.page, "stty size\n")
  await visitor.picture("terminal-8-phone-scaled")
  expect([...visitor.complaints, ...laptop.complaints]).toEqual([])
}, 180_000)

test("a shared terminal is seen by a member who is named in its tab and cannot type, tabs come by themselves, and vim survives a reload", async () => {
  const { server, loop } = on
  await using driver = await on.open()
  const { page } = driver
  await page.goto(loop)
  await using watcher = await visit(server, { size: phone })
  await member(server, watcher, "bob")
  await watcher.page.goto(loop)
  expect(await watcher.page.getByRole("tab", { name: "Terminal" }).count()).toBe(0)

  await page.getByRole("tab", { name: "Terminal" }).click()
  await prompt(page)
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
  // What it is told next it does once its screen is drawn.
  await type(page, ":echo 'drawn-'.(40+2)\n")
  await shows(page, /drawn-42/)
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

function paste(page: Page, given: string): Promise<void> {
  return page.evaluate((text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData("text/plain", text)
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }))
  }, given)
}

/** The same person in a browser that runs no script, in Chinese. */
async function runWithoutScript(address: string): Promise<void> {
  await using plain = await on.open({ script: false, language: "zh" })
  await plain.page.goto(address)
  await plain.page.getByLabel("命令").fill("echo plain-$((3*3)); exit 3")
  await plain.page.getByRole("button", { name: "运行" }).click()
  const output = plain.page.getByRole("region").filter({ hasText: "plain-9" })
  await output.waitFor()
  expect(await output.innerText()).toContain("3")
  expect(plain.complaints).toEqual([])
  await plain.picture("terminal-7-without-script")
}

/** A second socket to the same terminal that never says that it has shown anything. */
function stallAnother(page: Page): Promise<void> {
  return page.evaluate(() => {
    const path = document.getElementById("terminal")?.dataset["socket"] ?? ""
    const socket = new WebSocket(new URL(path, location.href.replace("http", "ws")))
    socket.addEventListener("close", ({ code }) => (document.body.dataset["stalled"] = String(code)))
    return new Promise<void>((resolve) => socket.addEventListener("message", () => resolve(), { once: true }))
  })
}

/** It falls behind as quickly as this page shows what flows, which a busy machine does slowly. */
function stalledIsLetGo(page: Page): Promise<unknown> {
  const isSo = () => page.evaluate(() => document.body.dataset["stalled"] === "4001")
  return until("the stalled one was let go", isSo, { timeoutMs: 150_000 })
}

/** Its page then says so, and offers a fresh shell. */
async function stopSandbox(server: Server, page: Page): Promise<void> {
  const loop = new URL(page.url()).pathname.replace("/terminal", "")
  await page.request.post(`${loop}/sandbox/stop`, { headers: { origin: server.url } })
  await page.getByRole("status").getByRole("button", { name: "Start again" }).waitFor()
  await page.reload()
  await page.getByText("The sandbox was stopped, and this shell with it.").waitFor()
  await page.getByRole("status").getByRole("button", { name: "Start again" }).click()
  await prompt(page)
}

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
