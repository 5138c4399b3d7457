import { afterAll, expect, test } from "bun:test"
import { readTranscript } from "../testing/holds/book.ts"
import { closeBrowser, phone, until, type Visit } from "./harness.ts"
import { readyLoop } from "./ready-loop.ts"
import { send, settled } from "./steps.ts"

afterAll(closeBrowser)

const blocks = ({ page }: Visit) => page.locator('#conversation [data-author="shell"]')
const running = ({ page }: Visit) => page.locator('#shells [data-author="shell"]')

const aboutTheKill = /network error|fetch|Failed to load resource|ERR_/

const own = ({ complaints }: Visit) => complaints.filter((line) => !aboutTheKill.test(line))

/** Exactly one block says so. */
const ended = (visitor: Visit, words: string) => blocks(visitor).filter({ hasText: words }).waitFor()

test("commands run beside the agent, stream, stop, survive a kill as cut off, and the agent's next turn knows them", async () => {
  await using ready = await readyLoop()
  const { server, loop } = ready
  await using visitor = await ready.open()
  const { page } = visitor
  await page.goto(loop)
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
  await using small = await ready.open({ size: phone, theme: "dark" })
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
  await page.goto(path)
  await until("the phone shows it", async () => /^begun$/m.test(await running(small).innerText()))
  await small.picture("commands-3-phone")
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await page.getByRole("button", { name: "Stop echo begun; sleep 9999" }).click()
}
