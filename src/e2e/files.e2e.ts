import { afterAll, expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import type { Page } from "playwright-core"
import { closeBrowser, phone, signIn, startServer, until, type Visit, visit } from "./harness.ts"
import { seriousFindings } from "../testing/page-looks.ts"
import { firstLoop } from "./steps.ts"

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
  await firstLoop(page, server, "#bash mkdir -p src && echo 'export const rate = 0.19' >src/rate.ts\n#say ready")
  await openFiles(page)
  await page.getByRole("link", { name: "Folder src", exact: true }).click()
  await page.getByRole("link", { name: "rate.ts" }).click()
  await page.getByText("export const rate = 0.19").waitFor()
  await visitor.picture("files-wide-text")

  await page.getByRole("link", { name: "Edit" }).click()
  const text = page.locator(".cm-content")
  await until("one may type at once", () => text.evaluate((place) => place === document.activeElement))
  await text.getByText("const").and(page.locator(".hljs-keyword")).waitFor()
  await using other = await visit(server, { size: phone, theme: "dark" })
  await signIn(other.page)
  await other.page.goto(page.url())
  await typeInstead(other.page, "export const rate = 0.20\n")
  await other.picture("files-phone-edit")
  expect(await isWithinItsWidth(other.page)).toBe(true)
  await other.page.getByRole("button", { name: "Save" }).click()
  await other.page.getByText("Saved.").waitFor()
  await page.getByText("Somebody else has changed this file while it is open here.").waitFor()
  // Who saved it himself is not told of it.
  expect(await other.page.locator("#file-news").isVisible()).toBe(false)
  await typeAtEnd(page, "// 21 %")
  await page.getByText("You have changes that are not saved.").waitFor()
  await visitor.picture("files-wide-edit")
  await page.getByRole("button", { name: "Compare both" }).click()
  await page.getByRole("heading", { name: "From the file to your text" }).waitFor()
  await page.goBack()
  // What was typed on top of an older text does not come back on top of a newer one.
  await text.getByText("0.20").waitFor()
  expect(await page.locator("textarea[name=text]").inputValue()).toBe("export const rate = 0.20\n")
  await typeInstead(other.page, "export const rate = 0.205\n")
  await other.page.getByRole("button", { name: "Save" }).click()
  await page.getByText("Somebody else has changed this file while it is open here.").waitFor()
  await typeInstead(page, "export const rate = 0.21\n")
  await page.keyboard.press("Control+s")
  await page.getByRole("heading", { name: "Somebody else has saved this file meanwhile" }).waitFor()
  const tab = page.getByRole("navigation", { name: "Open files" }).getByRole("link")
  expect(await tab.getAttribute("href")).toMatch(/\/files\?path=.*&edit=1$/)
  await visitor.picture("files-wide-conflict")
  const folder = `${server.home}/loops/${new URL(page.url()).pathname.split("/")[2]}/workdir`
  expect(await readFile(`${folder}/src/rate.ts`, "utf8")).toBe("export const rate = 0.205\n")
  expect(await page.locator("textarea[name=text]").inputValue()).toBe("export const rate = 0.21\n")
  await page.getByRole("button", { name: "Save my text" }).click()
  await page.getByText("export const rate = 0.21").waitFor()
  expect(await readFile(`${folder}/src/rate.ts`, "utf8")).toBe("export const rate = 0.21\n")

  await sendAndFetch(visitor, other)
  expect(unforeseen(visitor.complaints)).toEqual([])
  expect(unforeseen(other.complaints)).toEqual([])
})

test("a text is edited by keyboard alone: found, indented, left by Esc and Tab, saved on and on, and not lost by leaving", async () => {
  await using server = await startServer()
  await using maker = await visit(server)
  await firstLoop(maker.page, server, "#bash printf 'one\\r\\ntwo\\r\\nthree' >odd.py\n#say ready")
  const at = new URL(maker.page.url()).pathname
  const inFile = () => readFile(`${server.home}${at}/workdir/odd.py`, "utf8")
  await using visitor = await visit(server, { language: "zh", theme: "dark" })
  const { page } = visitor
  await signInInChinese(page)
  await page.goto(`${at}/files?path=odd.py&edit=1`)
  const text = page.getByRole("textbox", { name: "文本" })
  await text.press("Control+Home")
  await page.keyboard.press("Control+f")
  await page.getByRole("textbox", { name: "查找" }).fill("two")
  await page.getByRole("textbox", { name: "替换" }).fill("2")
  await page.getByRole("button", { name: "全部替换" }).click()
  await visitor.picture("files-wide-find-zh")
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.press("Escape")
  await text.press("Control+Home")
  await page.keyboard.press("Tab")
  await page.keyboard.press("Control+s")
  await page.getByText("已保存。").waitFor()
  expect(await inFile()).toBe("    one\r\n2\r\nthree")
  await page.emulateMedia({ colorScheme: "light" })
  expect(await seriousFindings(page)).toEqual([])
  await page.emulateMedia({ colorScheme: "dark" })
  await page.keyboard.press("Control+End")
  await page.keyboard.type("!")
  await page.keyboard.press("Control+s")
  await page.getByText("已保存。").waitFor()
  await until("the second save is in the file", async () => (await inFile()).endsWith("three!"))
  await page.evaluate(() => {
    const { fetch } = window
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("cut")) })
    const breaksOff = async () => {
      window.fetch = fetch
      return new Response(broken)
    }
    Object.assign(window, { fetch: breaksOff })
  })
  await page.keyboard.press("Control+s")
  await page.getByText("未能保存，但没有丢失内容：文本仍在这里。请重新保存。").waitFor()
  await page.keyboard.press("Control+s")
  await page.getByText("已保存。").waitFor()
  await page.keyboard.press("Escape")
  await page.keyboard.press("Tab")
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("保存")
  await text.press("Control+End")
  await page.keyboard.type(" more")
  const asked = page.waitForEvent("dialog")
  const leaving = page.getByRole("link", { name: "关闭" }).click()
  const dialog = await asked
  expect(dialog.type()).toBe("beforeunload")
  await dialog.dismiss()
  await leaving
  expect(await page.locator("textarea[name=text]").inputValue()).toBe("    one\n2\nthree! more")
  expect(visitor.complaints).toEqual([])
})

test("open files stay as tabs over a reload, and one is mentioned in the message with the lines that are chosen", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await firstLoop(page, server, "#bash mkdir src; seq 1 9 >src/nine.txt; echo hi >'a b.md'\n#say ready")
  const at = new URL(page.url()).pathname
  await page.goto(`${at}/files?path=src/nine.txt`)
  await page.goto(`${at}/files?path=a%20b.md&edit=1`)
  await page.reload()
  const tabs = page.getByRole("navigation", { name: "Open files" })
  expect(await tabs.getByRole("link").allInnerTexts()).toEqual(["nine.txt", "a b.md"])
  await visitor.picture("files-wide-tabs")
  await page.getByRole("textbox", { name: "Text" }).press("Control+a")
  await page.getByRole("button", { name: "Mention in message" }).click()
  const message = page.getByRole("textbox", { name: "Message" })
  expect(await message.inputValue()).toBe('@"a b.md":1 ')

  await page.setViewportSize(phone)
  await page.goto(`${at}/files?path=a%20b.md&edit=1`)
  await visitor.picture("files-phone-tabs")
  expect(await isWithinItsWidth(page)).toBe(true)
  await tabs.getByRole("button", { name: "Close a b.md" }).click()
  await page.getByText("1\n2\n3").waitFor()
  expect(await tabs.getByRole("link").allInnerTexts()).toEqual(["nine.txt"])
  await page.locator(".file-text").evaluate((text) => {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT)
    const node = walker.nextNode()
    if (node) getSelection()?.setBaseAndExtent(node, "1\n".length, node, "1\n2\n3\n4".length)
  })
  await page.getByRole("button", { name: "Mention in message" }).click()
  expect(await message.inputValue()).toBe('@"a b.md":1 @src/nine.txt:2-4 ')
  await page.goto(`${at}/files?path=src/nine.txt`)
  await tabs.getByRole("button", { name: "Close nine.txt" }).click()
  await page.getByRole("link", { name: "nine.txt" }).waitFor()
  expect(await tabs.isVisible()).toBe(false)
  expect(visitor.complaints).toEqual([])
})

test("without script files are browsed, made, edited, sent, fetched and deleted", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  await firstLoop(visitor.page, server, "#say ready")
  await using plain = await visit(server, { script: false, size: phone, language: "zh", theme: "dark" })
  const { page } = plain
  await signInInChinese(page)
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

async function signInInChinese(page: Page): Promise<void> {
  await page.goto("/")
  await page.locator('input[name="name"]').fill("ada")
  await page.locator('input[name="password"]').fill("correct horse battery")
  await page.locator('.entry-card button[type="submit"]').click()
  await page.locator('input[name="password"]').waitFor({ state: "detached" })
}

async function typeInstead(page: Page, words: string): Promise<void> {
  await page.getByRole("textbox", { name: "Text" }).press("Control+a")
  await page.keyboard.type(words)
}

/** As somebody does who looks at what he types. */
async function typeAtEnd(page: Page, words: string): Promise<void> {
  await page.getByRole("textbox", { name: "Text" }).press("Control+End")
  await page.keyboard.type(words)
}

/** From one window, while the other looks on. */
async function sendAndFetch(visitor: Visit, other: Visit): Promise<void> {
  const { page } = visitor
  await page.getByRole("navigation", { name: "Where you are" }).getByRole("link", { name: "workdir" }).click()
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
