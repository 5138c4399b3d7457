import { afterAll, expect, test } from "bun:test"
import type { Locator, Page } from "playwright-core"
import { closeBrowser, phone, setUp, startServer, type Visit, visit, wide } from "./harness.ts"
import { createLoop, settled } from "./steps.ts"

afterAll(closeBrowser)

test("a loop is renamed, narrowed to, hidden, archived, found, restored and deleted with its report", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, ["#write draft.txt something unsaved", `#bash ${unsavedElsewhere}`, "#say done"].join("\n"))
  await settled(page)
  const id = page.url().split("/").at(-1)

  const title = page.getByRole("textbox", { name: "Title" })
  await title.fill("Tidy the shed #garden")
  await title.press("Enter")
  await narrowTheList(visitor)
  await hideAndShow(visitor, id)

  await page.goto(`/loops/${id}`)
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Archive" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor({ state: "detached" })
  await page.goto("/loops")
  expect(await page.getByRole("link", { name: "Tidy the shed #garden" }).count()).toBe(0)
  await page.goto("/loops?show=archived")
  await page.getByRole("searchbox", { name: "Search loops" }).fill("shed")
  await page.keyboard.press("Enter")
  await page.locator(`[data-loop="${id}"][data-state="archived"]`).waitFor()

  // From its row, then from its page.
  await page.getByRole("button", { name: "Restore Tidy the shed #garden" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor()
  expect(page.url()).toEndWith(`/loops/${id}`)
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Archive" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor({ state: "detached" })
  await page.goto(`/loops/${id}`)
  await visitor.picture("10-archived")
  await page.getByRole("button", { name: "Restore this loop" }).click()
  await page.getByRole("textbox", { name: "Message" }).waitFor()

  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("link", { name: "Delete" }).click()
  await page.getByText("draft.txt").waitFor({ timeout: 60_000 })
  await visitor.picture("10-delete-report")
  await saveFirst(visitor, server.home)
  await page.getByRole("textbox", { name: "Title" }).fill("wrong")
  await page.getByRole("button", { name: "Delete anyway" }).click()
  expect(page.url()).toContain("delete")
  await page.getByRole("textbox", { name: "Title" }).fill("Tidy the shed #garden")
  await page.getByRole("button", { name: "Delete anyway" }).click()
  await page.getByRole("region", { name: "Loops" }).waitFor()
  expect(await page.locator(`[data-loop="${id}"]`).count()).toBe(0)
  const gone = await page.goto(`/loops/${id}`)
  expect(gone?.status()).toBe(404)
  // The browser itself notes the two refusals that were provoked.
  expect(visitor.complaints.filter((line) => !/status of (404|422)/.test(line))).toEqual([])
})

/** The list as it is, by topic, of one topic alone, and all of it again. */
async function narrowTheList(visitor: Visit): Promise<void> {
  const { page } = visitor
  await page.goto("/loops")
  const list = page.getByRole("region", { name: "Loops" })
  const row = list.getByRole("link", { name: "Tidy the shed #garden" })
  await row.waitFor()
  await visitor.picture("10-list")
  await page.getByRole("link", { name: "By topic" }).click()
  await page.getByRole("link", { name: "garden", exact: true }).click()
  await row.waitFor()
  await visitor.picture("10-list-of-a-topic")
  await page.setViewportSize(phone)
  await visitor.picture("10-list-of-a-topic-phone")
  await page.setViewportSize(wide)
  await page.getByRole("link", { name: "Not only #garden" }).click()
  expect(page.url()).not.toContain("garden")
}

async function hideAndShow(visitor: Visit, id: string | undefined): Promise<void> {
  const { page } = visitor
  await page.goto(`/loops/${id}`)
  await page.getByRole("button", { name: "Loop menu" }).click()
  await visitor.picture("10-menu")
  await page.getByRole("button", { name: "Show only to its people" }).click()
  await page.getByText("Only you").waitFor()
  await page.getByRole("button", { name: "Loop menu" }).click()
  await page.getByRole("button", { name: "Show to the workspace" }).click()
  await page.getByText("Only you").waitFor({ state: "detached" })
}

/** A note that nobody else has with a secret beside it, and a repository that came from nowhere. */
const unsavedElsewhere = [
  "cd /loopat/context/notes && echo '- a thought' > thought.md && echo KEY=1 > .env",
  "cd /loopat/context/repos && git init -q own && cd own && echo 1 > a && git add a && git commit -qm 'Only here'",
].join(" && ")

/** Each part is named; saving brings the note to a branch, and says how the rest is taken along. */
async function saveFirst(visitor: Visit, home: string): Promise<void> {
  const { page } = visitor
  const part = (name: string) => page.locator(`[data-checkout="${name}"]`)
  expect(await part("notes").innerText()).toContain("thought.md")
  expect(await part("repos/own").innerText()).toContain("Only here")
  expect(await part("notes").innerText()).toMatch(/1 file looks like a secret:\s*\.env: by its name/)
  const archive = await fetched(page, part("workdir").getByRole("link"))
  expect(archive.name).toBe("workdir.tar")
  const listed = Bun.spawnSync(["tar", "-xOf", archive.path, "workdir/draft.txt"])
  expect(listed.stdout.toString().trim()).toBe("something unsaved")

  await page.getByRole("button", { name: "Save first" }).click()
  await page.getByText("Some work is only here still").waitFor({ timeout: 60_000 })
  await visitor.picture("10-saved-first")
  await page.setViewportSize(phone)
  await visitor.picture("10-saved-first-phone")
  await page.setViewportSize(wide)
  const saved = (name: string) => page.locator(`[data-saved="${name}"]`)
  expect(await saved("notes").innerText()).toMatch(/Saved on the branch loop\/[0-9a-f-]{36}\./)
  expect(await saved("notes").innerText()).toContain("because it looks like a secret: .env.")
  expect(await saved("workdir").innerText()).toContain("It has no repository.")
  expect(await part("notes").innerText()).not.toContain("thought.md")
  // What was left out is in the download, and goes with the rest after a yes.
  const left = await fetched(page, part("notes").getByRole("link"))
  expect(filesOf(left.path, `${home}/repos/notes.git`)).toContain(".env")
  const bundle = await fetched(page, saved("repos/own").getByRole("link"))
  expect(bundle.name).toMatch(/^tidy-the-shed-garden-repos-own-[0-9a-f]{6}\.bundle$/)
  const heads = Bun.spawnSync(["git", "bundle", "list-heads", bundle.path]).stdout.toString()
  expect(heads).toMatch(/refs\/heads\/unsaved-/)
  await page.setViewportSize(phone)
  await visitor.picture("10-saved-but-secrets-phone")
  await page.setViewportSize(wide)
  await visitor.picture("10-saved-but-secrets")
  await page.getByRole("checkbox", { name: /^Save these, too/ }).check()
  await page.getByRole("button", { name: "Save first" }).click()
  await part("notes").waitFor({ state: "detached", timeout: 60_000 })
  expect(await saved("notes").innerText()).not.toContain("secret")
  // The same once more finds only what could not go.
  await page.getByRole("button", { name: "Save first" }).click()
  await saved("notes").waitFor({ state: "detached" })
  await saved("repos/own").waitFor()
}

/** Names of what the newest commit of a bundle has, in a clone of where the rest of it came from. */
function filesOf(bundle: string, origin: string): string {
  const folder = `${bundle}-clone`
  const git = (...args: string[]) => Bun.spawnSync(["git", ...args]).stdout.toString()
  git("clone", "--quiet", "--bare", origin, folder)
  git("-C", folder, "fetch", "--quiet", bundle, "refs/heads/*:refs/heads/saved/*")
  const branch = git("-C", folder, "for-each-ref", "--format=%(refname)", "refs/heads/saved/").split("\n")
  return git("-C", folder, "ls-tree", "--name-only", branch.find((name) => name.includes("/unsaved-")) ?? "")
}

async function fetched(page: Page, link: Locator): Promise<{ name: string; path: string }> {
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()])
  return { name: file.suggestedFilename(), path: await file.path() }
}
