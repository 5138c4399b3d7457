import { expect, test } from "bun:test"
import { readFile, writeFile } from "node:fs/promises"
import { paths } from "../lib/urls.ts"
import { readHtml } from "../testing/html.ts"
import { requestsTo } from "../testing/requests.ts"
import { roleWorld } from "../testing/role-world.ts"

test("secret links that cannot be switched off, because the settings do not parse, are told as still on, with the place to repair", async () => {
  await using world = await roleWorld()
  const { read } = requestsTo(world)
  const file = `${world.home}/config.json`
  await writeFile(file, '{\n  "name": oops }')
  const off = { path: paths.sharesLinks, method: "POST", actor: "admin", body: "links=off" } as const
  const { status, body } = await read(off)
  expect(status).toBe(422)
  const page = readHtml(body)
  expect(page.one("[role=alert]").text).toContain("does not parse at line 2, column 11. Nothing was changed")
  // What is offered is still to switch them off.
  expect(page.one("[name=links]").attributes["value"]).toBe("off")
  expect(await readFile(file, "utf8")).toBe('{\n  "name": oops }')
  const month = new Date().toISOString().slice(0, 7)
  expect(await readFile(`${world.home}/audit/${month}.jsonl`, "utf8").catch(() => "")).not.toContain("share.links")
})
