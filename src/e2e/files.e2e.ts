import { afterAll, expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import type { Page } from "playwright-core"
import { closeBrowser, phone, setUp, signIn, startServer, until, type Visit, visit } from "./harness.ts"
import { createLoop, settled } from "./steps.ts"

afterAll(closeBrowser)

const openFiles = async (page: Page) => {
  await page.getByRole("tab", { name: "Files" }).click()
  await page.getByRole("tabpanel", { name: "Files" }).waitFor()
}

const isWithinItsWidth = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)

/** A refused save is a page of its own, and the browser notes its status. */
const unforeseen = (complaints: readonly string[]) => complaints.filter((line) => !/status of 409/.test(line))

test("files are made, edited, sent, fetched and followed, on a wide window and a phone; of two saves none is lost", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#bash mkdir -p src && echo 'export const rate = 0.19' >src/rate.ts\n#say ready")
  await settled(page)
  await openFiles(page)
  await page.getByRole("link", { name: "src" }).click()
  await page.getByRole("link", { name: "rate.ts" }).click()
  await page.getByText("export const rate = 0.19").waitFor()
  await visitor.picture("files-wide-text")

  await page.getByRole("link", { name: "Edit" }).click()
  const text = page.getByRole("textbox", { name: "Text" })
  await using other = await visit(server, { size: phone })
  await signIn(other.page)
  await other.page.goto(page.url())
  await other.page.getByRole("textbox", { name: "Text" }).fill("export const rate = 0.20\n")
  await other.picture("files-phone-edit")
  expect(await isWithinItsWidth(other.page)).toBe(true)
  await other.page.getByRole("button", { name: "Save" }).click()
  await other.page.getByText("export const rate = 0.20").waitFor()
  await page.getByText("This file has changed since it was shown here.").waitFor()
  await text.fill("export const rate = 0.21\n")
  await page.getByText("You have changes that are not saved.").waitFor()
  await text.press("Control+s")
  await page.getByRole("heading", { name: "Somebody else has saved this file meanwhile" }).waitFor()
  await visitor.picture("files-wide-conflict")
  const folder = `${server.home}/loops/${new URL(page.url()).pathname.split("/")[2]}/workdir`
  expect(await readFile(`${folder}/src/rate.ts`, "utf8")).toBe("export const rate = 0.20\n")
  expect(await page.getByRole("textbox", { name: "Your text" }).inputValue()).toBe("export const rate = 0.21\n")
  await page.getByRole("button", { name: "Save my text" }).click()
  await page.getByText("export const rate = 0.21").waitFor()
  expect(await readFile(`${folder}/src/rate.ts`, "utf8")).toBe("export const rate = 0.21\n")

  await sendAndFetch(visitor, other)
  expect(unforeseen(visitor.complaints)).toEqual([])
  expect(unforeseen(other.complaints)).toEqual([])
})

test("without script files are browsed, made, edited, sent, fetched and deleted", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  await setUp(visitor.page, server)
  await visitor.page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(visitor.page, "#say ready")
  await settled(visitor.page)
  await using plain = await visit(server, { script: false, size: phone, language: "zh", theme: "dark" })
  const { page } = plain
  await page.goto("/")
  await page.locator('input[name="name"]').fill("ada")
  await page.locator('input[name="password"]').fill("correct horse battery")
  await page.locator('.entry-card button[type="submit"]').click()
  await page.goto(visitor.page.url())
  await page.getByRole("tab", { name: "文件" }).click()
  await page.getByRole("textbox", { name: "名称" }).fill("plan.txt")
  await page.getByRole("button", { name: "新建文件", exact: true }).click()
  await page.getByRole("link", { name: "编辑" }).click()
  await page.getByRole("textbox", { name: "文本" }).fill("first\nsecond\n")
  await page.getByRole("button", { name: "保存" }).click()
  await page.getByText("second").waitFor()
  await page.getByRole("link", { name: "工作目录" }).click()
  await page
    .getByLabel("要上传的文件")
    .setInputFiles([{ name: "up.txt", mimeType: "text/plain", buffer: Buffer.from("sent up") }])
  await page.getByRole("button", { name: "上传", exact: true }).click()
  await page.getByText("已保存 1 个文件。").waitFor()
  await plain.picture("files-phone-plain-zh")
  await page.getByRole("link", { name: "plan.txt" }).click()
  await page.getByText("重命名、移动、删除").click()
  await page.getByRole("link", { name: "删除" }).click()
  await page.getByRole("button", { name: "删除" }).click()
  await page.getByRole("link", { name: "up.txt" }).waitFor()
  expect(await page.getByRole("link", { name: "plan.txt" }).count()).toBe(0)
  expect(plain.complaints).toEqual([])
})

/** From one window, while the other looks on. */
async function sendAndFetch(visitor: Visit, other: Visit): Promise<void> {
  const { page } = visitor
  await page.getByRole("link", { name: "workdir" }).click()
  await other.page.goto(page.url())
  const upload = page.getByLabel("Files to upload")
  await upload.setInputFiles([
    { name: "notes.md", mimeType: "text/markdown", buffer: Buffer.from("# Notes\n") },
    { name: "dot.png", mimeType: "image/png", buffer: Buffer.from(dot, "base64") },
  ])
  await page.getByRole("button", { name: "Upload", exact: true }).click()
  await page.getByRole("link", { name: "notes.md" }).waitFor()
  await other.page.getByRole("link", { name: "dot.png" }).waitFor()
  await other.picture("files-phone-folder")
  expect(await isWithinItsWidth(other.page)).toBe(true)
  await visitor.picture("files-wide-folder")
  const coming = page.waitForEvent("download")
  await page.getByRole("link", { name: "notes.md" }).click()
  await page.getByRole("link", { name: "Download" }).click()
  const download = await coming
  expect(await readFile(await download.path(), "utf8")).toBe("# Notes\n")
  await page.goBack()
  await page.getByRole("link", { name: "dot.png" }).click()
  const image = page.getByRole("img", { name: "dot.png" })
  await until("the image is drawn", () =>
    image.evaluate((one) => one instanceof HTMLImageElement && one.naturalWidth > 0),
  )
}

/** One red point as a PNG. */
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
