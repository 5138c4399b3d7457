import { afterAll, beforeAll, expect, test } from "bun:test"
import type { Browser } from "playwright-core"
import { renderMarkdown } from "../../src/lib/markdown.ts"
import { createMarkdownStream } from "../../src/lib/markdown-stream.ts"
import { launchBrowser, openLivePage, streamPath } from "../../src/testing/live-page.ts"
import { until } from "../../src/e2e/harness.ts"
import { buildAssets, type BuiltAsset } from "../../src/tools/assets.ts"
import { loopPage } from "../../src/tools/gallery/conversation.ts"
import { loopId, now } from "../../src/tools/gallery/samples.ts"
import { AppendEntry, ReplaceEntry } from "../components/conversation.tsx"
import { TextOperation } from "../components/messages.tsx"
import { ComposerError, ComposerState } from "../components/composer.tsx"
import { Replace } from "../partials.tsx"
import type { LoopPageView, UserMessageItem } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { LoopPage } from "./loop.tsx"

const reader: Reader = { locale: "en", now }
let browser: Browser
let assets: BuiltAsset[]

beforeAll(async () => {
  browser = await launchBrowser()
  assets = await buildAssets()
})
afterAll(() => browser.close())

const said = (seq: number, text: string, clientId = `client-${seq}`): UserMessageItem => ({
  kind: "user-message",
  id: `item-${seq}`,
  seq,
  clientId,
  author: "alice",
  at: now,
  text,
  state: "sent",
})

interface Opened {
  change?: Partial<LoopPageView>
  answer?: Parameters<typeof openLivePage>[1]["answer"]
  size?: { width: number; height: number }
  hasTouch?: boolean
}

const openLoop = ({ change, answer, size = { width: 1280, height: 800 }, hasTouch }: Opened = {}) =>
  openLivePage(browser, {
    assets,
    viewport: size,
    hasTouch,
    answer,
    page: (urls) => {
      const page = loopPage({ locale: "en", theme: "light", assets: urls })
      const quiet = { ...page.composer, working: false }
      return (
        <LoopPage
          page={{ ...page, composer: quiet, queue: { ...page.queue, messages: [] }, streamUrl: streamPath, ...change }}
        />
      )
    },
  })

const connection = '[role=status][aria-label="Connection"]'

test("what is published appears at the end, once, without a console message", async () => {
  await using live = await openLoop()
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
  live.send(<AppendEntry item={said(20, "Hello <b>there</b>")} reader={reader} />, 20)
  await live.page.locator("#item-20").waitFor()
  expect(
    await live.page.getByRole("log", { name: "Conversation" }).locator("[data-seq='20'] .said-text").innerText(),
  ).toBe("Hello <b>there</b>")
  live.send(<ReplaceEntry item={said(20, "Hello again")} reader={reader} />, 21)
  await live.page.locator("#item-20", { hasText: "Hello again" }).waitFor()
  expect(await live.page.locator("#item-20").count()).toBe(1)
  expect(live.complaints).toEqual([])
})

test("after a cut the stream asks for what came after the last number it saw", async () => {
  await using live = await openLoop()
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
  live.send(<AppendEntry item={said(20, "one")} reader={reader} />, 20)
  await live.page.locator("#item-20").waitFor()
  live.cut(true)
  await live.page.locator(`${connection}[data-connection=resuming]`).waitFor()
  live.cut(false)
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
  expect(live.requests.filter(({ path }) => path === streamPath).at(-1)?.lastEventId).toBe("20")
  live.send(<AppendEntry item={said(21, "two")} reader={reader} />, 21)
  await live.page.locator("#item-21").waitFor()
  expect(await live.page.locator("#item-20").count()).toBe(1)
})

test("a stream that could not be opened at first is tried again", async () => {
  await using live = await openLoop()
  live.cut(true)
  await live.page.reload()
  await live.page.locator(`${connection}[data-connection=resuming]`).waitFor()
  live.cut(false)
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
})

test("streamed text grows word by word and ends as the whole text", async () => {
  await using live = await openLoop()
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
  const item = { kind: "agent-text", id: "item-30", streaming: true } as const
  const text = "First *paragraph* here.\n\n```js\nlet a = 1 < 2\nlet b\n```\n\n- one\n- two words\n\nThe end."
  const stream = createMarkdownStream(targets.growing(item.id))
  live.send(<AppendEntry item={{ ...item, ...stream.snapshot() }} reader={reader} />)
  await live.page.locator("#item-30").waitFor({ state: "attached" })
  for (const piece of text.match(/.{1,5}/gs) ?? []) {
    const operations = stream.feed(piece)
    live.send(
      <>
        {operations.map((operation) => (
          <TextOperation item={item.id} operation={operation} />
        ))}
      </>,
    )
  }
  await live.page.locator("#item-30", { hasText: "The end." }).waitFor()
  expect(await live.page.locator("#item-30 pre").innerText()).toBe("let a = 1 < 2\nlet b\n")
  expect(await live.page.locator("#item-30 li").allInnerTexts()).toEqual(["one", "two words"])
  const streamed = await live.page.locator("#item-30").innerText()
  live.send(
    <ReplaceEntry item={{ ...item, seq: 30, html: renderMarkdown(text), streaming: false }} reader={reader} />,
    30,
  )
  await live.page.locator("#item-30[data-seq='30']").waitFor()
  expect(await live.page.locator("#item-30").innerText()).toBe(streamed)
  expect(live.complaints).toEqual([])
})

test("Enter sends once, shows the message as pending, and clears the field for the next", async () => {
  await using live = await openLoop({ answer: () => undefined })
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
  live.send(<AppendEntry item={said(40, "first", sent()[0]?.fields["clientId"])} reader={reader} />, 40)
  await live.page.locator("#item-40").waitFor()
  expect(await live.page.locator(".is-pending").count()).toBe(1)
  expect(live.complaints).toEqual([])
})

test("a refused message comes back into the field with its sentence and its number", async () => {
  const refusal = (
    <Replace target={targets.composerError}>
      <ComposerError sentence="The disk is full." />
    </Replace>
  )
  await using live = await openLoop({
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
  await using live = await openLoop()
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
  await using live = await openLoop({ change: { items: [said(1, "older"), said(2, "newer")] } })
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
  await using live = await openLoop({ size: { width: 390, height: 844 }, hasTouch: true })
  const field = live.page.getByRole("textbox", { name: "Message" })
  await field.fill("one")
  await field.press("Enter")
  expect(await field.inputValue()).toBe("one\n")
  expect(await live.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
})

test("Stop is offered while the agent works, and Esc twice presses it", async () => {
  await using live = await openLoop()
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
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

test("what somebody reads further up stays where it is while more arrives below", async () => {
  const many = Array.from({ length: 60 }, (_, index) => said(index + 1, `Message ${index + 1}\nwith a second line`))
  await using live = await openLoop({ change: { items: many, activity: undefined } })
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
  expect(await live.page.locator("#item-60").isVisible()).toBe(true)
  await live.page.locator("#item-30").scrollIntoViewIfNeeded()
  const top = () => live.page.locator("#item-30").evaluate((item) => Math.round(item.getBoundingClientRect().top))
  await live.page.locator("#jump").waitFor()
  const before = await top()
  for (let seq = 61; seq <= 63; seq++) live.send(<AppendEntry item={said(seq, "news")} reader={reader} />, seq)
  await live.page.locator("#item-63").waitFor({ state: "attached" })
  await live.page.getByRole("button", { name: "3 new ↓" }).waitFor()
  expect(await top()).toBe(before)
  await live.page.getByRole("button", { name: "3 new ↓" }).click()
  await live.page.locator("#jump").waitFor({ state: "hidden" })
  expect(await live.page.locator("#item-63").isVisible()).toBe(true)
})

test("a hidden tab lets go of its stream and catches up when it is shown", async () => {
  await using live = await openLoop()
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
  live.send(<AppendEntry item={said(20, "one")} reader={reader} />, 20)
  await live.page.locator("#item-20").waitFor()
  const hide = (hidden: boolean) =>
    live.page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { value, configurable: true })
      document.dispatchEvent(new Event("visibilitychange"))
    }, hidden)
  await hide(true)
  await until("the stream is let go", () => live.streams() === 0)
  await hide(false)
  await until("there is a stream again", () => live.streams() === 1)
  expect(live.requests.filter(({ path }) => path === streamPath).at(-1)?.lastEventId).toBe("20")
})
