import { afterAll, expect, test } from "bun:test"
import type { Frame, Page } from "playwright-core"
import { attack, type Attempt, openAttacker, type Target } from "./attacker.ts"
import { closeBrowser, setUp, startServer, until, visit } from "./harness.ts"

afterAll(closeBrowser)

test("from a foreign site, a sibling port, a frame without origin and a rebound name every read and write fails", async () => {
  await using server = await startServer()
  await using attacker = openAttacker()
  await using visitor = await visit(server)
  const { page, context } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await page.waitForURL(/loops/)
  const loop = await quietLoop(page, server.url)
  const before = await workspace(page, loop)

  // The same attempts from a page of ours do get something: they are real.
  const harmless = { ...target(server.url, loop), writes: [] }
  expect((await attack(page, harmless)).filter(({ got }) => got).length).toBeGreaterThan(10)

  const elsewhere = await context.newPage()
  const attempts: Record<string, Attempt[]> = {}
  for (const [name, address] of Object.entries({
    "foreign site": `http://evil.test:${attacker.port}/`,
    "sibling port": `http://127.0.0.1:${attacker.port}/`,
  })) {
    await elsewhere.goto(address)
    attempts[name] = await attack(elsewhere, target(server.url, loop))
  }
  attempts["frame without origin"] = await attack(await nullOrigin(elsewhere), target(server.url, loop))

  const all = Object.entries(attempts).flatMap(([from, list]) => list.map((one) => ({ from, ...one })))
  expect(all.filter(({ got }) => got)).toEqual([])
  expect(await workspace(page, loop)).toEqual(before)
  console.log(`foreign attempts ${all.length}`)

  const port = new URL(server.url).port
  for (const name of [`rebound.test:${port}`, `127.0.0.1.test:${port}`]) {
    const answer = elsewhere.waitForResponse((response) => response.url() === `http://${name}/loops`)
    // The browser puts a page of its own in the place of an empty refusal.
    await elsewhere.goto(`http://${name}/loops`).catch(() => {})
    expect([name, (await answer).status(), (await answer).headers()["content-length"]]).toEqual([name, 421, "0"])
  }
  expect(attacker.heard).toEqual([])
})

test("no page of ours is shown in a foreign frame, and a foreign opener learns nothing of its window", async () => {
  await using server = await startServer()
  await using attacker = openAttacker()
  await using visitor = await visit(server)
  await setUp(visitor.page, server)
  const elsewhere = await visitor.context.newPage()
  for (const address of [`http://evil.test:${attacker.port}/`, `http://127.0.0.1:${attacker.port}/`]) {
    await elsewhere.goto(address)
    for (const path of ["/loops", "/sign-in", "/livez", "/nothing"]) await refusedFrame(elsewhere, server.url + path)
    const popup = visitor.context.waitForEvent("page")
    await elsewhere.evaluate(
      (url) => void Object.assign(globalThis, { opened: window.open(url) }),
      `${server.url}/set-up/provider`,
    )
    const opened = await popup
    await opened.getByRole("heading").first().waitFor()
    // Out of its opener's reach, the window looks closed to it; on a busy machine a moment later than it is shown.
    await elsewhere.waitForFunction(() => (globalThis as { opened?: Window }).opened?.closed)
    expect(await opened.evaluate(() => window.opener)).toBeNull()
    await opened.close()
  }
})

const target = (origin: string, loop: string): Target => ({
  origin,
  reads: [
    "/",
    "/loops",
    loop,
    `${loop}/terminal`,
    `${loop}/messages?before=9`,
    "/settings/providers",
    "/livez",
    "/sign-in",
  ],
  streams: ["/loops/events", `${loop}/events`, `${loop}/terminals/0123abcd/socket`],
  writes: [
    { path: `${loop}/title`, fields: { title: "taken over" } },
    { path: `${loop}/messages`, fields: { text: "taken over", clientId: "taken-over" } },
    { path: "/loops", fields: { message: "taken over", clientId: "taken-over" } },
    { path: `${loop}/archive`, fields: {} },
    { path: `${loop}/delete`, fields: { title: "the quiet part" } },
    { path: "/settings/providers", fields: { name: "evil", address: "https://evil.test", models: "m", key: "k" } },
    { path: "/preferences/theme", fields: { theme: "dark" } },
    { path: "/sign-out", fields: {} },
  ],
})

/** What the owner sees of his workspace: loops, the talk, the providers, and that he is still signed in. */
async function workspace(page: Page, loop: string): Promise<string[]> {
  await page.goto("/loops?show=all")
  const rows = await page
    .locator("[data-loop]")
    .evaluateAll((all) => all.map((row) => `loop ${row.getAttribute("data-loop")}`))
  const theme = await page.locator("html").getAttribute("data-theme")
  await page.goto(loop)
  const title = await page.getByRole("textbox", { name: "Title" }).inputValue()
  const said = await page.locator("[data-message]").count()
  await page.goto("/settings/providers")
  const providers = await page.getByText("evil").count()
  return [...rows, `theme ${theme}`, `title ${title}`, `said ${said}`, `providers ${providers}`]
}

/** A frame that its sandbox deprives of its origin: what it sends says `Origin: null`. */
async function nullOrigin(page: Page): Promise<Frame> {
  await page.evaluate(() => {
    const frame = document.createElement("iframe")
    frame.setAttribute("sandbox", "allow-scripts allow-forms")
    frame.name = "nowhere"
    frame.srcdoc = "<body>nowhere"
    document.body.append(frame)
  })
  const frame = await until("the frame is there", () => page.frame({ name: "nowhere" }) ?? undefined)
  await frame.waitForLoadState()
  expect(await frame.evaluate(() => origin)).toBe("null")
  return frame
}

/** A loop without a message: no agent works in it, so that whatever changes was changed by somebody else. */
async function quietLoop(page: Page, origin: string): Promise<string> {
  const form = { title: "the quiet part", clientId: "quiet" }
  const made = await page.request.post("/loops", { form, headers: { origin } })
  expect(made.url()).toContain("/loops/")
  return new URL(made.url()).pathname
}

/** Waits until the browser has refused to show a page of ours in a frame; shown, it would never come to that. */
async function refusedFrame(page: Page, url: string): Promise<void> {
  await page.reload()
  await page.evaluate((address) => {
    const frame = document.createElement("iframe")
    frame.src = address
    document.body.replaceChildren(frame)
  }, url)
  await until(
    `${url} is refused in a frame`,
    () => page.frames().some((one) => one.url().startsWith("chrome-error:")),
    { timeoutMs: 20_000 },
  )
}
