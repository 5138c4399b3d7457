import { afterAll, expect, test } from "bun:test"
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { publicHalf } from "../platform/git/ssh-key.ts"
import { contextWorld } from "../testing/context-world.ts"
import { readHtml } from "../testing/html.ts"

const page = "/settings/vault"
const canary = "canary-of-a-vault-file"

const world = await contextWorld()
afterAll(() => world[Symbol.asyncDispose]())
const member = world.as("member")
const homeOf = (user: string, vault = "default") =>
  join(world.home, "personal", user, ".loopat/vaults", vault, "mounts/home")
const text = (path: string, user = "member") => readFile(join(homeOf(user), path), "utf8")
const mode = async (path: string) => ((await stat(join(homeOf("member"), path))).mode & 0o777).toString(8)

const shown = async (address = page, by = member) => readHtml(await (await by.get(address)).text())
const post = async (path: string, fields: Record<string, string>) => {
  const answer = await member.post(`${page}${path}`, { vault: "default", ...fields })
  return { status: answer.status, to: answer.headers.get("location"), html: readHtml(await answer.text()) }
}
const write = (path: string, content: string, more: Record<string, string> = {}) =>
  post("/files", { way: "text", path, text: content, ...more })
async function upload(path: string, name: string, content: Uint8Array<ArrayBuffer> | string) {
  const form = new FormData()
  for (const [field, value] of Object.entries({ vault: "default", way: "upload", path })) form.set(field, value)
  if (name !== "") form.set("file", new File([content], name))
  const answer = await member.post(`${page}/files`, form)
  return { status: answer.status, html: readHtml(await answer.text()) }
}

test("a text file is written for the server alone, listed by name and size, and its content is on no page", async () => {
  const done = await write("~/.config/tool/token", canary, { executable: "on" })
  expect([done.status, done.to]).toEqual([303, `${page}?vault=default&said=stored`])
  expect([await text(".config/tool/token"), await mode(".config/tool/token")]).toEqual([canary, "700"])
  const after = await shown(done.to ?? "")
  expect(after.one("p.notice").text).toStartWith("It is stored.")
  const card = after.one("[data-vault-file='.config/tool/token']").text
  expect(card).toContain("Changed now")
  expect(card).toContain("22 bytes")
  expect(card).toContain("executable")
  for (const address of [page, `${page}?vault=default&file=.config/tool/token`])
    expect(await (await member.get(address)).text()).not.toContain(canary)
  expect((await member.get(`${page}?vault=default&file=.config/tool/token`)).status).toBe(404)
})

test("a file is uploaded with its own name or another, byte for byte, and one that is missing or too large is refused in words", async () => {
  const bytes = new Uint8Array([0, 13, 10, 255, 10])
  expect((await upload("", "own.bin", bytes)).status).toBe(303)
  expect((await upload("folder/", "own.bin", bytes)).status).toBe(303)
  expect((await upload("other.bin", "own.bin", bytes)).status).toBe(303)
  for (const path of ["own.bin", "folder/own.bin", "other.bin"])
    expect([path, [...(await readFile(join(homeOf("member"), path)))]]).toEqual([path, [...bytes]])
  const missing = await upload("x", "", "")
  expect([missing.status, missing.html.one("#field-upload-file-error").text]).toEqual([422, "Choose a file."])
  const large = await upload("large", "large", new Uint8Array((16 << 20) + 1))
  expect([large.status, large.html.one("#field-upload-file-error").text]).toEqual([422, "It is larger than 16 MB."])
  expect(await readdir(homeOf("member"))).not.toContain("large")
  for (const vault of ["nowhere", "..", "x".repeat(65)]) {
    expect((await post("/files", { vault, path: "a" })).status).toBeGreaterThanOrEqual(404)
    expect((await member.get(`${page}?vault=${vault}`)).status).toBe(404)
  }
})

test("what is no secret by its name is viewed and edited; a private key under such a name is not", async () => {
  await write(".gitconfig", "[user]\n\tname = <b>Ann</b>\n")
  const list = await shown()
  const view = list.one("[data-vault-file='.gitconfig'] a").attributes["href"] ?? ""
  const form = await shown(view)
  expect(form.one("details[open] #field-text-text").text).toContain("name = <b>Ann</b>")
  expect(form.all("#text-replaces[checked]")).toHaveLength(1)
  await write("disguised.pub", `-----BEGIN OPENSSH PRIVATE KEY-----\n${canary}\n`)
  expect((await shown()).all("[data-vault-file='disguised.pub'] a")).toEqual([])
  expect((await member.get(`${page}?vault=default&file=disguised.pub`)).status).toBe(404)
})

test("a file is made executable and plain again, and deleted; one that is gone is told", async () => {
  await write("tool", "#!/bin/sh\n")
  expect((await post("/files/executable", { path: "tool", executable: "on" })).status).toBe(303)
  expect([await mode("tool"), await text("tool")]).toEqual(["700", "#!/bin/sh\n"])
  expect((await shown()).one("[data-vault-file='tool'] .tag").text).toBe("executable")
  await post("/files/executable", { path: "tool", executable: "" })
  expect(await mode("tool")).toBe("600")
  expect((await post("/files/remove", { path: "tool" })).status).toBe(303)
  const again = await post("/files/remove", { path: "tool" })
  expect([again.status, again.html.one("p.notice").text]).toEqual([404, expect.stringContaining("no such file")])
  for (const path of ["", "..", "../../../config.json"])
    expect((await post("/files/remove", { path })).status).toBe(404)
})

test("a file is renamed on its card; where it cannot go, what was typed is there again beside the reason", async () => {
  await write("before", canary)
  await write("taken", "stays")
  for (const [to, status, sentence] of [
    ["", 422, "Say where in the home it goes"],
    ["taken", 409, "There is such a file already, and it stays"],
    [".claude/x", 409, "does not begin with .claude"],
    ["taken/below", 409, "a file where a folder is needed"],
  ] as const) {
    const { html, ...refused } = await post("/files/rename", { path: "before", to })
    const field = html.one("[data-vault-file='before'] details[open] input[name='to']")
    expect([to, refused.status, field.attributes["value"]]).toEqual([to, status, to])
    expect(html.one("[data-vault-file='before'] .field-error").text).toContain(sentence)
    expect(html.all("details[open] input[name='to']")).toHaveLength(1)
  }
  const done = await post("/files/rename", { path: "before", to: "~/.config/after" })
  expect([done.status, done.to]).toEqual([303, `${page}?vault=default&said=renamed`])
  expect((await shown(done.to ?? "")).one("p.notice").text).toStartWith("It is renamed.")
  expect([await text(".config/after"), await text("taken")]).toEqual([canary, "stays"])
  const gone = await post("/files/rename", { path: "before", to: "x" })
  expect([gone.status, gone.html.one("p.notice").text]).toEqual([404, expect.stringContaining("no such file")])
  const other = world.as("driver")
  expect((await other.post(`${page}/files/rename`, { vault: "default", path: "taken", to: "x" })).status).toBe(404)
  const ids = (await shown()).all("[id]").map(({ attributes }) => attributes["id"])
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
})

test("the page says whose contents are shown again, and keeps to it, in both languages", async () => {
  await write(".ssh/known_hosts", "host key")
  await write(".ssh/config", "Host x")
  for (const [language, sentence] of [
    ["en", "of .gitconfig, .ssh/config, .ssh/known_hosts and public keys what is in them"],
    ["zh-CN", ".gitconfig、.ssh/config、.ssh/known_hosts 和公钥的内容也可以查看"],
  ] as const) {
    const answer = await member.get(page, { "accept-language": language })
    expect(readHtml(await answer.text()).one("p.lead").text).toContain(sentence)
  }
  const all = (await shown()).all("[data-vault-file]").map(({ attributes }) => attributes["data-vault-file"] ?? "")
  for (const path of all) {
    const { status } = await member.get(`${page}?vault=default&file=${encodeURIComponent(path)}`)
    const isOpen = /^(?:\.gitconfig|\.ssh\/config|\.ssh\/known_hosts|.*\.pub)$/.test(path) && path !== "disguised.pub"
    expect([path, status]).toEqual([path, isOpen ? 200 : 404])
  }
})

test("a key is made once, its public half is shown to copy, and the private half is on no page", async () => {
  const made = await post("/key", { way: "make" })
  expect([made.status, made.to]).toEqual([303, `${page}?vault=default&said=key`])
  const secret = await text(".ssh/id_ed25519")
  const open = (await text(".ssh/id_ed25519.pub")).trim()
  expect(open).toEndWith(" loopat:member")
  expect(open).toStartWith(publicHalf(secret) ?? "none")
  const html = await (await member.get(made.to ?? "")).text()
  expect(readHtml(html).one("textarea[aria-label='Public half, .ssh/id_ed25519.pub']").text.trim()).toBe(open)
  expect(html).not.toContain(secret.split("\n")[3] ?? "none")
  const twice = await post("/key", { way: "make" })
  expect([twice.status, twice.html.one(".form-error").text]).toEqual([
    409,
    expect.stringContaining("There is .ssh/id_ed25519 already"),
  ])
  expect(await text(".ssh/id_ed25519")).toBe(secret)

  const none = await post("/key", { way: "paste", key: canary })
  expect([none.status, none.html.one("#field-key-error").text]).toEqual([
    422,
    expect.stringContaining("no private key"),
  ])
  expect(none.html.one("#field-key").text).toBe("")
  await post("/files/remove", { path: ".ssh/id_ed25519" })
  expect((await post("/key", { way: "paste", key: secret.replaceAll("\n", "\r\n") })).status).toBe(303)
  expect(await text(".ssh/id_ed25519")).toBe(secret)
  expect((await text(".ssh/id_ed25519.pub")).trim()).toBe(publicHalf(secret) ?? "none")
  expect(await mode(".ssh/id_ed25519")).toBe("600")
})

test("what loops do not get is named with the reason, in the reader's language, and vaults are told apart", async () => {
  await symlink("/etc/passwd", join(homeOf("member"), "leads-out"))
  await mkdir(homeOf("member", "prod"), { recursive: true })
  await writeFile(join(homeOf("member", "prod"), "of-prod"), canary)
  const mine = await shown()
  expect(mine.one("[data-left-out] li").text).toBe("leads-out It leads out of this vault, or nowhere.")
  expect(mine.all("[data-vault-file='of-prod']")).toEqual([])
  const prod = await shown(`${page}?vault=prod`)
  expect(prod.all("[data-vault-file]").map((one) => one.attributes["data-vault-file"])).toEqual(["of-prod"])
  expect(prod.all("nav[aria-label='Your vaults'] a").map(({ text }) => text)).toEqual(["default", "prod"])
})

test("nobody else sees or touches a person's files, an administrator neither", async () => {
  await write("mine", "member's")
  for (const actor of ["admin", "driver"] as const) {
    const other = world.as(actor)
    expect((await shown(page, other)).all("[data-vault-file='mine']")).toEqual([])
    expect((await other.post(`${page}/files/remove`, { vault: "default", path: "mine" })).status).toBe(404)
    const put = await other.post(`${page}/files`, { vault: "default", way: "text", path: "mine", text: "theirs" })
    expect(put.status).toBe(303)
    expect(await text("mine", actor)).toBe("theirs")
  }
  expect(await text("mine")).toBe("member's")
})

test("each change is a line of the audit by name, and no content is in it", async () => {
  const lines = await Promise.all(
    (await readdir(join(world.home, "audit"))).map((name) => readFile(join(world.home, "audit", name), "utf8")),
  )
  const deeds = lines
    .join("")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const mine = deeds.filter(({ actor, action }) => actor === "member" && String(action).startsWith("vault."))
  const actions = mine.map(({ action, object }) => `${action} ${object}`)
  for (const line of [
    "vault.file default/.config/tool/token",
    "vault.file default/own.bin",
    "vault.file default/.ssh/id_ed25519",
    "vault.file.executable default/tool",
    "vault.file.remove default/tool",
    "vault.file.rename default/before to .config/after",
  ])
    expect(actions).toContain(line)
  expect(lines.join("")).not.toContain(canary)
})
