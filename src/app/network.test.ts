import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { readHtml } from "../testing/html.ts"
import { requestsTo } from "../testing/requests.ts"
import { roleWorld } from "../testing/role-world.ts"

const path = "/settings/network"
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()

test("an admin says where loops may go, reads it back as it holds, and it stands in the audit", async () => {
  await using world = await roleWorld()
  const { read } = requestsTo(world)
  const body = form({
    mode: "allow-list",
    hosts: "GitHub.com\n*.npmjs.org",
    ranges: "10.0.0.0/8",
    driversMayAllow: "yes",
  })
  const saved = await read({ path, method: "POST", actor: "admin", body })
  expect([saved.status, saved.location]).toEqual([303, `${path}?saved=1`])
  const page = readHtml((await read({ path: saved.location, actor: "admin" })).body)
  expect(page.one("p.notice").text).toStartWith("Saved.")
  expect(page.one("textarea[name='hosts']").text).toBe("github.com *.npmjs.org")
  expect(page.has("input[name='mode'][value='allow-list'][checked]")).toBe(true)
  expect(page.has("input[name='driversMayAllow'][checked]")).toBe(true)
  const month = new Date().toISOString().slice(0, 7)
  expect(await readFile(`${world.home}/audit/${month}.jsonl`, "utf8")).toContain('"action":"settings.network"')
  const { sandbox } = JSON.parse(await readFile(`${world.home}/config.json`, "utf8"))
  expect(sandbox.network).toEqual({
    mode: "allow-list",
    allowHosts: ["github.com", "*.npmjs.org"],
    blockRanges: ["10.0.0.0/8"],
    driversMayAllow: true,
  })
})

test("a line that is no host comes back with what was typed and says what a host is; nothing is changed", async () => {
  await using world = await roleWorld()
  const { read } = requestsTo(world)
  const before = await readFile(`${world.home}/config.json`, "utf8")
  const body = form({ mode: "open", hosts: "github.com\nhttps://x.org", ranges: "10/8" })
  const { status, body: html } = await read({ path, method: "POST", actor: "admin", body })
  const page = readHtml(html)
  expect(status).toBe(422)
  expect(page.one("#field-hosts-error").text).toBe(
    "“https://x.org” is not a host. Write a name, *. and a name, or an address, if need be with a port.",
  )
  expect(page.one("#field-ranges-error").text).toContain("“10/8”")
  expect(page.one("textarea[name='hosts']").text).toBe("github.com https://x.org")
  expect(await readFile(`${world.home}/config.json`, "utf8")).toBe(before)
})

test("the driver adds a host where drivers may, and is told in words where they may not", async () => {
  const htmx = { "hx-request": "true" }
  for (const driversMayAllow of [true, false]) {
    await using world = await roleWorld({ config: { sandbox: { network: { mode: "allow-list", driversMayAllow } } } })
    const { read } = requestsTo(world)
    const { id } = await world.newLoop("open")
    const sample = { path: `/loops/${id}/sandbox/hosts`, method: "POST", actor: "driver", headers: htmx } as const
    const answer = await read({ ...sample, body: form({ host: "pypi.org" }) })
    const said = readHtml(answer.body).one("[data-toast] p").text
    if (driversMayAllow) expect([answer.status, said]).toEqual([200, expect.stringContaining("may reach pypi.org now")])
    else expect([answer.status, said]).toEqual([403, expect.stringContaining("only an admin lists hosts")])
  }
})
