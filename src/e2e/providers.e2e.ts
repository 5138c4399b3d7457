import { afterAll, expect, test } from "bun:test"
import { createDemo } from "../gateway/demo/index.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { closeBrowser, setUp, startServer, visit } from "./harness.ts"
import { createLoop, message, send, settled } from "./steps.ts"

afterAll(closeBrowser)

const rightKey = "sk-right-0123456789abcdef"

/** A provider on loopback that knows one key, and can be taken away. */
function provider(port = 0) {
  const demo = createDemo({ clock: systemClock, ids: systemIds, paceMs: 1 })
  const heard: string[] = []
  const server = Bun.serve({
    port,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      if (request.headers.get("x-api-key") === rightKey) {
        heard.push(await request.clone().text())
        return demo.serve(request)
      }
      const error = { type: "authentication_error", message: "invalid x-api-key" }
      return Response.json({ type: "error", error }, { status: 401 })
    },
  })
  return { port: server.port ?? 0, heard, stop: () => server.stop(true) }
}

test("a wrong key, then a provider that is away: each is said, mended from the page, and nothing is lost", async () => {
  let upstream = provider()
  const { port } = upstream
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.goto("/settings/providers/new")
  await page.getByLabel("Name", { exact: true }).fill("Local")
  await page.getByLabel("Address").fill(`http://127.0.0.1:${port}`)
  await page.getByLabel("Models").fill("house-model")
  await page.getByLabel("Key", { exact: true }).fill("sk-wrong-0123456789")
  await page.getByLabel("Who may use it").selectOption("workspace")
  await page.getByRole("button", { name: "Save" }).click()
  await page.waitForURL(/\/settings\/providers(\?|$)/)
  await visitor.picture("8-providers")

  await createLoop(page, "#say through the provider")
  const failure = page.locator("[data-failure]")
  await failure.waitFor()
  await visitor.picture("8-wrong-key")
  expect(await failure.innerText()).toContain("Local")
  expect(await message(page, "agent").count()).toBe(0)
  const loop = page.url()
  await failure.getByRole("link").click()
  await page.getByRole("link", { name: "Edit" }).first().click()
  await page.getByLabel("Key", { exact: true }).fill(rightKey)
  await page.getByRole("button", { name: "Save" }).click()
  await page.waitForURL(/\/settings\/providers(\?|$)/)
  await page.goto(loop)
  await page.getByRole("button", { name: "Try again" }).click()
  await settled(page)
  expect(upstream.heard.at(-1)).toContain("#say through the provider")
  expect(await message(page, "agent").last().innerText()).not.toBe("")

  await upstream.stop()
  await send(page, "#say while it was away")
  await failure.nth(1).waitFor({ timeout: 60_000 })
  await visitor.picture("8-provider-away")
  upstream = provider(port)
  await page.getByRole("button", { name: "Try again" }).click()
  await settled(page, 2)
  expect(upstream.heard.at(-1)).toContain("#say while it was away")
  expect(await message(page, "user").count()).toBe(2)
  const conversation = upstream.heard.findLast((body) => body.includes('"tools":[{')) ?? ""
  expect(conversation.split("#say while it was away").length - 1).toBe(1)
  await upstream.stop()
})
