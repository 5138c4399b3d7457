import { afterAll, beforeAll, expect, test } from "bun:test"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import type { Browser, Page, Route } from "playwright-core"
import { TextOperation } from "../../views/components/messages.tsx"
import { AppendEntries } from "../../views/components/conversation.tsx"
import { targets } from "../../views/targets.ts"
import { until } from "../e2e/harness.ts"
import { createMarkdownStream } from "../lib/markdown-stream.ts"
import { hostileLoop } from "../testing/hostile-loop.ts"
import { openLoop, reader } from "../testing/live-loop.tsx"
import { launchBrowser } from "../testing/live-page.ts"
import { type RoleWorld, roleWorld } from "../testing/role-world.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { xss } from "../testing/xss.ts"
import { buildAssets, writeAssets } from "../tools/assets.ts"

let browser: Browser
let world: RoleWorld
let address: string
const assets = await tempFolder()

beforeAll(async () => {
  browser = await launchBrowser()
  await writeAssets(assets.path)
  world = await roleWorld({
    assets: assets.path,
    config: { name: xss[5]?.slice(0, 80), providers: hostileProviders() },
    async prepare(home) {
      const path = `${home}/accounts/users.json`
      const file: { users: object[] } = JSON.parse(await readFile(path, "utf8"))
      await writeFile(
        path,
        JSON.stringify({ ...file, users: file.users.map((user) => ({ ...user, displayName: xss[5] })) }),
      )
      const vault = `${home}/personal/driver/.loopat/vaults/default/mounts/home`
      await mkdir(vault, { recursive: true })
      for (const name of hostileNames()) await writeFile(`${vault}/${name}`, "")
      await writeFile(`${home}/personal/driver/.loopat/config.json`, JSON.stringify({ providers: hostileProviders() }))
    },
  })
  const listening = world.app.listen()
  if (listening.kind !== "listening") throw new Error(listening.kind)
  address = listening.address
}, 60_000)
afterAll(async () => {
  await browser.close()
  await world[Symbol.asyncDispose]()
  await assets[Symbol.asyncDispose]()
})

/** Names, models and addresses that are texts of the corpus, as somebody could write them into his own file. */
const hostileProviders = () =>
  Object.fromEntries(xss.map((text) => [text, { baseUrl: text, models: [text], apiKey: text, auth: "none" }]))

/** As files can be called. */
const hostileNames = () => xss.map((text) => text.replaceAll("/", "\u2215").replaceAll("\0", "").slice(0, 80))

/** Somebody's browser with the real pages under their real policy; notes whatever should not happen. */
async function visitor(follow: (page: Page) => Promise<unknown> = async () => {}) {
  const context = await browser.newContext({ reducedMotion: "reduce" })
  const [name = "", value = ""] = (world.cookie("driver") ?? "").split("=")
  await context.addCookies([{ name, value, url: address }])
  const page = await context.newPage()
  const bad: string[] = []
  page.on("console", (message) => {
    // The browser's own note of a status that was provoked.
    if (!/status of (404|422)/.test(message.text())) bad.push(`${message.type()}: ${message.text()}`)
  })
  page.on("pageerror", (error) => bad.push(error.message))
  page.on("dialog", (dialog) => void bad.push(`dialog ${dialog.message()}`))
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("data:")) bad.push(`request ${request.url()}`)
  })
  await follow(page)
  return {
    page,
    /** Nothing ran, nothing foreign was asked, nothing of ours broke the policy, and nobody took the page over. */
    async expectCalm(where: string) {
      const taken = await page.evaluate(() => ({
        ran: "hacked" in globalThis,
        handlers: [...document.querySelectorAll("*")].flatMap((one) =>
          one.getAttributeNames().filter((name) => /^on|^srcdoc$/i.test(name)),
        ),
        foreign: document.querySelectorAll(
          "base, iframe, object, embed, [src^='http'], [action^='http'], meta[http-equiv]",
        ).length,
        title: document.title,
      }))
      expect({ where, ...taken, title: taken.title === "taken over", bad }).toEqual({
        where,
        ran: false,
        handlers: [],
        foreign: 0,
        title: false,
        bad: [],
      })
    },
    [Symbol.asyncDispose]: () => context.close(),
  }
}

test("nothing that stands in a conversation runs: as a page, as an earlier part, and as it arrives over the stream", async () => {
  const pieces: string[][] = []
  for (let at = 0; at < xss.length; at += 13) pieces.push(xss.slice(at, at + 13))
  for (const texts of pieces) {
    const loop = await hostileLoop(world, texts, texts[0] ?? "")
    await using shown = await visitor()
    await shown.page.goto(`${address}/loops/${loop}`)
    for (const details of await shown.page.locator("summary").all())
      await details.evaluate((one) => one.parentElement?.setAttribute("open", ""))
    await shown.expectCalm(`page ${texts[0]}`)
    expect(await shown.page.locator("[data-author='user']").count()).toBeGreaterThan(0)
    while ((await shown.page.getByRole("link", { name: /earlier/i }).count()) > 0) {
      const before = await shown.page.locator("[data-seq]").count()
      await shown.page
        .getByRole("link", { name: /earlier/i })
        .first()
        .click()
      await until("the earlier part is there", async () => (await shown.page.locator("[data-seq]").count()) > before)
    }
    await shown.expectCalm(`earlier ${texts[0]}`)

    await using live = await visitor((page) => page.route(/\/events\?/, (route) => fromTheStart(page, route)))
    await live.page.goto(`${address}/loops/${loop}`)
    await live.page.locator("[data-seq]").nth(20).waitFor({ state: "attached" })
    await live.expectCalm(`stream ${texts[0]}`)
  }
  console.log(`hostile texts ${xss.length} in ${Math.ceil(xss.length / 13)} conversations`)
}, 120_000)

/** Empties the conversation and lets the stream bring all of it. */
async function fromTheStart(page: Page, route: Route): Promise<void> {
  await page.evaluate(() => {
    for (const entry of document.querySelectorAll("[data-seq]")) entry.remove()
  })
  await route.continue({
    url: route
      .request()
      .url()
      .replace(/after=\d+/, "after=0"),
  })
}

test("nothing that stands in a title, a name, an address or an error runs on any page", async () => {
  for (const text of xss) await hostileLoop(world, [], text)
  world.app.begin()
  await using shown = await visitor((page) =>
    page.route(/\/loops\/events/, (route) =>
      route.continue({
        url: route
          .request()
          .url()
          .replace(/since=\d+/, "since=0"),
      }),
    ),
  )
  const { page } = shown
  await page.goto(`${address}/loops?show=all`)
  await until("the list is read", async () => {
    await page.reload()
    return (await page.locator("[data-loop]").count()) >= 60
  })
  await page.locator("[data-connection=live]").first().waitFor({ state: "attached" })
  await shown.expectCalm("list and its stream")
  for (const path of [
    "/settings/providers",
    "/settings/providers/new",
    "/settings/vault",
    "/set-up/provider",
    "/loops/new",
  ]) {
    await page.goto(address + path)
    await shown.expectCalm(path)
  }
  // Every text on every page is looked at without a browser elsewhere; here a third of them is enough.
  const some = xss.filter((_, index) => index % 3 === 0)
  for (const text of some) {
    const typed = encodeURIComponent(text)
    for (const path of [
      `/loops?show=all&q=${typed}`,
      `/settings/providers?deleted=${typed}&allowed=${typed}&saved=${typed}`,
      `/settings/providers/personal/${typed}`,
      `/${typed}`,
      `/sign-in?next=${typed}&out=${typed}`,
    ]) {
      await page.goto(address + path)
      await shown.expectCalm(path)
    }
  }
  console.log(`hostile addresses ${some.length * 5}`)
}, 120_000)

test("nothing that a model writes piece by piece runs while it grows", async () => {
  await using live = await openLoop(browser, await buildAssets())
  for (const [index, text] of xss.entries()) {
    const item = { kind: "agent-text", id: `item-${100 + index}`, streaming: true } as const
    const stream = createMarkdownStream(targets.growing(item.id))
    live.send(<AppendEntries items={[{ ...item, ...stream.snapshot() }]} reader={reader} />)
    for (const piece of text.match(/.{1,7}/gsu) ?? []) {
      live.send(
        <>
          {stream.feed(piece).map((operation) => (
            <TextOperation item={item.id} operation={operation} />
          ))}
        </>,
      )
    }
  }
  const last = `#item-${99 + xss.length}`
  await until("the last one has words", async () => ((await live.page.locator(last).textContent()) ?? "").length > 0)
  expect(await live.page.evaluate(() => "hacked" in globalThis)).toBe(false)
  expect(live.complaints).toEqual([])
}, 60_000)
