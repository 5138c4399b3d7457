import { afterAll, beforeAll, expect, test } from "bun:test"
import type { Browser, Page } from "playwright-core"
import type { Locale } from "../../src/lib/i18n/locale.ts"
import { launchBrowser, openLivePage } from "../../src/testing/live-page.ts"
import { seriousFindings, slidesSideways, tooSmallToPress } from "../../src/testing/page-looks.ts"
import { buildAssets, type BuiltAsset } from "../../src/tools/assets.ts"
import { gallery } from "../../src/tools/gallery/pages.tsx"
import { newLoop } from "../../src/tools/gallery/samples.ts"
import { NewLoopDialog } from "../components/new-loop-form.tsx"

let browser: Browser
let assets: BuiltAsset[]

beforeAll(async () => {
  browser = await launchBrowser()
  assets = await buildAssets()
})
afterAll(() => browser.close())

const looks = [
  { locale: "en", theme: "light", viewport: { width: 1440, height: 900 }, hasTouch: false },
  { locale: "zh", theme: "dark", viewport: { width: 390, height: 844 }, hasTouch: true },
] as const

for (const look of looks) {
  test(`every page passes axe, fits ${look.viewport.width} pixels, is pressed by a thumb where there is one, and says nothing on the console (${look.locale})`, async () => {
    const found = await everyPage(look, async (page) => [
      ...(await seriousFindings(page)),
      ...(await slidesSideways(page)),
      ...(look.hasTouch ? await tooSmallToPress(page) : []),
    ])
    expect(found).toEqual({})
  }, 240_000)
}

interface Look {
  locale: Locale
  theme: "light" | "dark"
  viewport: { width: number; height: number }
  hasTouch: boolean
}

/** What is found on the pages that have something, by their names; a few tabs go through them. */
async function everyPage(
  { viewport, hasTouch, ...setting }: Look,
  look: (page: Page) => Promise<readonly unknown[]>,
): Promise<Record<string, readonly unknown[]>> {
  const findings: Record<string, readonly unknown[]> = {}
  const waiting = Object.entries(gallery)
  const tab = async () => {
    let view: (typeof gallery)[string] = () => null
    await using live = await openLivePage(browser, {
      ...{ assets, viewport, hasTouch, colorScheme: setting.theme },
      page: (urls) => view({ ...setting, assets: urls }),
    })
    await live.page.addInitScript(() => localStorage.clear())
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      view = next[1]
      await live.page.goto(live.url)
      const found = [...(await look(live.page)), ...live.complaints.splice(0)]
      if (found.length > 0) findings[next[0]] = found
    }
  }
  await Promise.all([tab(), tab()])
  return findings
}

test("New Loop opens as a dialog with the focus in its first field, and gives the focus back", async () => {
  await using live = await openLivePage(browser, {
    assets,
    page: (urls) => gallery["loops"]?.({ locale: "en", theme: "light", assets: urls }) ?? null,
    answer: ({ url, headers }) =>
      url.endsWith("/loops/new") && headers.get("hx-request") === "true"
        ? new Response(String(<NewLoopDialog form={newLoop({ locale: "en", theme: "light", assets: noAssets })} />))
        : undefined,
  })
  const link = live.page.getByRole("link", { name: "New Loop" })
  await link.focus()
  await live.page.keyboard.press("Enter")
  const dialog = live.page.getByRole("dialog", { name: "New Loop" })
  await dialog.waitFor()
  expect(await live.page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("message")
  await live.page.keyboard.press("Escape")
  await dialog.waitFor({ state: "hidden" })
  expect(await link.evaluate((element) => element === document.activeElement)).toBe(true)
  await live.page.keyboard.press("c")
  await dialog.waitFor()
  expect(live.complaints).toEqual([])
})

test("j, k, slash and question mark move about without a mouse", async () => {
  await using live = await openLivePage(browser, {
    assets,
    page: (urls) => gallery["loops"]?.({ locale: "en", theme: "light", assets: urls }) ?? null,
  })
  const focused = () => live.page.evaluate(() => document.activeElement?.textContent ?? "")
  const titles = await live.page.locator(".row-title").allInnerTexts()
  await live.page.keyboard.press("j")
  expect(await focused()).toBe(titles[0] ?? "")
  await live.page.keyboard.press("j")
  await live.page.keyboard.press("j")
  await live.page.keyboard.press("k")
  expect(await focused()).toBe(titles[1] ?? "")
  await live.page.keyboard.press("/")
  expect(await live.page.getByRole("searchbox").evaluate((box) => box === document.activeElement)).toBe(true)
  await live.page.keyboard.type("?")
  expect(await live.page.getByRole("dialog").count()).toBe(0)
  await live.page.getByRole("heading", { name: "Loops" }).click()
  await live.page.keyboard.press("?")
  await live.page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor()
})

test("the menu of a loop opens, closes on Esc and gives the focus back", async () => {
  await using live = await openLivePage(browser, {
    assets,
    page: (urls) => gallery["loop"]?.({ locale: "en", theme: "light", assets: urls }) ?? null,
  })
  const button = live.page.getByRole("button", { name: "Loop menu" })
  await button.click()
  await live.page.getByRole("button", { name: "Archive" }).waitFor()
  await live.page.keyboard.press("Escape")
  await live.page.getByRole("button", { name: "Archive" }).waitFor({ state: "hidden" })
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)
})

test("code is copied by its button, which says so", async () => {
  await using live = await openLivePage(browser, {
    assets,
    permissions: ["clipboard-read", "clipboard-write"],
    page: (urls) => gallery["loop"]?.({ locale: "en", theme: "light", assets: urls }) ?? null,
  })
  await live.page.locator(".prose").getByRole("button", { name: "Copy" }).click()
  await live.page.locator(".prose").getByRole("button", { name: "Copied" }).waitFor()
  expect(await live.page.evaluate(() => navigator.clipboard.readText())).toStartWith("export function taxRate(")
})

test("a page that says that the server restarts opens by itself as soon as the server is back", async () => {
  let back = false
  await using live = await openLivePage(browser, {
    assets,
    page: (urls) => gallery["error-503"]?.({ locale: "en", theme: "light", assets: urls }) ?? null,
    answer: ({ url }) => {
      if (!url.endsWith("/loops")) return undefined
      const answer = back ? new Response("<h1>Here again</h1>", html) : new Response("", { status: 503 })
      back = true
      return answer
    },
  })
  await live.page.getByRole("heading", { name: "The server is restarting" }).waitFor()
  await live.page.getByRole("heading", { name: "Here again" }).waitFor()
  expect(live.requests.filter(({ path }) => path === "/loops").length).toBeGreaterThanOrEqual(3)
})

const html = { headers: { "content-type": "text/html" } }
const noAssets = { script: "", style: "", icon: "" }
