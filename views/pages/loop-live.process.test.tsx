import { afterAll, beforeAll, expect, test } from "bun:test"
import type { Browser } from "playwright-core"
import { diagramsPage } from "../../src/app/diagrams-page.tsx"
import { until } from "../../src/e2e/harness.ts"
import { createMarkdownStream } from "../../src/lib/markdown-stream.ts"
import { renderMarkdown } from "../../src/lib/markdown.ts"
import { paths, urls } from "../../src/lib/urls.ts"
import { connection, openLoop, reader, said } from "../../src/testing/live-loop.tsx"
import { launchBrowser, streamPath } from "../../src/testing/live-page.ts"
import { buildAssets, type BuiltAsset } from "../../src/tools/assets.ts"
import { AppendEntries, ReplaceEntry } from "../components/conversation.tsx"
import { TextOperation } from "../components/messages.tsx"
import { LoopState, Preparing } from "../components/stage.tsx"
import { Replace } from "../partials.tsx"
import { targets } from "../targets.ts"

let browser: Browser
let assets: BuiltAsset[]

beforeAll(async () => {
  browser = await launchBrowser()
  assets = await buildAssets()
})
afterAll(() => browser.close())

test("what is published appears at the end, once, without a console message", async () => {
  await using live = await openLoop(browser, assets)
  live.send(<AppendEntries items={[said(20, "Hello <b>there</b>")]} reader={reader} />, 20)
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
  await using live = await openLoop(browser, assets)
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
  live.send(<AppendEntries items={[said(20, "one")]} reader={reader} />, 20)
  await live.page.locator("#item-20").waitFor()
  live.cut(true)
  await live.page.locator(`${connection}[data-connection=resuming]`).waitFor()
  live.cut(false)
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
  expect(live.requests.filter(({ path }) => path === streamPath).at(-1)?.lastEventId).toBe("20")
  live.send(<AppendEntries items={[said(21, "two")]} reader={reader} />, 21)
  await live.page.locator("#item-21").waitFor()
  expect(await live.page.locator("#item-20").count()).toBe(1)
})

test("a stream that could not be opened at first is tried again", async () => {
  await using live = await openLoop(browser, assets)
  live.cut(true)
  await live.page.reload()
  await live.page.locator(`${connection}[data-connection=resuming]`).waitFor()
  live.cut(false)
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
})

test("a diagram is drawn as soon as its block is whole, what is read above it stands still, and the whole answer keeps it", async () => {
  const script = assets.find(({ role }) => role === "diagram-script")?.name ?? ""
  await using live = await openLoop(browser, assets, {
    answer: (request) =>
      new URL(request.url).pathname === paths.diagrams ? diagramsPage(urls.asset(script)) : undefined,
  })
  const item = { kind: "agent-text", id: "item-30", streaming: true } as const
  const stream = createMarkdownStream(targets.growing(item.id))
  live.send(<AppendEntries items={[{ ...item, ...stream.snapshot() }]} reader={reader} />)
  const feed = (text: string) => {
    const operations = stream.feed(text)
    live.send(
      <>
        {operations.map((operation) => (
          <TextOperation item={item.id} operation={operation} />
        ))}
      </>,
    )
  }
  const lines = (name: string) => Array.from({ length: 40 }, (_, index) => `${name} ${index} of it.\n\n`).join("")
  const picture = (index: number) => live.page.locator("#item-30 figure.diagram img").nth(index).waitFor()
  feed(`${lines("Before")}\`\`\`mermaid\nflowchart LR\n  A -->`)
  await live.page.locator("#item-30 .tail pre", { hasText: "flowchart" }).waitFor({ state: "attached" })
  expect(live.page.frames()).toHaveLength(1)
  feed(" B\n```\n\n")
  await picture(0)
  const line = live.page.getByText("Before 10 of it.")
  await line.evaluate((element) => element.scrollIntoView({ block: "center" }))
  const top = () => line.evaluate((element) => Math.round(element.getBoundingClientRect().top))
  const before = await top()
  feed(`${lines("Between")}\`\`\`mermaid\nsequenceDiagram\n  A->>B: hello\n\`\`\`\n\nThe end.`)
  await picture(1)
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(2)
  const whole = { ...item, seq: 30, html: renderMarkdown(stream.text()), streaming: false }
  live.send(<ReplaceEntry item={whole} reader={reader} />, 30)
  await live.page.locator("#item-30[data-seq='30']").waitFor()
  await picture(1)
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(2)
  expect(live.page.frames()).toHaveLength(2)
  expect(live.complaints).toEqual([])
})

test("streamed text grows word by word and ends as the whole text", async () => {
  await using live = await openLoop(browser, assets)
  const item = { kind: "agent-text", id: "item-30", streaming: true } as const
  const text = "First *paragraph* here.\n\n```js\nlet a = 1 < 2\nlet b\n```\n\n- one\n- two words\n\nThe end."
  const stream = createMarkdownStream(targets.growing(item.id))
  live.send(<AppendEntries items={[{ ...item, ...stream.snapshot() }]} reader={reader} />)
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

test("what somebody reads further up stays where it is while more arrives below", async () => {
  const many = Array.from({ length: 60 }, (_, index) => said(index + 1, `Message ${index + 1}\nwith a second line`))
  await using live = await openLoop(browser, assets, { change: { items: many, activity: undefined } })
  expect(await live.page.locator("#item-60").isVisible()).toBe(true)
  await live.page.locator("#item-30").scrollIntoViewIfNeeded()
  const top = () => live.page.locator("#item-30").evaluate((item) => Math.round(item.getBoundingClientRect().top))
  await live.page.locator("#jump").waitFor()
  const before = await top()
  for (let seq = 61; seq <= 63; seq++) live.send(<AppendEntries items={[said(seq, "news")]} reader={reader} />, seq)
  await live.page.locator("#item-63").waitFor({ state: "attached" })
  await live.page.getByRole("button", { name: "3 new ↓" }).waitFor()
  expect(await top()).toBe(before)
  await live.page.getByRole("button", { name: "3 new ↓" }).click()
  await live.page.locator("#jump").waitFor({ state: "hidden" })
  expect(await live.page.locator("#item-63").isVisible()).toBe(true)
})

test("a hidden tab lets go of its stream and catches up when it is shown", async () => {
  await using live = await openLoop(browser, assets)
  live.send(<AppendEntries items={[said(20, "one")]} reader={reader} />, 20)
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

test("what somebody unfolded stays unfolded when its result arrives", async () => {
  await using live = await openLoop(browser, assets)
  const body = { kind: "command", command: "npm test" } as const
  const tool = { kind: "tool", id: "item-50", tool: "Bash", state: "pending", body } as const
  live.send(<AppendEntries items={[tool]} reader={reader} />)
  await live.page.locator("#item-50 summary").click()
  const output = renderMarkdown("all passed")
  live.send(<ReplaceEntry item={{ ...tool, state: "ok", body: { ...body, output } }} reader={reader} />)
  await live.page.locator("#item-50[data-ok=true]", { hasText: "all passed" }).waitFor()
  expect(await live.page.locator("#item-50 .terminal").isVisible()).toBe(true)
})

test("the steps of preparing go away when the loop is ready, without a reload", async () => {
  const steps = [{ step: "checkout", state: "running", text: "Make the working folder" } as const]
  await using live = await openLoop(browser, assets, {
    change: { state: "preparing", items: [], preparing: { steps, since: reader.now } },
  })
  await live.page.getByText("Make the working folder").waitFor()
  await live.page.getByRole("textbox", { name: "Message" }).fill("being written")
  live.send(
    <>
      <Replace target={targets.loopState}>
        <LoopState state="driven" />
      </Replace>
      <Replace target={targets.preparing}>
        <Preparing preparing={undefined} reader={reader} />
      </Replace>
    </>,
  )
  await live.page.getByText("Make the working folder").waitFor({ state: "detached" })
  expect(await live.page.getByRole("textbox", { name: "Message" }).inputValue()).toBe("being written")
  expect(live.requests.filter(({ path }) => path === "/")).toHaveLength(1)
})

test("a loop that was archived meanwhile is shown anew, and the draft is still there", async () => {
  await using live = await openLoop(browser, assets)
  await live.page.getByRole("textbox", { name: "Message" }).fill("being written")
  live.send(
    <Replace target={targets.loopState}>
      <LoopState state="archived" />
    </Replace>,
  )
  await until("the page is asked for again", () => live.requests.filter(({ path }) => path === "/").length === 2)
  await live.page.locator(`${connection}[data-connection=live]`).waitFor()
  expect(await live.page.getByRole("textbox", { name: "Message" }).inputValue()).toBe("being written")
})
