import { afterAll, beforeAll, expect, test } from "bun:test"
import type { Browser } from "playwright-core"
import { until } from "../../src/e2e/harness.ts"
import { openLoop, reader, said } from "../../src/testing/live-loop.tsx"
import { launchBrowser } from "../../src/testing/live-page.ts"
import { buildAssets, type BuiltAsset } from "../../src/tools/assets.ts"
import { Replace } from "../partials.tsx"
import { targets } from "../targets.ts"
import { ComposerMode } from "./composer.tsx"
import { AppendEntries } from "./conversation.tsx"
import { Queue } from "./queue.tsx"
import { Toast } from "./toast.tsx"

// What other browsers and the queue do to the composer.
let browser: Browser
let assets: BuiltAsset[]

beforeAll(async () => {
  browser = await launchBrowser()
  assets = await buildAssets()
})
afterAll(() => browser.close())

test("a mode that was chosen in another browser is chosen here too, also after one's own choice", async () => {
  await using live = await openLoop(browser, assets)
  const mode = live.page.getByRole("combobox", { name: "Permission mode" })
  const choose = (chosen: "default" | "bypassPermissions") =>
    live.send(
      <Replace target={targets.composerMode}>
        <ComposerMode mode={chosen} action="/mode" reader={reader} />
      </Replace>,
    )
  await mode.selectOption("default")
  choose("default")
  await live.page.locator("[data-chosen=default]").waitFor()
  choose("bypassPermissions")
  await live.page.locator("[data-chosen=bypassPermissions]").waitFor()
  expect(await mode.inputValue()).toBe("bypassPermissions")
})

test("a mode that is refused is not shown as chosen", async () => {
  await using live = await openLoop(browser, assets, {
    answer: ({ url }) => (url.endsWith("/mode") ? new Response("", { status: 409 }) : undefined),
  })
  const mode = live.page.getByRole("combobox", { name: "Permission mode" })
  await mode.selectOption("default")
  await until("it is as it was", async () => (await mode.inputValue()) === "bypassPermissions")
})

const waiting = (text: string) => (
  <Replace target={targets.queue}>
    <Queue queue={{ loop: "x", messages: [{ seq: 9, author: "alice", text, editable: true }] }} reader={reader} />
  </Replace>
)
const nothingWaits = (
  <Replace target={targets.queue}>
    <Queue queue={{ loop: "x", messages: [] }} reader={reader} />
  </Replace>
)

test("what is being written into a waiting message when it begins comes into the message field", async () => {
  await using live = await openLoop(browser, assets)
  live.send(waiting("as it was"))
  const queue = live.page.getByRole("status", { name: "Queue" })
  await queue.getByRole("button", { name: "Edit" }).click()
  await queue.getByRole("textbox").fill("half a better sen")
  live.send(<AppendEntries items={[said(60, "other news")]} reader={reader} />, 60)
  await live.page.getByText("other news").waitFor()
  expect(await queue.getByRole("textbox").inputValue()).toBe("half a better sen")
  await live.page.locator("#composer-text").evaluate((field: HTMLTextAreaElement) => {
    field.value = "a draft"
  })
  live.send(nothingWaits)
  await live.page.getByText("What you wrote is here").waitFor()
  expect(await live.page.locator("#composer-text").inputValue()).toBe("half a better sen\n\na draft")
})

test("an edit that is saved too late comes into the message field, one that was saved in time does not", async () => {
  const late = <Toast text="This message is not waiting any more." level="error" reader={reader} />
  let status = 200
  await using live = await openLoop(browser, assets, {
    answer: ({ url }) =>
      url.endsWith("/queue/9")
        ? new Response(status === 200 ? "" : String(late), {
            status,
            headers: { "content-type": "text/html", "hx-reswap": "none" },
          })
        : undefined,
  })
  const field = live.page.locator("#composer-text")
  const queue = live.page.getByRole("status", { name: "Queue" })
  live.send(waiting("as it was"))
  const save = async (text: string) => {
    await queue.getByRole("button", { name: "Edit" }).click()
    await queue.getByRole("textbox").fill(text)
    await queue.getByRole("button", { name: "Save" }).click()
    await until("it is posted", () => live.requests.some(({ fields }) => fields["text"] === text))
  }
  await save("in time")
  live.send(waiting("in time"))
  await queue.locator(".queue-text", { hasText: "in time" }).waitFor()
  await live.page.keyboard.press("Escape")
  status = 409
  await save("too late")
  await live.page.locator("[data-toast]").waitFor()
  await until("the words are back", async () => (await field.inputValue()) === "too late")
  live.send(nothingWaits)
  await queue.waitFor({ state: "hidden" })
  expect(await field.inputValue()).toBe("too late")
})

test("a refused message does not cost what was written after it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  await using live = await openLoop(browser, assets, {
    answer: async ({ url }) => {
      if (!url.endsWith("/messages")) return undefined
      await promise
      return new Response("", { status: 507, headers: { "content-type": "text/html" } })
    },
  })
  const field = live.page.getByRole("textbox", { name: "Message" })
  await field.fill("the first")
  await field.press("Enter")
  await live.page.locator(".is-pending").waitFor()
  await field.fill("the second")
  resolve()
  await until("both are there", async () => (await field.inputValue()) === "the first\n\nthe second")
})

test("on a phone everything under the message field stays inside it, and the context card inside the window", async () => {
  const full = {
    used: 120_000,
    window: 200_000,
    compactsAt: 167_000,
    at: 0,
    parts: [{ name: "Conversation", tokens: 100_000 }],
  }
  const desk = { loop: "x", working: false, mode: "bypassPermissions", text: "", clientId: "c" } as const
  const model = { provider: "demo", model: "demo", demo: true }
  await using live = await openLoop(browser, assets, {
    size: { width: 390, height: 844 },
    change: { composer: { ...desk, model, context: full } },
  })
  const { page } = live
  const box = async (selector: string) => {
    const found = await page.locator(selector).boundingBox()
    if (found === null) throw new Error(`need ${selector} on the page`)
    return found
  }
  const around = await box("#composer")
  const send = await box(".send")
  expect(send.x + send.width).toBeLessThanOrEqual(around.x + around.width)
  await page.getByRole("button", { name: "Context: 60 % used" }).click()
  const card = await box("#context-card")
  expect(card.x).toBeGreaterThanOrEqual(0)
  expect(card.x + card.width).toBeLessThanOrEqual(390)
  await page.getByText("120K of 200K tokens of context").waitFor()
})
