import { afterAll, expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { slidesSideways } from "../testing/page-looks.ts"
import { closeBrowser, phone, setUp, startServer, visit, wide } from "./harness.ts"
import { createLoop, send, settled } from "./steps.ts"

afterAll(closeBrowser)

test("each turn says what it changed; its driver looks at it, goes back to before a turn, and brings back what was there", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await createLoop(page, "#bash seq 1 20 > numbers && echo hello > words\n#say made")
  await settled(page)
  const id = page.url().split("/").at(-1) ?? ""
  const file = (name: string) => readFile(join(server.home, "loops", id, "workdir", name), "utf8")
  const changes = page.locator("[data-turn-changes]")
  await changes.getByText("2 files changed, +21 −0").waitFor()
  await send(page, "#bash sed -i s/7/seven/ numbers && rm words\n#say changed")
  await settled(page, 2)
  const second = changes.getByText("2 files changed, +2 −3")
  await second.waitFor()
  await visitor.picture("t-conversation")
  await page.reload()
  expect(await changes.count()).toBe(2)

  await second.click()
  await page.locator(".file-diff").first().waitFor()
  expect(await page.locator(".diff-summary").innerText()).toBe("2 files, +2 −3")
  expect(await page.locator(".file-diff").first().innerText()).toContain("seven")
  await visitor.picture("t-turn")
  await page.setViewportSize(phone)
  expect(await slidesSideways(page)).toEqual([])
  await visitor.picture("t-turn-phone")
  await page.getByRole("button", { name: "Go back to before this turn" }).click()
  await page.getByText("The files are as they were before this turn.").waitFor()
  expect(await file("numbers")).toContain("\n7\n")
  expect(await file("words")).toBe("hello\n")
  await visitor.picture("t-back-phone")
  await page.getByRole("button", { name: "Bring back" }).first().click()
  await page.getByText("Brought back.", { exact: true }).waitFor()
  expect(await file("numbers")).toContain("\nseven\n")
  expect(await Bun.file(join(server.home, "loops", id, "workdir/words")).exists()).toBe(false)
  await page.setViewportSize(wide)
  await page.getByRole("link", { name: "Turn before" }).click()
  await page.locator(".diff-summary").getByText("2 files, +21 −0").waitFor()

  // Its sandbox rests: without a repository nothing of it can be seen, which is said together with the way to see it.
  await page.goto(`/loops/${id}`)
  const stopped = await page.evaluate(
    async (address) => (await fetch(address, { method: "POST" })).ok,
    `/loops/${id}/sandbox/stop`,
  )
  expect(stopped).toBe(true)
  await page.goto(`/loops/${id}/changes?turn=newest`)
  await page.getByRole("button", { name: "Start the sandbox" }).click()
  await page.locator(".diff-summary").getByText("2 files, +2 −3").waitFor()
  expect(visitor.complaints).toEqual([])
}, 100_000)
