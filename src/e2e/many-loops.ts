import type { Page } from "playwright-core"
import { pagePaths } from "../lib/page-paths.ts"
import { type Server, setUp } from "./harness.ts"
import { createLoop, send, settled, tool } from "./steps.ts"

/** Loops in the states that a loop page can be in, by name, each as its address. */
export async function prepareLoops(page: Page, server: Server): Promise<Record<string, string>> {
  const loops: Record<string, string> = {}
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  const keep = (name: string) => (loops[name] = new URL(page.url()).pathname)
  await createLoop(page, "long")
  await settled(page)
  keep("finished")
  await createLoop(page, "ask me")
  await page.getByRole("group", { name: "Question" }).waitFor()
  keep("question")
  await createLoop(page, "#say archived soon")
  await settled(page)
  keep("archived")
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Archive" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor({ state: "detached" })
  await createLoop(page, "fail 400")
  await page.locator("[data-failure]").waitFor()
  keep("failed")
  const endless = { command: "tail -f /dev/null", timeout: 600_000 }
  await createLoop(page, `#say before\n#tool Bash ${JSON.stringify(endless)}`)
  await tool(page, "Bash", "pending").waitFor()
  await send(page, "#say waits")
  await page.getByRole("status", { name: "Queue" }).getByRole("paragraph").filter({ hasText: "#say waits" }).waitFor()
  keep("working")
  return loops
}

/** Every page, by the name its findings get. */
export function addresses(loops: Record<string, string>): Record<string, string> {
  const provider = "/settings/providers/builtin/demo"
  const filled = pagePaths.map((path) => path.replace(/^\/loops\/:id/, loops["finished"] ?? ""))
  return {
    ...Object.fromEntries(filled.map((path) => [path, path.replace("/settings/providers/:source/:name", provider)])),
    ...loops,
    "archived loops": "/loops?show=archived",
    "nothing found": "/loops?q=zebra",
    "a preset": "/settings/providers/new?preset=ollama",
    "first loop": "/loops/new?first=1",
    "nothing here": "/nothing/here",
  }
}
