import { afterAll, expect, test } from "bun:test"
import { chmod, mkdir, readdir, readFile, symlink } from "node:fs/promises"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { tempFolder } from "../testing/temp-folder.ts"
import { closeBrowser, phone, setUp, startServer, until, visit } from "./harness.ts"
import { createLoop, settled } from "./steps.ts"

afterAll(closeBrowser)

const finding = (page: Page, id: string, state: string) =>
  page.locator(`[data-finding="${id}"][data-state="${state}"]`).waitFor()

/** A folder with every program of this machine but podman, for a PATH. */
async function programsWithoutPodman(folder: string): Promise<string> {
  const place = join(folder, "bin")
  // Some of them are run by ids that only a container has.
  await chmod(folder, 0o755)
  await mkdir(place)
  for (const from of (process.env.PATH ?? "").split(":").filter((one) => one.startsWith("/")))
    for (const name of await readdir(from).catch(() => []))
      if (name !== "podman") await symlink(join(from, name), join(place, name)).catch(() => undefined)
  return place
}

test("without podman the loop and the page about the server say so, and after installing it the same message is answered", async () => {
  await using folder = await tempFolder()
  const programs = await programsWithoutPodman(folder.path)
  await using server = await startServer({ fetchesAgent: true, env: { PATH: programs } })
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "Hello, what can you do?")
  const failure = page.locator("[data-failure]")
  await failure.waitFor()
  expect(await failure.innerText()).toContain("podman is missing")
  await visitor.picture("system-no-podman-loop")
  const loop = page.url()

  await page.goto("/settings/system")
  await finding(page, "podman", "blocking")
  expect(await page.locator('[data-finding="podman"] .command').innerText()).toContain("apt-get install podman")
  await visitor.picture("system-no-podman")
  await using reader = await visit(server, { size: phone, language: "zh", theme: "dark" })
  await signInChinese(reader.page)
  await reader.page.goto("/settings/system")
  await finding(reader.page, "podman", "blocking")
  await reader.picture("system-no-podman-zh")

  const podman = Bun.which("podman")
  if (!podman) throw new Error("need podman to install it")
  await symlink(podman, join(programs, "podman"))
  await page.getByRole("button", { name: "Check again" }).click()
  await page.locator('#image-run[data-image="ready"]').waitFor()
  expect(await page.locator('[data-finding="podman"]').getAttribute("data-state")).not.toBe("blocking")
  // The other browser heard of it without being asked.
  await reader.page.locator('#image-run[data-image="ready"]').waitFor()
  await visitor.picture("system-ready")
  await page.goto(loop)
  await page.getByRole("button", { name: "Try again" }).click()
  await settled(page, 1)
  expect(visitor.complaints).toEqual([])
  expect(reader.complaints).toEqual([])
}, 170_000)

test("without a registry the page says which source failed and why; a mended setting builds the image in sight of everybody who waits", async () => {
  const config = { id: crypto.randomUUID(), name: "Acme", sandbox: { baseImage: "localhost:1/base:1" } }
  await using server = await startServer({ config, env: { LOOPAT_SANDBOX_IMAGE: "" } })
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await page.goto("/settings/system")
  await page.locator('#image-run[data-image="failed"]').waitFor()
  const tried = await page.locator(".tried li").first().innerText()
  expect(tried).toContain("localhost:1/base:1")
  expect(tried).toContain("It could not be reached.")
  await visitor.picture("system-image-failed")

  const file = join(server.home, "config.json")
  const current = JSON.parse(await readFile(file, "utf8"))
  await Bun.write(file, JSON.stringify({ ...current, sandbox: { ...current.sandbox, baseImage: "host" } }))
  try {
    await page.getByRole("button", { name: "Try again" }).click()
    await page.locator('#image-run[data-image="building"]').waitFor()
    await page.locator(".image-step").getByText("Step 1 of 11").waitFor()
    await visitor.picture("system-image-building")
    await using waiting = await visit(server, { size: phone, language: "zh", theme: "dark" })
    await signInChinese(waiting.page)
    await waiting.page.goto("/loops/new")
    await waiting.page.locator('[name="message"]').fill("你好")
    await waiting.page.locator('form:has([name="message"]) button[type="submit"]').last().click()
    await waiting.page.locator("#image-run .image-step").waitFor()
    await waiting.picture("loop-waits-for-image-zh")
    await waiting.page.reload()
    await waiting.page.locator("#image-run .image-step").waitFor()
    await page.locator('#image-run[data-image="ready"]').waitFor({ timeout: 150_000 })
    expect(await page.locator(".image-used").innerText()).toContain("This machine's own packages")
    expect(server.output()).toMatch(/the base image is ready.*host/)
    await visitor.picture("system-image-ready")
    await waiting.page.locator("#image-run .image-step").waitFor({ state: "detached" })
    await settled(waiting.page, 1)
    const log = await page.request.get("/sandbox/image.log")
    expect(await log.text()).toContain("[2/11] unpack")
    expect(visitor.complaints).toEqual([])
    expect(waiting.complaints).toEqual([])
  } finally {
    await removeImages(current.id)
  }
}, 240_000)

async function signInChinese(page: Page): Promise<void> {
  await page.goto("/")
  await page.locator('[name="name"]').fill("ada")
  await page.locator('[name="password"]').fill("correct horse battery")
  await page.locator('form:has([name="password"]) button[type="submit"]').click()
  await page.waitForURL((url) => url.pathname.startsWith("/loops"))
}

async function removeImages(workspace: string): Promise<void> {
  const label = `label=loopat.workspace=${workspace}`
  const podman = (...args: string[]) =>
    Bun.spawnSync(["podman", ...args])
      .stdout.toString()
      .split("\n")
      .filter(Boolean)
  await until("its containers are gone", () => {
    const left = podman("ps", "-aq", "--filter", label)
    if (left.length > 0) podman("rm", "-f", "-t", "0", ...left)
    return left.length === 0
  })
  const images = new Set(podman("images", "-q", "--filter", label))
  if (images.size > 0) podman("rmi", "-f", ...images)
}
