import { afterAll, expect, test } from "bun:test"
import { unlink } from "node:fs/promises"
import { createDemo } from "../gateway/demo/index.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { closeBrowser, setUp, startServer, visit } from "./harness.ts"
import { createLoop, message, send, settled, tool } from "./steps.ts"

afterAll(closeBrowser)

const key = "sk-mine-0123456789abcdef"
/** Everywhere that an agent can look; the pattern is put together inside, so that it does not find itself. */
const search = `p=sk-mi; q=ne-0123456789abcdef; (env; cat /proc/*/environ; grep -rs "$p$q" /home /loopat /run /tmp /etc /opt/loopat/etc) 2>/dev/null | tr '\\0' '\\n' | grep -c "$p$q" || true`

function provider() {
  const demo = createDemo({ clock: systemClock, ids: systemIds, paceMs: 1 })
  const heard: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      if (request.headers.get("x-api-key") !== key) return new Response("", { status: 401 })
      heard.push(await request.clone().text())
      return demo.serve(request)
    },
  })
  return { address: `http://127.0.0.1:${server.port}`, heard, stop: () => server.stop(true) }
}

const lines = async (path: string): Promise<Record<string, unknown>[]> =>
  (await Bun.file(path).text())
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))

test("no provider: the message is kept, the page says what is missing in which vault, and trying again answers it", async () => {
  const upstream = provider()
  await using server = await startServer({
    config: { id: crypto.randomUUID(), name: "Acme", providerHosts: ["127.0.0.1"] },
  })
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#say for nothing")
  await settled(page)
  const usage = await lines(`${server.home}/loops/${page.url().split("/").at(-1)}/usage.jsonl`)
  expect(usage.length).toBeGreaterThan(0)
  expect(usage.filter(({ provider: by, cost }) => by !== "demo" || cost !== 0)).toEqual([])

  await page.goto("/settings/providers/new")
  await page.getByLabel("Name", { exact: true }).fill("Mine")
  await page.getByLabel("Address").fill(upstream.address)
  await page.getByLabel("Models").fill("house-model")
  await page.getByLabel("Key", { exact: true }).fill(key)
  await page.getByLabel("Who may use it").selectOption("personal")
  await page.getByRole("button", { name: "Save" }).click()
  await page.waitForURL(/\/settings\/providers(\?|$)/)
  await createLoop(page, `#bash ${search}\n#say looked everywhere`)
  await settled(page)
  const found = tool(page, "Bash").first()
  await found.locator("summary").click()
  expect((await found.locator("pre").last().innerText()).trim()).toBe("0")
  const loop = page.url()
  const folder = `${server.home}/loops/${loop.split("/").at(-1)}`
  expect(await Bun.file(`${folder}/messages.jsonl`).text()).not.toContain(key)

  const vault = `${server.home}/personal/ada/.loopat/vaults/default/envs`
  const [variable = ""] = await Array.fromAsync(new Bun.Glob("*").scan({ cwd: vault }))
  await unlink(`${vault}/${variable}`)
  await send(page, "#say kept all the while")
  const failure = page.locator("[data-failure]")
  await failure.waitFor()
  await visitor.picture("8-no-key")
  expect(await failure.innerText()).toContain(variable)
  expect(await failure.innerText()).toContain("default")
  await failure.getByRole("link").click()
  await page.getByRole("link", { name: "Edit" }).first().click()
  await page.getByLabel("Key", { exact: true }).fill(key)
  await page.getByRole("button", { name: "Save" }).click()
  await page.waitForURL(/\/settings\/providers(\?|$)/)
  await page.goto(loop)
  await page.getByRole("button", { name: "Try again" }).click()
  await settled(page, 2)
  expect(await message(page, "user").count()).toBe(2)
  expect(await message(page, "agent").last().innerText()).toContain("kept all the while")
  await visitor.picture("14-cost-and-context")
  await upstream.stop()
})
