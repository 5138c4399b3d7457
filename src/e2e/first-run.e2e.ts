import { afterAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { closeBrowser, phone, setUp, signIn, startServer, until, visit, wide } from "./harness.ts"
import { message, settled } from "./steps.ts"

afterAll(closeBrowser)

for (const [name, size] of Object.entries({ wide, phone })) {
  test(`first run to first answer with the demo (${name})`, async () => {
    await using server = await startServer({ fetchesAgent: true })
    await using visitor = await visit(server, { size })
    const { page } = visitor
    await page.goto("/")
    await visitor.picture(`1-set-up-${name}`)
    await setUp(page, server)
    await visitor.picture(`1-provider-${name}`)
    await page.getByRole("button", { name: "Try without a key" }).click()

    expect(await page.getByLabel("Message").inputValue()).toBe("Hello, what can you do?")
    await visitor.picture(`1-first-loop-${name}`)
    await page.getByRole("button", { name: "Create" }).click()
    await settled(page)
    await visitor.picture(`1-answer-${name}`)
    const conversation = page.getByRole("log", { name: "Conversation" })
    expect(await message(page, "user").first().innerText()).toContain("Hello, what can you do?")
    expect(await conversation.locator('[data-tool="Write"][data-ok="true"]').count()).toBe(1)
    expect(await conversation.locator('[data-tool="Bash"][data-ok="true"]').count()).toBe(1)
    const loop = page.url().split("/").at(-1)
    const written = await until("hello.md exists in the workdir", () =>
      Bun.file(`${server.home}/loops/${loop}/workdir/hello.md`).exists(),
    )
    expect(written).toBe(true)
    expect(visitor.complaints).toEqual([])
  })
}

/** What a page takes over the network, by its kind, in bytes as they are sent. */
async function transfer(page: Page, act: () => Promise<unknown>) {
  const session = await page.context().newCDPSession(page)
  const kinds = new Map<string, string>()
  const taken: { kind: string; bytes: number }[] = []
  await session.send("Network.enable")
  session.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type))
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
    taken.push({ kind: kinds.get(requestId) ?? "", bytes: encodedDataLength }),
  )
  await act()
  await session.detach()
  const bytes = (wanted: (kind: string) => boolean) =>
    taken.filter(({ kind }) => wanted(kind)).reduce((sum, one) => sum + one.bytes, 0)
  return { requests: taken.length, all: bytes(() => true), code: bytes((kind) => /Script|Stylesheet/.test(kind)) }
}

test("the first page is small, whole and asks nobody else; a second visit takes next to nothing", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  await setUp(visitor.page, server)
  await using second = await visit(server)
  const { page } = second
  const first = await transfer(page, () => page.goto("/", { waitUntil: "networkidle" }))
  const live = async () => {
    await page.goto("/loops")
    await page.locator('[data-connection="live"]').waitFor()
  }
  await signIn(page)
  const again = await transfer(page, live)
  console.log(`first page ${first.requests} requests, ${first.code} bytes of code; second visit ${again.all} bytes`)
  expect(first.requests).toBeLessThanOrEqual(8)
  expect(first.code).toBeGreaterThan(10_000)
  expect(first.code).toBeLessThanOrEqual(60 * 1024)
  expect(again.all).toBeLessThanOrEqual(10 * 1024)
  expect(second.complaints).toEqual([])
})
