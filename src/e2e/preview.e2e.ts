import { afterAll, expect, test } from "bun:test"
import type { Frame, Page } from "playwright-core"
import { seriousFindings, slidesSideways } from "../testing/page-looks.ts"
import { closeBrowser, phone, setUp, startServer, until, visit, type Server, type Visit } from "./harness.ts"
import { installInside, placeOf, startInside } from "./inside.ts"
import { createLoop, send, settled } from "./steps.ts"

afterAll(closeBrowser)

const project = [
  '#write package.json {"private":true,"type":"module"}',
  '#write index.html <!doctype html><title>A small page</title><h1 id="a">nothing ran</h1><script type="module" src="/main.js"></script>',
  '#write main.js document.querySelector("#a").textContent = "first"; if (import.meta.hot) import.meta.hot.accept()',
  "#say ready",
].join("\n")

test("a Vite project made by the agent is seen at its own host name, and what the agent changes is there without a reload", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, project)
  await settled(page)
  const place = placeOf(server, page)
  await page.getByRole("tab", { name: "Preview" }).click()
  await page.getByText("Nothing listens in the sandbox yet.").waitFor()
  await visitor.picture("preview-1-nothing")

  await installInside(place, "vite")
  await startInside(page, place, { script: "node_modules/vite/bin/vite.js --port 5173", turns: 2 })
  await openPort(page, 5173)
  const frame = await shownFrame(page)
  await frame.getByRole("heading", { name: "first" }).waitFor()
  expect(new URL(frame.url()).hostname).toMatch(/^[a-z2-7]{16}\.localhost$/)
  await visitor.picture("preview-2-vite")

  await frame.evaluate(() => Object.assign(globalThis, { untouched: true }))
  const talk = await visitor.context.newPage()
  await talk.goto(place.path)
  await send(talk, "#bash sed -i s/first/second/ main.js")
  await frame.getByRole("heading", { name: "second" }).waitFor()
  expect(await frame.evaluate(() => Reflect.get(globalThis, "untouched"))).toBe(true)
  await settled(talk, 3)
  await talk.close()

  expect(await seriousFindings(page)).toEqual([])
  await page.getByRole("button", { name: "Share" }).click()
  await page.getByRole("radio", { name: "Only me" }).waitFor()
  await visitor.picture("preview-3-share")
  await page.keyboard.press("Escape")
  await page.getByRole("textbox", { name: "Address" }).fill("/?again")
  await page.keyboard.press("Enter")
  await until("the frame shows the other address", () => page.frames().some((one) => one.url().endsWith("/?again")))

  await elsewhere(server, visitor, place.path)
  // The browser's general warning about frames that may run scripts: this one is on another origin.
  const usual = /\.localhost:|vite|both allow-scripts and allow-same-origin/i
  expect(visitor.complaints.filter((line) => !usual.test(line))).toEqual([])
}, 180_000)

/** Looks until the port listens, and opens it. */
async function openPort(page: Page, port: number): Promise<void> {
  await page.getByRole("tab", { name: "Preview" }).click()
  const open = page.getByRole("button", { name: `Open port ${port}` })
  await until(`port ${port} listens`, async () => {
    if ((await open.count()) > 0) return true
    await page.getByRole("link", { name: "Look again" }).click()
    await page.getByRole("tab", { name: "Preview", selected: true }).waitFor()
    return (await open.count()) > 0
  })
  await open.click()
}

async function shownFrame(page: Page): Promise<Frame> {
  await page.locator("#preview-frame").waitFor()
  return until("the preview is in its frame", () => page.frames().find((frame) => frame.url().includes(".localhost:")))
}

/** The same person on a phone in Chinese, and in a browser that runs no script. */
async function elsewhere(server: Server, visitor: Visit, path: string): Promise<void> {
  await using small = await visit(server, { size: phone, language: "zh", theme: "dark" })
  await small.context.addCookies(await visitor.context.cookies())
  await small.page.goto(`${path}/preview`)
  await (await shownFrame(small.page)).getByRole("heading", { name: "second" }).waitFor()
  expect([...(await seriousFindings(small.page)), ...(await slidesSideways(small.page))]).toEqual([])
  expect(await small.page.getByRole("tab", { selected: true }).evaluate(isInSight)).toBe(true)
  await small.picture("preview-4-phone")
  await small.page.getByRole("button", { name: "分享" }).click()
  await small.picture("preview-5-phone-share")

  await using plain = await visit(server, { script: false })
  await plain.context.addCookies(await visitor.context.cookies())
  await plain.page.goto(`${path}/preview`)
  await plain.picture("preview-6-without-script")
  const tab = plain.context.waitForEvent("page")
  await plain.page.getByRole("link", { name: "Open in a tab" }).click()
  const opened = await tab
  await opened.getByRole("button", { name: "Go on" }).click()
  await opened.getByRole("heading", { name: "nothing ran" }).waitFor()
  expect(await opened.title()).toBe("A small page")
}

const isInSight = (element: Element): boolean => {
  const { left, right } = element.getBoundingClientRect()
  return left >= 0 && right <= window.innerWidth
}
