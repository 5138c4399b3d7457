import { afterAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { closeBrowser, setUp, startServer, until, visit, type Server } from "./harness.ts"
import { createLoop, settled } from "./steps.ts"

afterAll(closeBrowser)

const keys = (page: Page) => page.getByRole("textbox", { name: "Terminal screen" })
const shown = (page: Page) => page.locator(".xterm-rows").innerText()

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
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#say ready")
  await settled(page)

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
  await type(page, "yes a flood\n")
  await until("the flood flows", async () => (await shown(page)).includes("a flood\na flood"))
  await keys(page).press("Control+c")
  await shows(page, "^C")
  await type(page, "echo back-$((1+1))\n")
  await shows(page, "back-2")
  console.log(`server memory before the flood ${before.toFixed(1)} MiB, after it ${memoryOf(server).toFixed(1)} MiB`)

  await type(page, "sleep 4321 &\n")
  await server.kill()
  await server.restart()
  await type(page, "echo after-$((2+2))\n").catch(() => undefined)
  await until(
    "the terminal is joined again",
    async () => (await page.locator("#terminal-notice").getAttribute("data-state")) === "open",
  )
  await type(page, "jobs\n")
  await shows(page, "sleep 4321")
  await visitor.picture("terminal-2-after-restart")

  await type(page, "exit 7\n")
  await page.getByText("exited 7").waitFor()
  await visitor.picture("terminal-3-exited")
  await page.getByRole("status").getByRole("button", { name: "Start again" }).click()
  await prompt(page)
  expect(visitor.complaints.filter((line) => !/WebSocket|Failed to load resource|ERR_/.test(line))).toEqual([])
}, 180_000)
