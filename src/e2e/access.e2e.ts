/** Every page of the running product, looked at as people do who use no mouse, large type, another theme or a phone. */
import { afterAll, beforeAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { restless, seriousFindings, slidesSideways, tooSmallToPress } from "../testing/page-looks.ts"
import { closeBrowser, phone, type Server, signIn, startServer, until, visit, type Visit, wide } from "./harness.ts"
import { addresses, prepareLoops } from "./many-loops.ts"
import { createLoop, message, pressTab, send, settled, tool } from "./steps.ts"

let server: Server
let owner: Visit
/** Loops in the states that a loop page can be in. */
let loops: Record<string, string>

beforeAll(async () => {
  server = await startServer()
  owner = await visit(server)
  loops = await prepareLoops(owner.page, server)
}, 180_000)

afterAll(async () => {
  await owner?.[Symbol.asyncDispose]()
  await closeBrowser()
  await server?.[Symbol.asyncDispose]()
})

const looks = [
  { language: "en", size: wide, otherSize: { width: 720, height: 450 }, themes: ["light", "dark"] },
  { language: "zh", size: phone, otherSize: { width: 820, height: 1100 }, themes: ["dark", "light"] },
] as const

for (const { language, size, otherSize, themes } of looks) {
  test(`no page has a serious finding, slides sideways or complains (${language}, ${size.width} pixels, both themes)`, async () => {
    await using visitor = await visit(server, { language, size, theme: themes[0] })
    const { page } = visitor
    await enter(page)
    const findings: Record<string, string[]> = {}
    for (const [name, address] of Object.entries(addresses(loops))) {
      await page.goto(address)
      const found = [...(await seriousFindings(page)), ...(await slidesSideways(page)), ...(await restless(page))]
      if (size === phone) found.push(...(await tooSmallToPress(page)))
      await page.emulateMedia({ colorScheme: themes[1] })
      found.push(...(await seriousFindings(page, ["color-contrast"])))
      await page.emulateMedia({ colorScheme: themes[0] })
      // Half the width in CSS pixels is what a wide window has at 200 % zoom; the other one is a tablet.
      await page.setViewportSize(otherSize)
      found.push(...(await slidesSideways(page)))
      await page.setViewportSize(size)
      if (found.length > 0) findings[name] = found
    }
    expect(findings).toEqual({})
    expect(visitor.complaints.filter((line) => !/status of 404/.test(line))).toEqual([])
  }, 240_000)
}

async function enter(page: Page): Promise<void> {
  await page.goto("/sign-in")
  expect([...(await seriousFindings(page)), ...(await slidesSideways(page))]).toEqual([])
  await page.locator("[name=name]").fill("ada")
  await page.locator("[name=password]").fill("correct horse battery")
  await page.locator("main [type=submit]").click()
  await page.waitForURL(/\/loops$/)
}

test("dialog, menus and shortcuts have no serious finding while they are open, and give the focus back", async () => {
  await using visitor = await visit(server)
  const { page } = visitor
  await signIn(page)
  const focused = () => page.evaluate(() => document.activeElement?.className ?? "")
  for (const [opener, open] of [
    [".new-loop", "dialog[open]"],
    [".person", "#person-menu:popover-open"],
  ] as const) {
    await page.locator(opener).focus()
    await page.keyboard.press("Enter")
    await page.locator(open).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press("Escape")
    await page.locator(open).waitFor({ state: "hidden" })
    expect(await focused()).toContain(opener.slice(1))
  }
  await page.keyboard.press("?")
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor()
  expect(await seriousFindings(page)).toEqual([])
  expect(visitor.complaints).toEqual([])
})

test("the title says where one is and how many loops need one, and changes by itself", async () => {
  await using visitor = await visit(server)
  const { page } = visitor
  await signIn(page)
  await until("the list's title counts", async () => (await page.title()) === "(1) Loops · Acme")
  await page.goto(loops["question"] ?? "")
  expect(await page.title()).toBe("(1) ask me · Acme")
  const beside = await page.context().newPage()
  await beside.goto(`${loops["question"] ?? ""}/changes`)
  expect(await beside.title()).toBe("(1) Changes · ask me · Acme")
  await page.getByRole("group", { name: "Question" }).getByRole("listitem").first().getByRole("button").click()
  await until("nobody needs anybody", async () => (await page.title()) === "ask me · Acme")
  await until("not beside it either", async () => (await beside.title()) === "Changes · ask me · Acme")
  await beside.close()
  await page.goto("/settings/providers")
  expect(await page.title()).toMatch(/^Providers · Acme$/)
  await page.goto("/nothing")
  expect(await page.title()).toBe("Nothing here · Acme")
})

test("every name that automation may rely on is there on the running pages", async () => {
  await using visitor = await visit(server)
  const { page } = visitor
  await signIn(page)
  const main = page.getByRole("navigation", { name: "Main" })
  expect(await main.getByRole("link", { name: "Loops" }).count()).toBe(1)
  const region = page.getByRole("region", { name: "Loops" })
  const id = loops["finished"]?.split("/").at(-1)
  expect(await region.locator(`a[data-loop="${id}"]`).getAttribute("data-state")).toBe("idle")
  expect(await page.getByRole("searchbox", { name: "Search loops" }).count()).toBe(1)
  await page.getByRole("link", { name: "New Loop" }).click()
  const dialog = page.getByRole("dialog", { name: "New Loop" })
  await dialog.locator("summary").first().click()
  for (const field of ["Message", "Repository", "Title"]) expect(await dialog.getByLabel(field).count()).toBe(1)
  expect(await dialog.getByRole("button", { name: "Create" }).count()).toBe(1)
  await page.goto(loops["working"] ?? "")
  await page.locator('[data-connection="live"]').waitFor()
  expect(await page.getByRole("status", { name: "Connection" }).count()).toBe(1)
  const log = page.getByRole("log", { name: "Conversation" })
  expect(await log.locator('[data-seq][data-author="user"]').count()).toBe(1)
  expect(await log.locator('[data-tool="Bash"][data-ok="pending"]').count()).toBe(1)
  expect(await page.getByRole("textbox", { name: "Message" }).count()).toBe(1)
  expect(await page.getByRole("status", { name: "Queue" }).count()).toBe(1)
  for (const button of ["Stop", "Send"])
    expect(await page.getByRole("button", { name: button, exact: true, includeHidden: true }).count()).toBe(1)
})

test("a permission is asked for, read, given and seen by the keyboard alone", async () => {
  await using visitor = await visit(server)
  const { page } = visitor
  await signIn(page)
  await page.goto(loops["finished"] ?? "")
  await page.getByRole("combobox", { name: "Permission mode" }).focus()
  await page.keyboard.press("ArrowDown")
  await page.getByRole("log").getByText("ask first").waitFor()
  await page.locator("#composer-text").focus()
  await page.keyboard.type("#bash echo by-keys-alone")
  await page.keyboard.press("Enter")
  await page.getByRole("group", { name: "Permission" }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("composer-text")
  await page.locator("#content").focus()
  await pressTab(page, "Allow once")
  await page.keyboard.press("Enter")
  await tool(page, "Bash").waitFor()
  await until("the focus is where one writes next", () =>
    page.evaluate(() => document.activeElement?.id === "composer-text"),
  )
  await tool(page, "Bash").locator("summary").first().focus()
  await page.keyboard.press("Enter")
  await tool(page, "Bash").getByText("by-keys-alone").last().waitFor()
  await page.locator("#content").focus()
  await pressTab(page, "Loop menu")
  await page.keyboard.press("Enter")
  await pressTab(page, "Archive")
  await page.keyboard.press("Escape")
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Loop menu")
  expect(visitor.complaints).toEqual([])
})

test("who loses the network is told on every screen, and told no more when it is back", async () => {
  await using visitor = await visit(server, { size: phone })
  const { page } = visitor
  await signIn(page)
  await page.goto(loops["finished"] ?? "")
  const line = page.getByText("Offline. What you see may be old; it catches up by itself.").last()
  await until("the page is live", () => page.evaluate(() => document.body.dataset["link"] === "live"))
  expect(await line.isVisible()).toBe(false)
  await visitor.context.setOffline(true)
  await line.waitFor()
  await visitor.picture("offline-phone")
  expect(await slidesSideways(page)).toEqual([])
  await visitor.context.setOffline(false)
  await line.waitFor({ state: "hidden" })
})

test("queue, title and list are worked with the keyboard alone, and the focus is never lost", async () => {
  await using visitor = await visit(server)
  const { page } = visitor
  const focus = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName.toLowerCase())
  const tabTo = (name: string) => pressTab(page, name)
  await signIn(page)
  await page.goto(loops["working"] ?? "")
  await page.getByRole("textbox", { name: "Message" }).waitFor()
  await page.locator("#content").focus()
  await tabTo("Edit")
  await page.keyboard.press("Enter")
  await page.getByRole("textbox", { name: "Waiting message" }).waitFor()
  await page.keyboard.press("Control+a")
  await page.keyboard.type("#say edited by keys")
  await tabTo("Save")
  await page.keyboard.press("Enter")
  const queue = page.getByRole("status", { name: "Queue" })
  await queue.getByRole("paragraph").filter({ hasText: "edited by keys" }).waitFor()
  expect(await focus()).not.toBe("body")

  await page.locator("#loop-title-field").focus()
  await page.keyboard.press("Control+a")
  await page.keyboard.type("Renamed by keys")
  await page.keyboard.press("Enter")
  expect(await focus()).toBe("composer-text")
  await until("the tab has the new title", async () => (await page.title()).includes("Renamed by keys"))

  await page.locator("#content").focus()
  await tabTo("Remove")
  await page.keyboard.press("Enter")
  await queue.waitFor({ state: "hidden" })
  await until("the focus has gone on", async () => (await focus()) === "composer-text")
  await page.keyboard.press("Escape")
  await page.keyboard.press("Escape")
  await page.locator('[data-turn-end="interrupted"]').waitFor()
  expect(await focus()).toBe("composer-text")

  await page.goto("/loops")
  await page.keyboard.press("j")
  const [first, second] = await page.locator(".row-title").allInnerTexts()
  await page.keyboard.press("e")
  await page.locator(".row-title", { hasText: first ?? "" }).waitFor({ state: "detached" })
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(second)
  expect(visitor.complaints).toEqual([])
})

test("while a long answer streams, reading further up, selecting, typing and an open menu are not disturbed", async () => {
  await using visitor = await visit(server)
  const { page } = visitor
  await signIn(page)
  await createLoop(page, "long")
  await settled(page)
  await send(page, "#slow 2000 20")
  await message(page, "agent").filter({ hasText: "word3 " }).waitFor()
  await page.getByRole("textbox", { name: "Message" }).focus()
  await page.keyboard.type("half a thought")
  await page.locator("#scroller").evaluate((scroller) => (scroller.scrollTop = -scroller.scrollHeight / 2))
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Archive" }).waitFor()
  const before = await page.evaluate(() => {
    const blocks = [...document.querySelectorAll("#conversation .prose > *")]
    const read = blocks.find((block) => block.getBoundingClientRect().top > 120)
    read?.setAttribute("data-read", "")
    const range = document.createRange()
    if (read) range.selectNodeContents(read)
    getSelection()?.removeAllRanges()
    getSelection()?.addRange(range)
    return { nodes: document.querySelectorAll("*").length }
  })
  const now = () =>
    page.evaluate(() => ({
      top: document.querySelector("[data-read]")?.getBoundingClientRect().top,
      selected: String(getSelection()),
      typed: document.querySelector<HTMLTextAreaElement>("#composer-text")?.value,
      menu: document.querySelector("#loop-menu:popover-open") !== null,
    }))
  const seen = await now()
  const words = () => page.locator("#conversation").evaluate((log) => log.textContent?.match(/word\d+/g)?.length ?? 0)
  const had = await words()
  await until("a hundred words came", async () => (await words()) > had + 100)
  const later = await now()
  expect(Math.abs((later.top ?? NaN) - (seen.top ?? NaN))).toBeLessThan(1)
  expect({ ...later, top: 0 }).toEqual({ ...seen, top: 0 })
  expect([seen.typed, seen.menu, (seen.selected ?? "").length > 0]).toEqual(["half a thought", true, true])
  const grown = (await page.evaluate(() => document.querySelectorAll("*").length)) - before.nodes
  console.log(`${(await words()) - had} words streamed, ${grown} elements added`)
  expect(grown).toBeLessThan(20)
  expect(visitor.complaints).toEqual([])
})
