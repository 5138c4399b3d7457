import { afterAll, expect, test } from "bun:test"
import { copyFile, mkdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { outsideRepository } from "../testing/git-repository.ts"
import { gitSshd } from "../testing/git-sshd.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { closeBrowser, phone, setUp, startServer, visit } from "./harness.ts"
import { createLoop, message, settled, tool } from "./steps.ts"

afterAll(closeBrowser)

const choose = (repository: string) => async (dialog: Parameters<NonNullable<Parameters<typeof createLoop>[2]>>[0]) => {
  await dialog.locator("summary").first().click()
  await dialog.getByLabel("Repository", { exact: true }).selectOption(repository)
}

const loopOf = (page: Page): string => page.url().split("/").at(-1) ?? ""

test("a loop on a wrong address says why in words; another repository repairs it; the agent changes a file on the loop's own branch", async () => {
  await using folder = await tempFolder()
  const local = await outsideRepository(join(folder.path, "local"), { "README.md": "hello\n", "src/a.ts": "old\n" })
  const repos = [
    { name: "moved", git: join(folder.path, "nowhere") },
    { name: "local", git: local.path },
  ]
  await using server = await startServer({ config: { id: crypto.randomUUID(), name: "Acme", repos } })
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  const words = "#bash git status --short --branch\n#write src/a.ts new\n#bash git diff --stat\n#say changed"
  await createLoop(page, words, choose("moved"))
  const broken = page.getByRole("alert").filter({ hasText: "This loop could not be prepared" })
  await broken.waitFor()
  expect(await broken.innerText()).toContain("There is no repository at the address of moved")
  await broken.getByText("Details").click()
  expect(await broken.innerText()).toContain("does not appear to be a git repository")
  // Where it lies on the server is the administrator's business.
  expect(await broken.innerText()).not.toContain(folder.path)
  expect(await message(page, "user").first().textContent()).toContain("git status")
  await visitor.picture("9-broken-repository")
  await page.setViewportSize(phone)
  await visitor.picture("9-broken-repository-phone")
  await page.setViewportSize({ width: 1440, height: 900 })

  await broken.getByLabel("Repository").fill("nobody")
  await broken.getByRole("button", { name: "Try again" }).click()
  await page.getByText("There is no such repository in this workspace").waitFor()
  await broken.getByLabel("Repository").fill("local")
  await broken.getByRole("button", { name: "Try again" }).click()
  await settled(page)
  await visitor.picture("9-changed-file")
  const id = loopOf(page)
  const workdir = join(server.home, "loops", id, "workdir")
  const branch = (await readFile(join(workdir, ".git/HEAD"), "utf8")).trim()
  expect(branch).toMatch(new RegExp(`^ref: refs/heads/loop/[a-z0-9-]+-${id.slice(0, 6)}$`))
  expect(await readFile(join(workdir, "src/a.ts"), "utf8")).toStartWith("new")
  // The agent's own git sees a whole repository on that branch, clean before it changed anything.
  await tool(page, "Bash").first().locator("summary").first().click()
  expect(await tool(page, "Bash").first().textContent()).toContain(`## ${branch.replace("ref: refs/heads/", "")}`)
  await tool(page, "Bash").last().locator("summary").first().click()
  expect(await tool(page, "Bash").last().textContent()).toContain("1 file changed")
  expect(await page.locator("header.loop-head").innerText()).toContain(`local:loop/`)
  // Nothing of it reached the repository outside.
  expect(await local.git("branch", "--all")).toBe("* trunk\n")
  expect(visitor.complaints.filter((line) => !/status of 422/.test(line))).toEqual([])
})

test("the first contact with a git host over ssh asks an administrator to compare its fingerprint, and the steps of preparing are seen", async () => {
  await using folder = await tempFolder()
  await using sshd = await gitSshd(join(folder.path, "host"))
  await outsideRepository(join(sshd.repositories, "app"), { "README.md": "over ssh\n" })
  const repos = [{ name: "app", git: sshd.address("app"), credential: "host" }]
  await using server = await startServer({ config: { id: crypto.randomUUID(), name: "Acme", repos } })
  const keys = join(server.home, "secrets/@workspace/keys")
  await mkdir(keys, { recursive: true, mode: 0o700 })
  await copyFile(sshd.userKey, join(keys, "host"))
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#bash cat README.md\n#say read", choose("app"))
  const broken = page.getByRole("alert").filter({ hasText: "This is the first contact with 127.0.0.1" })
  await broken.waitFor()
  expect(await broken.innerText()).toContain(await sshd.fingerprint())
  await visitor.picture("9-first-contact")
  const goOn = await sshd.hold()
  await broken.getByRole("button", { name: "trust this host" }).click()
  await page.getByRole("heading", { name: "Preparing the loop" }).waitFor()
  const steps = page.locator("ol.steps")
  expect(await steps.locator(".step-running").innerText()).toContain("Fetch the repository")
  const waiting = (await steps.locator(".step-waiting").allInnerTexts()).join("\n")
  expect(waiting).toContain("Make the working folder")
  expect(waiting).toContain("Check out knowledge, notes and personal")
  await visitor.picture("9-preparing")
  await goOn()
  await settled(page)
  await tool(page, "Bash").locator("summary").first().click()
  expect(await tool(page, "Bash").innerText()).toContain("over ssh")
  // The agent finds no key of the server and none of its files inside.
  const inside = await readFile(join(server.home, "loops", loopOf(page), "workdir/.git/config"), "utf8")
  expect(inside).toContain(sshd.address("app"))
  expect(inside).not.toContain("secrets")
  expect(visitor.complaints).toEqual([])
})
