import { expect, test } from "bun:test"
import { createMarkdownStream } from "../src/lib/markdown-stream.ts"
import { readHtml } from "../src/testing/html.ts"
import { asks, items, loopPage } from "../src/tools/gallery/conversation.ts"
import { contextGallery } from "../src/tools/gallery/context-pages.tsx"
import { changesPage } from "../src/tools/gallery/changes.ts"
import { filePages, filesPage } from "../src/tools/gallery/files.ts"
import { terminalGallery } from "../src/tools/gallery/terminal-pages.tsx"
import { sightGallery } from "../src/tools/gallery/sight-pages.tsx"
import { systemReady } from "../src/tools/gallery/system.ts"
import { loopsList, rows, type Setting } from "../src/tools/gallery/samples.ts"
import { AppendEntries, ConversationEntry, EarlierEntries, ReplaceEntry } from "./components/conversation.tsx"
import { LoopRow, LoopRowUpdate } from "./components/loop-row.tsx"
import { TextOperation } from "./components/messages.tsx"
import { Queue } from "./components/queue.tsx"
import { Activity, Stage } from "./components/stage.tsx"
import { Toast } from "./components/toast.tsx"
import { ChangesPage, DiffSummary } from "./pages/changes.tsx"
import { FilesPage } from "./pages/files.tsx"
import { LoopPage } from "./pages/loop.tsx"
import { LoopsPage } from "./pages/loops.tsx"
import { SystemPage } from "./pages/system.tsx"
import { Remove } from "./partials.tsx"
import { targets } from "./targets.ts"

const setting: Setting = { locale: "en", theme: "light", assets: { script: "/s", style: "/c", icon: "/i" } }
const page = loopPage(setting)
const { reader } = page

test("page, answer and stream show an item by the same markup", () => {
  for (const item of [...items("en"), ...asks("en")]) {
    const alone = String(<ConversationEntry item={item} reader={reader} />)
    expect(String(<LoopPage page={{ ...page, items: [item] }} />)).toContain(alone)
    expect(String(<AppendEntries items={[item]} reader={reader} />)).toBe(
      `<hx-partial hx-target="#conversation" hx-swap="beforeend">${alone}</hx-partial>`,
    )
    expect(String(<ReplaceEntry item={item} reader={reader} />)).toBe(
      `<hx-partial hx-target="#${item.id}" hx-swap="outerMorph">${alone}</hx-partial>`,
    )
    expect(alone).toStartWith(`<${/^<(\w+)/.exec(alone)?.[1]} id="${item.id}"`)
  }
})

test("a row of the list is the same in the page and in news about it, which also reach the sidebar", () => {
  const list = loopsList(setting)
  const [loop] = rows("en")
  if (!loop) throw new Error("need a loop")
  const alone = String(<LoopRow loop={loop} reader={reader} />)
  expect(String(<LoopsPage page={list} />)).toContain(alone)
  const news = String(<LoopRowUpdate loop={loop} reader={reader} />)
  expect(news).toContain(alone)
  expect(news).toContain(`hx-target="#${targets.recentLoop(loop.id)}"`)
  const beside = readHtml(news).one(`#${targets.recentLoop(loop.id)}`)
  expect(beside.text).toContain(loop.title)
})

test("whatever news aims at is on the page it is for", () => {
  const shown = String(<LoopPage page={{ ...page, streamUrl: "/x" }} />)
  const list = String(<LoopsPage page={loopsList(setting)} />)
  const system = String(<SystemPage page={systemReady(setting)} />) + String(sightGallery.sight(setting))
  const files = [filesPage(setting), filePages["text"]?.(setting)]
    .map((page) => page && String(<FilesPage page={page} />))
    .join("")
  const changes = String(
    <ChangesPage page={changesPage(setting, false)}>
      <DiffSummary files={1} added={1} removed={0} reader={reader} />
    </ChangesPage>,
  )
  const context = ["context-home", "context-document", "context-capture", "context-switch"].map((name) =>
    contextGallery[name]?.(setting),
  )
  const others = context.join("") + list + system + files + changes + String(terminalGallery.terminal(setting))
  const ids = new Set([...shown.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id))
  const needed = Object.values(targets).filter(
    (target): target is Exclude<typeof target, (name: string) => string> => typeof target === "string",
  )
  expect(needed.filter((id) => !ids.has(id) && !others.includes(` id="${id}"`))).toEqual([])
  expect([...shown.matchAll(/ id="([^"]*)"/g)].length).toBe(ids.size)
})

test("streamed text goes to the parts of its item", () => {
  const stream = createMarkdownStream(targets.growing("item-1"))
  const first = stream
    .feed("One paragraph.\n\nAnd a second ")
    .map((operation) => String(<TextOperation item="item-1" operation={operation} />))
  expect(first[0]).toStartWith(`<hx-partial hx-target="#item-1-blocks" hx-swap="beforeend"><p>One paragraph.</p>`)
  expect(first[1]).toStartWith(
    `<hx-partial hx-target="#item-1-tail" hx-swap="innerMorph"><p>And a second<span id="item-1-grow">`,
  )
  const [next] = stream
    .feed("one with <words")
    .map((operation) => String(<TextOperation item="item-1" operation={operation} />))
  expect(next).toContain("one with &lt;words")
  const [last] = createPlain().map((operation) => String(<TextOperation item="item-1" operation={operation} />))
  expect(last).toBe(`<hx-partial hx-target="#item-1-grow" hx-swap="beforeend"> more words</hx-partial>`)
})

function createPlain() {
  const stream = createMarkdownStream("item-1-grow")
  stream.feed("Some words and ")
  return stream.feed("more words")
}

test("earlier messages take the place of the link that asked for them", () => {
  const html = String(<EarlierEntries items={items("en").slice(0, 2)} earlierUrl="/loops/x?before=1" reader={reader} />)
  const shown = readHtml(html)
  expect(shown.one("#earlier a").attributes).toMatchObject({ href: "/loops/x?before=1", "hx-target": "#earlier" })
  expect(shown.all("[data-seq]")).toHaveLength(2)
  expect(readHtml(String(<EarlierEntries items={[]} reader={reader} />)).has("#earlier a")).toBe(false)
})

test("an empty queue is hidden, a held one says why, and others' messages cannot be changed", () => {
  const hidden = readHtml(String(<Queue queue={{ loop: "x", messages: [] }} reader={reader} />)).one("#queue")
  expect("hidden" in hidden.attributes).toBe(true)
  const held = readHtml(
    String(<Queue queue={{ loop: "x", messages: [], held: "No provider is set up." }} reader={reader} />),
  )
  expect(held.one("#queue").text).toBe("No provider is set up.")
  const message = { seq: 4, author: "bob", text: "hello", editable: false }
  expect(readHtml(String(<Queue queue={{ loop: "x", messages: [message] }} reader={reader} />)).has("button")).toBe(
    false,
  )
})

test("a loop that is not ready says how far it is, or what broke", () => {
  const empty = readHtml(String(<Stage empty reader={reader} />))
  expect(empty.one("h2").text).toBe("Nothing said yet")
  const broken = { loop: "x", sentence: "It broke.", mayRetry: true, mayDelete: false }
  const shown = readHtml(String(<Stage empty broken={broken} reader={reader} />))
  expect(shown.one("[role=alert] h2").text).toBe("This loop could not be prepared")
  expect(shown.all("button").map(({ text }) => text)).toContain("Try again")
})

test("what the agent does now has words and a running clock", () => {
  const shown = readHtml(
    String(<Activity activity={{ kind: "thinking", since: reader.now - 61_000 }} reader={reader} />),
  )
  expect(shown.one("#activity").text).toContain("Thinking")
  expect(shown.one("[data-elapsed]").text).toBe("1:01")
  expect("hidden" in readHtml(String(<Activity reader={reader} />)).one("#activity").attributes).toBe(true)
})

test("a refusal without a place of its own is said at the edge of the page", () => {
  const html = String(<Toast text="It is full." level="error" reader={reader} />)
  expect(html).toStartWith(`<hx-partial hx-target="#toasts" hx-swap="beforeend">`)
  expect(readHtml(html).one(".toast.error p").text).toBe("It is full.")
  expect(String(<Remove target="item-1" />)).toBe(`<hx-partial hx-target="#item-1" hx-swap="delete"></hx-partial>`)
})
