import { afterAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { noisePng } from "../testing/png.ts"
import { seriousFindings, slidesSideways, tooSmallToPress } from "../testing/page-looks.ts"
import { closeBrowser, phone, setUp, signIn, startServer, type Visit, visit } from "./harness.ts"

afterAll(closeBrowser)

/** Nothing that keeps anybody from using the page. */
async function looksRight({ page }: Visit): Promise<void> {
  await page.waitForLoadState("load")
  const small = page.viewportSize()?.width === phone.width ? await tooSmallToPress(page) : []
  expect([...(await seriousFindings(page)), ...(await slidesSideways(page)), ...small]).toEqual([])
}

const textFile = (name: string, text: string) => ({ name, mimeType: "text/markdown", buffer: Buffer.from(text) })

async function upload(page: Page, files: ReturnType<typeof textFile>[]): Promise<void> {
  await page.getByLabel("Files to upload, 10 MB each at most").setInputFiles(files)
  await page.getByRole("button", { name: "Upload", exact: true }).click()
}

test("files are uploaded into a folder with and without script: what is there already is replaced only when that was asked for", async () => {
  await using server = await startServer({ sandboxes: false })
  await using ada = await visit(server)
  await setUp(ada.page, server)
  await using plain = await visit(server, { size: phone, script: false, theme: "dark" })
  await signIn(plain.page)

  await ada.page.goto("/context/notes")
  const image = { name: "map.png", mimeType: "image/png", buffer: noisePng(40, 30) }
  await upload(ada.page, [textFile("税 rates.md", "# Rates\n\n19 %\n"), image])
  await ada.page.getByText("Saved.").waitFor()
  await ada.page.locator(".entries").getByRole("link", { name: "map.png" }).click()
  const shown = ada.page.locator("img.file-image")
  await shown.waitFor()
  expect(await shown.evaluate((one: HTMLImageElement) => one.decode().then(() => one.naturalWidth))).toBe(40)

  await plain.page.goto("/context/notes")
  await upload(plain.page, [textFile("税 rates.md", "# Rates\n\n20 %\n")])
  await plain.page.getByText("Nothing was stored, because these are there already: 税 rates.md.").waitFor()
  expect([...(await slidesSideways(plain.page)), ...(await tooSmallToPress(plain.page))]).toEqual([])
  await plain.picture("context-upload-taken-phone")
  await plain.page.goto("/context/notes?path=%E7%A8%8E+rates.md")
  expect(await plain.page.getByRole("article").textContent()).toContain("19 %")
  await plain.page.goto("/context/notes")
  await plain.page.getByLabel("Replace files of the same name").check()
  await upload(plain.page, [textFile("税 rates.md", "# Rates\n\n20 %\n")])
  await plain.page.getByText("Saved.").waitFor()
  await ada.page.goto("/context/notes?path=%E7%A8%8E+rates.md")
  expect(await ada.page.getByRole("article").textContent()).toContain("20 %")
  expect(ada.complaints).toEqual([])
}, 120_000)

test("code is read from the first page of Context down to a line, and a repository is asked for and accepted", async () => {
  await using server = await startServer({ sandboxes: false })
  await using ada = await visit(server)
  await setUp(ada.page, server)
  await ada.page.goto("/settings/repositories")
  await ada.page.getByRole("textbox", { name: "Name" }).first().fill("web-shop")
  await ada.page.getByRole("button", { name: "Make repository" }).click()
  await ada.page.getByText("web-shop can be chosen for a new loop now.").waitFor()
  await ada.page.goto("/context")
  await ada.page.getByRole("link", { name: "web-shop" }).click()
  await ada.page.locator(".entries").getByRole("link", { name: "README.md" }).click()
  await ada.page.locator("#L1").waitFor()
  const colour = () => ada.page.locator("#L1").evaluate((one) => getComputedStyle(one).backgroundColor)
  const before = await colour()
  await ada.page.goto(`${ada.page.url()}#L1`)
  expect(await colour()).not.toBe(before)
  await looksRight(ada)
  await ada.picture("context-code")
  // What was read can be looked for, in the same repository.
  await ada.page.getByRole("searchbox").fill("web-shop")
  await ada.page.keyboard.press("Enter")
  await ada.page.getByRole("list", { name: "In the code of web-shop" }).getByRole("link").first().click()
  await ada.page.locator(".code-line:target").waitFor()

  await using small = await visit(server, { size: phone, theme: "dark", language: "zh" })
  await small.page.goto("/")
  await small.page.locator("input[name=name]").fill("ada")
  await small.page.locator("input[name=password]").fill("correct horse battery")
  await small.page.keyboard.press("Enter")
  await small.page.waitForURL(/loops/)
  await small.page.goto("/context/code/web-shop?path=README.md#L1")
  await small.page.locator("#L1").waitFor()
  await looksRight(small)
  await small.picture("context-code-phone")

  await small.page.goto("/settings/repository-requests")
  await small.page.locator("input[name=name]").fill("app")
  await small.page.locator("input[name=git]").fill("https://git.example.org/team/app.git")
  await small.page.getByRole("button", { name: "提交申请" }).click()
  await small.page.getByText("已提交。").waitFor()
  await looksRight(small)
  await small.picture("repository-request-phone")
  await ada.page.goto("/settings/repository-requests")
  await looksRight(ada)
  await ada.picture("repository-requests")
  await ada.page.getByRole("button", { name: "Accept app" }).click()
  await ada.page.getByText("Accepted. Everybody can make loops on it now.").waitFor()
  await ada.page.goto("/context/code/app")
  await ada.page.getByText("The server has nothing of it yet.").waitFor()
  expect([...ada.complaints, ...small.complaints].filter((said) => !said.includes("404 (Not Found)"))).toEqual([])
}, 120_000)
