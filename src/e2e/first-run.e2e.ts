import { afterAll, expect, test } from "bun:test"
import { closeBrowser, phone, setUp, startServer, until, visit, wide } from "./harness.ts"
import { createLoop, message, settled } from "./steps.ts"

afterAll(closeBrowser)

for (const [name, size] of Object.entries({ wide, phone })) {
  test(`first run to first answer with the demo (${name})`, async () => {
    await using server = await startServer()
    await using visitor = await visit(server, { size })
    const { page } = visitor
    await page.goto("/")
    await visitor.picture(`1-set-up-${name}`)
    await setUp(page, server)
    await visitor.picture(`1-provider-${name}`)
    await page.getByRole("button", { name: "Try without a key" }).click()

    await createLoop(page, "Hello, what can you do?")
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

test("the first page is small, whole and asks nobody else", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const sizes: number[] = []
  visitor.page.on("response", (response) => {
    void response
      .request()
      .sizes()
      .then((size) => sizes.push(size.responseBodySize + size.responseHeadersSize))
  })
  await setUp(visitor.page, server)
  sizes.length = 0
  await using second = await visit(server)
  const transferred: number[] = []
  second.page.on("requestfinished", (request) => {
    void request.sizes().then((size) => transferred.push(size.responseBodySize))
  })
  await second.page.goto("/", { waitUntil: "networkidle" })
  expect(transferred.length).toBeLessThanOrEqual(8)
  expect(transferred.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60 * 1024)
  expect(second.complaints).toEqual([])
})
