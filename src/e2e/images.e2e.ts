import { afterAll, expect, test } from "bun:test"
import { noisePng } from "../testing/png.ts"
import { seriousFindings, slidesSideways } from "../testing/page-looks.ts"
import { closeBrowser, phone, setUp, startServer, until, visit } from "./harness.ts"
import { createLoop, message, settled } from "./steps.ts"

afterAll(closeBrowser)

const image = (name: string, width: number, height: number) => ({
  ...{ name, mimeType: "image/png", buffer: noisePng(width, height) },
})

test("images begin a new loop, go alone, and go without script; what is none is refused and the text stays", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#say seen", async (dialog) => {
    await dialog.getByLabel("Images").setInputFiles([image("shot.png", 200, 120)])
    await visitor.picture("i-new-loop")
    expect(await seriousFindings(page)).toEqual([])
  })
  await settled(page)
  const shown = message(page, "user").first().getByRole("img", { name: "shot.png" })
  await shown.waitFor()
  expect(await shown.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth))).toBe(200)

  await page.locator("#composer-images input[type=file]").setInputFiles([image("alone.png", 64, 48)])
  await page.getByRole("button", { name: "Remove alone.png" }).waitFor()
  await page.getByRole("textbox", { name: "Message" }).press("Control+Enter")
  await message(page, "user").nth(1).getByRole("img", { name: "alone.png" }).waitFor()
  await settled(page, 2)
  await visitor.picture("i-conversation")

  const at = new URL(page.url()).pathname
  await using plain = await visit(server, { script: false, size: phone })
  await plain.page.context().addCookies(await page.context().cookies())
  await plain.page.goto(at)
  await plain.page.getByRole("textbox", { name: "Message" }).fill("Without script")
  const file = plain.page.locator("input[name=image]")
  await file.setInputFiles([{ name: "page.png", mimeType: "image/png", buffer: Buffer.from("<html>") }])
  await plain.page.getByRole("button", { name: "Send" }).click()
  await plain.page.getByText("Only PNG, JPEG, GIF and WebP images go with a message.").waitFor()
  expect(await plain.page.getByRole("textbox", { name: "Message" }).inputValue()).toBe("Without script")
  await plain.picture("i-plain-refused")
  expect(await slidesSideways(plain.page)).toEqual([])
  await file.setInputFiles([image("plain.png", 30, 20)])
  await plain.page.getByRole("button", { name: "Send" }).click()
  await until("the message is there", async () => {
    await plain.page.goto(at)
    return (await plain.page.getByRole("img", { name: "plain.png" }).count()) === 1
  })
  expect(await message(plain.page, "user").last().innerText()).toContain("Without script")
  await plain.page.goto("/loops/new")
  await plain.picture("i-plain-new-loop")
  expect(await slidesSideways(plain.page)).toEqual([])
  expect(visitor.complaints).toEqual([])
}, 100_000)
