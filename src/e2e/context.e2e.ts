import { afterAll, expect, test } from "bun:test"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { seriousFindings, slidesSideways, tooSmallToPress } from "../testing/page-looks.ts"
import { closeBrowser, phone, type Server, setUp, signIn, startServer, until, type Visit, visit } from "./harness.ts"

afterAll(closeBrowser)
const executable = join(import.meta.dir, "../../dist/loopat")

async function addBob({ home }: Server): Promise<void> {
  const child = Bun.spawn([executable, "user", "add", "bob"], {
    env: { PATH: process.env["PATH"] ?? "", HOME: home, LOOPAT_HOME: home },
    stdin: new Blob(["long enough words\n"]),
  })
  expect(await child.exited).toBe(0)
}

async function signInAsBob(page: Page): Promise<void> {
  await page.goto("/")
  await page.getByLabel("Name", { exact: true }).fill("bob")
  await page.getByLabel("Password", { exact: true }).fill("long enough words")
  await page.getByRole("button", { name: "Sign in" }).click()
  await page.getByRole("link", { name: "Context" }).first().waitFor()
}

/** Nothing that keeps anybody from using the page. */
async function looksRight(page: Page): Promise<void> {
  // Before its styles have come a page is not what anybody sees.
  await page.waitForLoadState("load")
  const small = page.viewportSize()?.width === phone.width ? await tooSmallToPress(page) : []
  expect([...(await seriousFindings(page)), ...(await slidesSideways(page)), ...small]).toEqual([])
}

/** Puts a text into the editor, as typing does. */
async function write(page: Page, text: string): Promise<void> {
  const editor = page.locator(".cm-content")
  await editor.click()
  await page.keyboard.press("Control+a")
  await page.keyboard.insertText(text)
}

/** From anywhere, with one key; then the field is there for the next one. */
async function note(page: Page, text: string): Promise<void> {
  await page.keyboard.press("i")
  const capture = page.getByRole("dialog", { name: "Note a thought" })
  await capture.getByRole("textbox").fill(text)
  await page.keyboard.press("Enter")
  await capture.getByText("It is in the inbox.").waitFor()
  expect(await capture.getByRole("textbox").inputValue()).toBe("")
  await page.keyboard.press("Escape")
}

/** The page of Context has the field already, and the key leads to it. */
async function noteWhereTheFieldIs(page: Page): Promise<void> {
  await page.keyboard.press("i")
  await page.keyboard.type("And where do we drink?")
  await page.keyboard.press("Enter")
  await page.getByText("It is in the inbox.").waitFor()
  expect(await page.getByRole("textbox", { name: "A thought" }).inputValue()).toBe("")
}

test("a thought is captured, found, written into knowledge as a proposal, merged, and seen by everybody", async () => {
  await using server = await startServer({ sandboxes: false })
  await using ada = await visit(server)
  await setUp(ada.page, server)
  await addBob(server)
  await using bob = await visit(server, { size: phone, theme: "dark" })
  await signInAsBob(bob.page)

  await ada.page.goto("/loops")
  await note(ada.page, "Where do we eat? #lunch")
  await ada.page.keyboard.press("Control+k")
  const palette = ada.page.getByRole("dialog", { name: "Go to a document" })
  await palette.getByRole("searchbox").fill("inbx")
  await palette.getByRole("link", { name: "inbox.md" }).waitFor()
  await ada.page.keyboard.press("ArrowDown")
  await ada.page.keyboard.press("Enter")
  await ada.page.getByText("Where do we eat? #lunch").first().waitFor()
  await looksRight(ada.page)
  await ada.picture("context-inbox")

  await bob.page.getByRole("link", { name: "Context" }).first().click()
  await bob.page.getByRole("heading", { name: "Context", level: 1 }).waitFor()
  await looksRight(bob.page)
  await bob.picture("context-home-phone")
  await bob.page.getByRole("heading", { name: "Knowledge" }).getByRole("link").click()
  await bob.page.getByRole("textbox", { name: "Name, with folders if you like" }).fill("Lunch places")
  await bob.page.getByRole("button", { name: "New document" }).click()
  await bob.page.locator(".cm-content").waitFor()
  await write(bob.page, "# Lunch places\n\nSee [[README]]. The soup is **good**. #lunch\n")
  await looksRight(bob.page)
  await bob.picture("context-edit-phone")
  await bob.page.getByRole("button", { name: "Propose the change" }).click()
  await bob.page.getByText("Proposed. It waits for a review.").waitFor()

  await ada.page.goto("/context")
  await looksRight(ada.page)
  await ada.picture("context-home")
  await noteWhereTheFieldIs(ada.page)
  await ada.page.getByRole("link", { name: "Proposals (1)" }).click()
  await ada.page.getByRole("link", { name: "Lunch places.md" }).click()
  await ada.page.locator(".diff-block.added strong", { hasText: "good" }).waitFor()
  await looksRight(ada.page)
  await ada.picture("context-proposal")
  await ada.page.getByRole("button", { name: "Merge" }).click()
  await ada.page.getByText("Merged. It is there for everybody.").waitFor()

  await bob.page.goto("/context/knowledge?path=Lunch+places.md")
  await bob.page.getByRole("heading", { name: "Lunch places", level: 1 }).waitFor()
  await looksRight(bob.page)
  await bob.picture("context-document-phone")
  await bob.page.getByRole("link", { name: "#lunch" }).click()
  await bob.page.getByRole("link", { name: /inbox\.md/ }).waitFor()
  expect([...ada.complaints, ...bob.complaints]).toEqual([])
}, 120_000)

/** Both change one paragraph: one commit, and one text that is held until its author decides. */
async function sameParagraph(ada: Visit, bob: Visit): Promise<void> {
  await ada.page.goto("/context/notes?path=plan.md&view=edit")
  await bob.page.goto("/context/notes?path=plan.md&view=edit")
  for (const { page } of [ada, bob])
    await until("the editor is there", async () => (await page.locator(".cm-content").count()) > 0)
  await write(bob.page, "FIRST\n\nof bob\n\nTHIRD\n")
  await bob.page.keyboard.press("Control+s")
  await bob.page.getByText("Saved.").waitFor()
  await write(ada.page, "FIRST\n\nof ada\n\nTHIRD\n")
  await ada.page.keyboard.press("Control+s")
  const heading = ada.page.getByRole("heading", { name: "Your text and another one collided" })
  await heading.waitFor()
  await ada.page.reload()
  await heading.waitFor()
  expect(await ada.page.locator("textarea[name=text]").inputValue()).toContain("of ada")
  await ada.page.getByRole("link", { name: "Resolve in a loop" }).waitFor()
  await looksRight(ada.page)
  await ada.picture("context-held")
  await ada.page.goto("/context")
  await ada.page
    .locator("section")
    .getByRole("link", { name: /plan\.md/ })
    .first()
    .waitFor()
  await bob.page.goto("/context/notes?path=plan.md")
  await bob.page.getByText("of bob").waitFor()
}

/** What is held waits for its author over a sign-out and a restart, and then becomes what he makes of it. */
async function heldUntilJoined(server: Server, ada: Page, bob: Page): Promise<void> {
  await ada.locator(".person").first().click()
  await ada.getByRole("button", { name: "Sign out" }).click()
  await ada.getByLabel("Password", { exact: true }).waitFor()
  await server.stop()
  await server.restart()
  await signIn(ada)
  await ada.goto("/context")
  await ada
    .locator("section")
    .getByRole("link", { name: /plan\.md/ })
    .first()
    .click()
  await ada.getByRole("heading", { name: "Your text and another one collided" }).waitFor()
  const text = ada.locator("textarea[name=text]")
  expect(await text.inputValue()).toBe("FIRST\n\nof ada\n\nTHIRD\n")
  await ada.getByRole("link", { name: "Put both into my text" }).click()
  await ada.getByRole("textbox", { name: "Both in one text" }).waitFor()
  await write(ada, "FIRST\n\nof bob and ada\n\nTHIRD\n")
  await ada.getByRole("button", { name: "Save my text" }).click()
  await ada.getByText("Saved.").waitFor()
  await bob.goto("/context/notes?path=plan.md")
  await bob.getByText("of bob and ada").waitFor()
  await ada.goto("/context")
  expect(await ada.getByText("Held for you").count()).toBe(0)
}

test("what is typed survives a reload, what is held a sign-out and a restart besides, and a page tells of somebody else's change while it is open", async () => {
  await using server = await startServer({ sandboxes: false })
  await using ada = await visit(server)
  await setUp(ada.page, server)
  await addBob(server)
  await using bob = await visit(server)
  await signInAsBob(bob.page)
  await ada.page.goto("/context/notes?path=plan.md&view=edit")
  // One types on below the title that is there already.
  await until("the editor has the keyboard", async () => (await ada.page.locator(".cm-content:focus").count()) > 0)
  await ada.page.keyboard.insertText("first\n\nsecond\n\nthird\n")
  expect(await ada.page.locator("textarea[name=text]").inputValue()).toBe("# plan\n\nfirst\n\nsecond\n\nthird\n")
  await ada.page.getByText("Draft kept.").waitFor()
  ada.page.once("dialog", (dialog) => void dialog.accept())
  await ada.page.reload()
  await ada.page.getByText("This is your draft, not saved yet.").waitFor()
  await ada.page.getByRole("button", { name: "Save" }).click()
  await ada.page.getByText("Saved.").waitFor()

  await bob.page.goto("/context/notes?path=plan.md&view=edit")
  await until("bob's editor is there", async () => (await bob.page.locator(".cm-content").count()) > 0)
  await ada.page.goto("/context/notes?path=plan.md")
  await write(bob.page, "FIRST\n\nsecond\n\nthird\n")
  await bob.page.keyboard.press("Control+s")
  await bob.page.getByText("Saved.").waitFor()
  await ada.page.getByText("bob changed this document.").waitFor()
  await ada.picture("context-news")

  await ada.page.goto("/context/notes?path=plan.md&view=edit")
  await write(ada.page, "FIRST\n\nsecond\n\nTHIRD\n")
  await write(bob.page, "FIRST\n\nSECOND\n\nthird\n")
  await bob.page.keyboard.press("Control+s")
  await ada.page.getByText("bob changed this document.").waitFor()
  await ada.page.getByRole("button", { name: "Save yours on top of it" }).click()
  // Lines that touch nothing of each other are joined without a question.
  await ada.page.getByText("Saved, and joined with the change of bob.").waitFor()
  await ada.page.getByText("SECOND").waitFor()
  expect(await ada.page.locator(".document").textContent()).toMatch(/FIRST\s+SECOND\s+THIRD/)

  expect([...ada.complaints, ...bob.complaints]).toEqual([])
  await sameParagraph(ada, bob)
  // The browser itself notes that a save was answered with a conflict.
  expect([...ada.complaints, ...bob.complaints].filter((said) => !said.includes("409 (Conflict)"))).toEqual([])
  await heldUntilJoined(server, ada.page, bob.page)
}, 120_000)

test("the first page of Context is live: it keeps what is typed where it is, and waits while somebody selects something", async () => {
  await using server = await startServer({ sandboxes: false })
  await using ada = await visit(server)
  await setUp(ada.page, server)
  await addBob(server)
  await using bob = await visit(server, { size: phone })
  await signInAsBob(bob.page)
  const save = async (name: string) => {
    await ada.page.goto(`/context/notes?path=${name}.md&view=edit`)
    await until("the editor is there", async () => (await ada.page.locator(".cm-content").count()) > 0)
    await ada.page.getByRole("button", { name: "Save" }).click()
    await ada.page.getByText("Saved.").waitFor()
  }
  await bob.page.goto("/context")
  const field = bob.page.getByRole("main").getByRole("textbox")
  await field.fill("A thought that is ")
  const before = await field.boundingBox()
  await save("first")
  const notes = bob.page.locator("#context-card-notes")
  await notes.getByText("first.md").waitFor()
  await bob.page.keyboard.type("not done yet")
  expect(await field.inputValue()).toBe("A thought that is not done yet")
  expect(await field.boundingBox()).toEqual(before)

  await notes.getByText("first.md").selectText()
  const place = await notes.getByText("first.md").boundingBox()
  await bob.page.evaluate(() => {
    document.addEventListener("htmx:sse:before:message", () => (document.body.dataset["told"] = "yes"))
  })
  await save("second")
  await until("the news has come", async () => bob.page.evaluate(() => document.body.dataset["told"] === "yes"))
  expect([await notes.getByText("second.md").count(), await notes.getByText("first.md").boundingBox()]).toEqual([
    0,
    place,
  ])
  expect(await bob.page.evaluate(() => String(getSelection()))).toBe("first.md")
  await bob.page.evaluate(() => getSelection()?.removeAllRanges())
  await notes.getByText("second.md").waitFor()

  await looksRight(bob.page)
  await bob.picture("context-home-live-phone")
  expect([...ada.complaints, ...bob.complaints]).toEqual([])
}, 60_000)
