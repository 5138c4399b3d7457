import { afterAll, beforeAll, expect, test } from "bun:test"
import type { Browser } from "playwright-core"
import { until } from "../../src/e2e/harness.ts"
import { openLoop, reader, said } from "../../src/testing/live-loop.tsx"
import { launchBrowser } from "../../src/testing/live-page.ts"
import { buildAssets, type BuiltAsset } from "../../src/tools/assets.ts"
import { asks } from "../../src/tools/gallery/conversation.ts"
import { loopId } from "../../src/tools/gallery/samples.ts"
import { Replace } from "../partials.tsx"
import type { AnsweredItem } from "../props/conversation.ts"
import { targets } from "../targets.ts"
import { ComposerError, ComposerState } from "./composer.tsx"
import { AppendEntries, ReplaceEntry } from "./conversation.tsx"
import { Queue } from "./queue.tsx"
import { Toast } from "./toast.tsx"

let browser: Browser
let assets: BuiltAsset[]

beforeAll(async () => {
  browser = await launchBrowser()
  assets = await buildAssets()
})
afterAll(() => browser.close())

test("Enter sends once, shows the message as pending, and clears the field for the next", async () => {
  await using live = await openLoop(browser, assets, { answer: () => undefined })
  const field = live.page.getByRole("textbox", { name: "Message" })
  await field.fill("first")
  await field.press("Shift+Enter")
  await field.pressSequentially("second line")
  await field.press("Enter")
  await live.page.locator(".is-pending .said-text").waitFor()
  expect(await live.page.locator(".is-pending .said-text").innerText()).toBe("first\nsecond line")
  expect(await field.inputValue()).toBe("")
  const sent = () => live.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/messages"))
  await field.fill("again")
  await field.press("Enter")
  await live.page.locator(".is-pending").nth(1).waitFor()
  await live.page.waitForFunction(() => document.querySelectorAll(".htmx-request").length === 0)
  expect(sent().map(({ fields }) => fields["text"])).toEqual(["first\nsecond line", "again"])
  expect(new Set(sent().map(({ fields }) => fields["clientId"])).size).toBe(2)
  live.send(<AppendEntries items={[said(40, "first", sent()[0]?.fields["clientId"])]} reader={reader} />, 40)
  await live.page.locator("#item-40").waitFor()
  expect(await live.page.locator(".is-pending").count()).toBe(1)
  expect(live.complaints).toEqual([])
})

test("a pasted image goes to the server at once, and with the message when that is sent; one that is refused says why", async () => {
  const sha256 = "ab".repeat(32)
  let status = 200
  await using live = await openLoop(browser, assets, {
    answer: ({ url }) => (url.endsWith("/attachments") ? Response.json({ sha256 }, { status }) : undefined),
  })
  const { page } = live
  const paste = () =>
    page.getByRole("textbox", { name: "Message" }).evaluate((field) => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File(["GIF89a"], "shot.gif", { type: "image/gif" }))
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
    })
  await paste()
  await page.getByRole("button", { name: "Remove shot.gif" }).waitFor()
  await page.getByRole("textbox", { name: "Message" }).fill("look")
  await page.getByRole("textbox", { name: "Message" }).press("Enter")
  await page.getByRole("button", { name: "Remove shot.gif" }).waitFor({ state: "detached" })
  const sent = () => live.requests.find(({ path }) => path.endsWith("/messages"))
  await until("it is sent", () => sent())
  expect(sent()?.fields).toMatchObject({ text: "look", attachment: `${sha256} shot.gif` })
  status = 422
  await paste()
  await page.getByText("Only PNG, JPEG, GIF and WebP images go with a message.").waitFor()
  expect(await page.locator("[data-image]").count()).toBe(0)
  expect(live.complaints.filter((line) => !/422/.test(line))).toEqual([])
})

test("a refused message comes back into the field with its sentence and its number", async () => {
  const refusal = (
    <Replace target={targets.composerError}>
      <ComposerError sentence="The disk is full." />
    </Replace>
  )
  await using live = await openLoop(browser, assets, {
    answer: ({ url }) =>
      url.endsWith("/messages")
        ? new Response(String(refusal), { status: 507, headers: { "content-type": "text/html" } })
        : undefined,
  })
  const field = live.page.getByRole("textbox", { name: "Message" })
  const before = await live.page.locator("#composer-form [name=clientId]").inputValue()
  await field.fill("precious")
  await field.press("Enter")
  await live.page.getByText("The disk is full.").waitFor()
  expect(await field.inputValue()).toBe("precious")
  expect(await live.page.locator("#composer-form [name=clientId]").inputValue()).toBe(before)
  expect(await live.page.locator(".is-pending").count()).toBe(0)
})

test("a draft outlives a reload and is gone once it is sent", async () => {
  await using live = await openLoop(browser, assets)
  const field = live.page.getByRole("textbox", { name: "Message" })
  await field.fill("not yet")
  await live.page.reload()
  expect(await field.inputValue()).toBe("not yet")
  await field.press("Enter")
  await live.page.locator(".is-pending").waitFor()
  await live.page.reload()
  expect(await field.inputValue()).toBe("")
})

test("ArrowUp recalls earlier messages from an empty field only", async () => {
  await using live = await openLoop(browser, assets, { change: { items: [said(1, "older"), said(2, "newer")] } })
  const field = live.page.getByRole("textbox", { name: "Message" })
  await field.press("ArrowUp")
  expect(await field.inputValue()).toBe("newer")
  await field.press("ArrowUp")
  expect(await field.inputValue()).toBe("older")
  await field.press("ArrowDown")
  await field.press("ArrowDown")
  expect(await field.inputValue()).toBe("")
  await field.fill("mine")
  await field.press("ArrowUp")
  expect(await field.inputValue()).toBe("mine")
})

test("on a phone Enter breaks the line and nothing scrolls sideways", async () => {
  await using live = await openLoop(browser, assets, { size: { width: 390, height: 844 }, hasTouch: true })
  const field = live.page.getByRole("textbox", { name: "Message" })
  await field.fill("one")
  await field.press("Enter")
  expect(await field.inputValue()).toBe("one\n")
  expect(await live.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
})

test("Stop is offered while the agent works, and Esc twice presses it", async () => {
  await using live = await openLoop(browser, assets)
  expect(await live.page.getByRole("button", { name: "Stop" }).isVisible()).toBe(false)
  live.send(
    <Replace target={targets.composerState}>
      <ComposerState working />
    </Replace>,
  )
  await live.page.getByRole("button", { name: "Stop" }).waitFor()
  expect(await live.page.getByRole("button", { name: "Send" }).isVisible()).toBe(false)
  const posted = live.page.waitForRequest((request) => request.url().endsWith(`/loops/${loopId(2)}/stop`))
  await live.page.keyboard.press("Escape")
  await live.page.keyboard.press("Escape")
  await posted
  await live.page.getByRole("textbox", { name: "Message" }).fill("next")
  expect(await live.page.getByRole("button", { name: "Send" }).isVisible()).toBe(true)
})

test("after an answer the focus goes on to the message field, and a text that is being written is not disturbed", async () => {
  const question = asks("en").find((item) => item.kind === "question")
  if (question === undefined) throw new Error("need a question")
  const answered: AnsweredItem = {
    kind: "answered",
    id: question.id,
    what: "question",
    by: "alice",
    decision: "answer",
    lines: [],
  }
  await using live = await openLoop(browser, assets, { change: { items: [question] } })
  await live.page.getByRole("button", { name: "Fixed" }).focus()
  await live.page.keyboard.press("Enter")
  await until("the answer is posted", () => live.requests.some(({ fields }) => fields["answer.0"] === "Fixed"))
  live.send(<ReplaceEntry item={answered} reader={reader} />)
  await live.page.getByText("alice answered").waitFor()
  expect(await live.page.evaluate(() => document.activeElement?.id)).toBe("composer-text")
  await live.page.keyboard.type("I was wri")
  live.send(<AppendEntries items={[said(60, "news")]} reader={reader} />, 60)
  live.send(
    <Replace target={targets.queue}>
      <Queue
        queue={{ loop: "x", messages: [{ seq: 9, author: "bob", text: "waits", editable: true }] }}
        reader={reader}
      />
    </Replace>,
  )
  await live.page.getByText("1 message waits").waitFor()
  await live.page.keyboard.type("ting")
  expect(await live.page.getByRole("textbox", { name: "Message" }).inputValue()).toBe("I was writing")
})

test("a refusal without a place of its own is said at the edge of the page until it is dismissed", async () => {
  const toast = <Toast text="This loop was archived. Restore it to go on." level="error" reader={reader} />
  await using live = await openLoop(browser, assets, {
    answer: ({ url }) =>
      url.endsWith("/messages")
        ? new Response(String(toast), { status: 409, headers: { "content-type": "text/html", "hx-reswap": "none" } })
        : undefined,
  })
  const field = live.page.getByRole("textbox", { name: "Message" })
  await field.fill("too late")
  await field.press("Enter")
  await live.page.getByText("This loop was archived. Restore it to go on.").waitFor()
  expect(await field.inputValue()).toBe("too late")
  await live.page.locator("[data-toast]").getByRole("button", { name: "Close" }).click()
  expect(await live.page.locator("[data-toast]").count()).toBe(0)
})

test("a message that could not leave comes back and says so", async () => {
  await using live = await openLoop(browser, assets)
  await live.page.context().setOffline(true)
  await live.page.locator("[data-connection=offline]").waitFor({ state: "attached" })
  const field = live.page.getByRole("textbox", { name: "Message" })
  await field.fill("from a train")
  await field.press("Enter")
  await live.page.getByText("Not sent. Check the connection and send it again; your text is here.").waitFor()
  expect(await field.inputValue()).toBe("from a train")
  expect(await live.page.locator(".is-pending").count()).toBe(0)
  await live.page.context().setOffline(false)
  await live.page.locator("[data-connection=live]").waitFor({ state: "attached" })
})
