import { expect, test } from "bun:test"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { readHtml } from "../testing/html.ts"
import { requestsTo } from "../testing/requests.ts"
import { roleWorld } from "../testing/role-world.ts"
import { gitIn } from "../testing/shelves.ts"

const value = "sk-value-that-nobody-sees"

async function world(
  network: object = { mode: "allow-list", allowHosts: ["github.com"], driversMayAllow: true },
  more = {},
) {
  const made = await roleWorld({
    config: { sandbox: { network, ...more } },
    async prepare(home) {
      const folder = `${home}/personal/driver/.loopat/vaults/default/envs`
      await mkdir(folder, { recursive: true })
      await writeFile(`${folder}/DEPLOY_TOKEN`, `${value}\n`)
      const files = `${home}/personal/driver/.loopat/vaults/default/mounts/home`
      await mkdir(`${files}/.ssh`, { recursive: true })
      await mkdir(`${files}/.claude`)
      for (const name of [".ssh/id", ".claude/x"]) await writeFile(`${files}/${name}`, value)
    },
  })
  const { id } = await made.newLoop("open")
  const { read } = requestsTo(made)
  return Object.assign(made, { read, path: `/loops/${id}/sandbox`, id })
}

test("the driver sees network, credentials by name and where each comes from, and no value", async () => {
  await using at = await world()
  const { body, status } = await at.read({ path: at.path, actor: "driver" })
  const rows = readHtml(body)
    .all("tr")
    .map(({ text }) => text)
  expect(status).toBe(200)
  expect(rows.some((text) => text.startsWith("DEPLOY_TOKEN") && text.includes("kept on this server"))).toBe(true)
  expect(rows.some((text) => text.startsWith("github.com") && text.includes("Settings → Network"))).toBe(true)
  const file = rows.find((text) => text.startsWith("~/.ssh/id"))
  expect(file).toContain("put into the home at each start")
  expect(file).toContain("Vault default")
  expect(rows.find((text) => text.startsWith("~/.claude"))).toContain("not handed over")
  expect(body).not.toContain(value)
  expect(body).not.toContain(at.home)
})

test("a viewer sees what the workspace may see: no name out of the vault, no form, and never a value", async () => {
  await using at = await world()
  const { body, status } = await at.read({ path: at.path, actor: "member" })
  expect(status).toBe(200)
  expect(body).toContain("github.com")
  for (const word of ["DEPLOY_TOKEN", ".ssh/id", value, "loopat@", "/home/loopat"]) expect(body).not.toContain(word)
  expect(readHtml(body).all("form[action*='/sandbox/hosts']")).toEqual([])
})

test("a host is added and removed without script, and what is none comes back with the sentence beside it", async () => {
  await using at = await world()
  const post = (path: string, host: string) =>
    at.read({ path, method: "POST", actor: "driver", body: new URLSearchParams({ host }).toString() })
  expect((await post(`${at.path}/hosts`, "pypi.org")).location).toBe(at.path)
  const shown = async () => readHtml((await at.read({ path: at.path, actor: "driver" })).body)
  expect((await shown()).all(".sight-hosts code").map(({ text }) => text)).toEqual(["pypi.org"])
  const wrong = await post(`${at.path}/hosts`, "http://pypi.org")
  expect(wrong.status).toBe(422)
  expect(readHtml(wrong.body).one("#field-host").attributes.value).toBe("http://pypi.org")
  expect(readHtml(wrong.body).one("#field-host-error").text).toStartWith("This is not a host.")
  expect((await post(`${at.path}/hosts/forget`, "pypi.org")).location).toBe(at.path)
  expect((await shown()).all(".sight-hosts code")).toEqual([])
})

test("a loop that is stricter than its workspace says so, and an open one shows what is closed", async () => {
  await using at = await world({ mode: "open", blockRanges: ["10.0.0.0/8"] })
  const rows = readHtml((await at.read({ path: at.path, actor: "driver" })).body)
    .all("tr")
    .map(({ text }) => text)
  expect(rows.some((text) => text.startsWith("10.0.0.0/8"))).toBe(true)
  expect(rows.find((text) => text.startsWith("May reach"))).toContain("the internet")
})

test("a driver sets the loop's limits where the workspace permits it, and is told in words what is too much", async () => {
  await using at = await world({ mode: "open" }, { limitsMax: { cpus: 4, memory: "8g" } })
  const set = (fields: Record<string, string>) =>
    at.read({
      path: `${at.path}/limits`,
      method: "POST",
      actor: "driver",
      body: new URLSearchParams(fields).toString(),
    })
  const done = await set({ cpus: "3", memory: "6g" })
  expect(done.location).toBe(`${at.path}?done=limits`)
  const page = readHtml((await at.read({ path: done.location, actor: "driver" })).body)
  expect(page.one("#field-cpus").attributes.value).toBe("3")
  expect(
    page
      .all("p.notice")
      .map(({ text }) => text)
      .join(),
  ).toContain("Restart the sandbox")
  const wrong = await set({ cpus: "3", memory: "60g" })
  expect([wrong.status, readHtml(wrong.body).one("#field-memory-error").text]).toEqual([
    422,
    "The workspace permits at most 4 processors and 8g of memory.",
  ])
  expect((await at.read({ path: at.path, actor: "member" })).body).not.toContain("field-cpus")
})

test("a driver makes his loop stricter than its workspace, sees it said, and cannot make it looser", async () => {
  await using at = await world()
  const set = (fields: Record<string, string>) =>
    at.read({
      path: `${at.path}/strictness`,
      method: "POST",
      actor: "driver",
      body: new URLSearchParams(fields).toString(),
    })
  const form = readHtml((await at.read({ path: at.path, actor: "driver" })).body)
  expect(form.all("input[name='network']").map(({ attributes }) => attributes.value)).toEqual([
    "allow-list",
    "gateway-only",
  ])
  const done = await set({ hardening: "strict", network: "gateway-only" })
  expect(done.location).toBe(`${at.path}?done=strictness`)
  const page = readHtml((await at.read({ path: done.location, actor: "driver" })).body)
  expect(page.all("p.notice")[0]?.text).toContain("Restart the sandbox to apply it")
  expect(page.one("input[name='hardening'][checked]").attributes.value).toBe("strict")
  const row = page
    .all("tr")
    .map(({ text }) => text)
    .find((text) => text.startsWith("May reach"))
  expect(row).toContain("this loop, stricter than its workspace")
  const loose = await set({ network: "open" })
  expect([loose.status, readHtml(loose.body).all("p.notice")[0]?.text]).toEqual([
    422,
    "The workspace allows its loops less than that. An admin changes it under Settings → Network.",
  ])
  expect((await at.read({ path: at.path, actor: "member" })).body).not.toContain('name="hardening"')
  expect((await set({ hardening: "soft" })).status).toBe(422)
})

test("in a strict workspace nobody is offered less, and asking for it all the same changes nothing", async () => {
  await using at = await world({ mode: "gateway-only" }, { hardening: "strict" })
  const page = readHtml((await at.read({ path: at.path, actor: "driver" })).body)
  expect(page.all("input[type='radio']")).toEqual([])
  expect(page.one("[aria-labelledby='sight-strictness']").text).toContain("A loop cannot loosen that.")
  const body = new URLSearchParams({ hardening: "standard" }).toString()
  const { status } = await at.read({ path: `${at.path}/strictness`, method: "POST", actor: "driver", body })
  expect(status).toBe(422)
})

test("an address that says something was done that no page says is the page without it", async () => {
  await using at = await world()
  const plain = readHtml((await at.read({ path: at.path, actor: "driver" })).body).all("p.notice")
  for (const done of ["constructor", "__proto__", "toString", "x".repeat(5_000)]) {
    const { status, body } = await at.read({ path: `${at.path}?done=${done}`, actor: "driver" })
    expect([done, status, readHtml(body).all("p.notice")]).toEqual([done, 200, plain])
  }
})

test("a list of terminals that does not parse keeps nobody from the loop's other pages", async () => {
  await using at = await world()
  await writeFile(`${at.home}/loops/${at.id}/terminals.json`, "{")
  for (const actor of ["driver", "member"] as const)
    for (const path of [at.path, `/loops/${at.id}`])
      expect([actor, path, (await at.read({ path, actor })).status]).toEqual([actor, path, 200])
})

test("Pull now is the driver's button beside each shared context, and what it cannot do is said in words", async () => {
  await using at = await world()
  const { id } = await at.newLoop("open")
  const path = `/loops/${id}/sandbox`
  await at.read({ path: "/context/knowledge", actor: "driver" })
  await at.read({ path: "/context/notes", actor: "driver" })
  const tip = async (name: string) => (await gitIn(`${at.home}/repos/${name}.git`, "rev-parse", "main")).trim()
  const versions = { knowledge: await tip("knowledge"), notes: await tip("notes") }
  const file = `${at.home}/loops/${id}/meta.json`
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), versions }))
  const formsOf = async (actor: "driver" | "member" | "admin") =>
    readHtml((await at.read({ path, actor })).body)
      .all("form[action$='/contexts/pull'] input[name='context']")
      .map(({ attributes }) => attributes.value)
  expect(await formsOf("driver")).toEqual(["knowledge", "notes"])
  expect(await formsOf("member")).toEqual([])
  expect(await formsOf("admin")).toEqual([])
  const pull = (context: string) =>
    at.read({ path: `/loops/${id}/contexts/pull`, method: "POST", actor: "driver", body: `context=${context}` })
  for (const wrong of ["personal", "../notes", ""]) expect((await pull(wrong)).status).toBe(422)
  const resting = await pull("notes")
  expect(resting.status).toBe(409)
  expect(readHtml(resting.body).all(".notice[role='status']")[0]?.text).toStartWith("Nothing was pulled")
})
