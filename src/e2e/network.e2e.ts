import { afterAll, expect, test } from "bun:test"
import { closeBrowser, phone, setUp, signIn, startServer, visit, type Visit } from "./harness.ts"
import { createLoop, message, send, settled, tool } from "./steps.ts"

afterAll(closeBrowser)

test("an agent with a list of hosts is refused one, its driver lets it through, and both read what the loop can see", async () => {
  await using server = await startServer()
  await using visitor = await visit(server)
  const { page } = visitor
  await setUp(page, server)
  await page.getByRole("button", { name: "Try without a key" }).click()
  await page.goto("/settings/network")
  await page.getByRole("radio", { name: "Listed hosts only" }).check()
  await page.getByRole("textbox", { name: "Hosts" }).fill("github.com\n*.npmjs.org")
  await page.getByRole("checkbox", { name: /Drivers may let/ }).check()
  await page.getByRole("button", { name: "Save" }).click()
  await page.getByText("Saved. Lists hold at once.").waitFor()

  // The agent itself must find the gateway with a proxy in its environment.
  await createLoop(page, "#bash curl -sS --max-time 20 http://refused.invalid/\n#say tried")
  await settled(page)
  await tool(page, "Bash").first().waitFor()
  const card = page.locator("[data-refused]")
  await card.getByText("refused.invalid:80").waitFor()
  await card.getByText("asked by curl").waitFor()
  await visitor.picture("network-refused")
  await card.getByRole("button", { name: "Allow in this loop: refused.invalid:80" }).click()
  await page.getByText("This loop may reach refused.invalid now.").waitFor()
  await message(page, "system").getByText("lets this loop reach refused.invalid").waitFor()
  await send(page, "#bash curl -sS --max-time 20 http://refused.invalid/\n#say again")
  await settled(page, 2)
  // It is let through now; there is no such name.
  await page.getByText("no address was found for refused.invalid").first().waitFor({ state: "attached" })

  await page.getByRole("tab", { name: "Sandbox" }).click()
  await page.getByRole("heading", { name: "What this loop can see" }).waitFor()
  await page.getByRole("row", { name: /git version/ }).waitFor()
  await visitor.picture("sandbox-wide")
  await using other = await visit(server, { size: phone, theme: "dark" })
  await signIn(other.page)
  await other.page.goto(page.url())
  await other.page.getByText("git version").waitFor()
  await other.picture("sandbox-phone")
  await page.getByRole("button", { name: "Remove refused.invalid" }).click()
  await page.getByText("None yet.").waitFor()
  await makeStrict(visitor)
  expect(visitor.complaints).toEqual([])
  expect(other.complaints).toEqual([])
})

/** From the page of what the loop can see; its third turn shows what is left to a program then. */
async function makeStrict({ page, picture }: Visit): Promise<void> {
  await page.getByRole("radio", { name: /^Strict/ }).check()
  await page.getByRole("radio", { name: /^Nothing/ }).check()
  await page.getByRole("button", { name: "Set how strict" }).click()
  await page.getByText("Noted. Restart the sandbox to apply it").waitFor()
  await page.getByText("Something changed since this sandbox was made.").waitFor()
  await picture("strictness-wide")
  await page.getByRole("button", { name: "Restart the sandbox" }).click()
  await page.getByText("The sandbox was stopped and starts anew.").waitFor()
  await page.getByRole("row", { name: /strict: no sudo/ }).waitFor()
  await page
    .getByRole("tab", { name: "Conversation" })
    .or(page.getByRole("link", { name: "Conversation" }))
    .first()
    .click()
  await message(page, "system").getByText("hardening strict, may reach nothing").waitFor()
  await send(page, "#bash sudo -n true || echo refused; touch /etc/x || echo closed\n#say third")
  await settled(page, 3)
  await page
    .getByText(/refused[\s\S]*closed/)
    .first()
    .waitFor({ state: "attached" })
}
