import { expect, test } from "bun:test"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { scriptedUpstream } from "../testing/gateway.ts"
import { readHtml } from "../testing/html.ts"
import { admin, anthropicForm, member, providerPages } from "../testing/provider-pages.ts"

const key = "sk-canary-0123456789"
const page = async (response: Response) => readHtml(await response.text())
const cards = async (response: Response) => (await page(response)).all(".card h2").map(({ text }) => text)

test("a newcomer sees the demo alone, and the empty form offers what it costs to start", async () => {
  await using pages = await providerPages()
  const list = await page(await pages.as(member).get("/settings/providers"))
  expect(list.all(".card h2").map(({ text }) => text)).toEqual(["demo"])
  const form = await page(await pages.as(member).get("/settings/providers/new?preset=anthropic"))
  expect(form.one('input[name="address"]').attributes["value"]).toBe("https://api.anthropic.com")
  expect(form.one('textarea[name="models"]').text).toContain("claude-sonnet-5-5")
  expect(form.has('select[name="source"]')).toBe(false)
})

test("the address of the settings alone leads to their first subject", async () => {
  await using pages = await providerPages()
  const answer = await pages.as(member).get(urls.settings)
  expect([answer.status, answer.headers.get("location")]).toEqual([303, urls.providers])
})

test("a saved key lies in the person's vault, the configuration only refers to it, and no page shows it", async () => {
  await using pages = await providerPages()
  const browser = pages.as(member)
  const saved = await browser.post("/settings/providers", { ...anthropicForm, key })
  expect([saved.status, saved.headers.get("location")]).toEqual([303, "/settings/providers?saved=on"])
  expect(await pages.read("personal/ben/.loopat/vaults/default/envs/ANTHROPIC_API_KEY")).toBe(`${key}\n`)
  expect(await pages.personal(member)).toEqual({
    default: "Anthropic" as never,
    Anthropic: {
      baseUrl: "https://api.anthropic.com",
      models: [
        { id: "claude-sonnet-5-5", enabled: true, tier: "sonnet" },
        { id: "claude-opus-5-5", enabled: true, tier: "opus" },
      ],
      enabled: true,
      apiKey: "${ANTHROPIC_API_KEY}",
    },
  })
  for (const path of ["/settings/providers", "/settings/providers/personal/Anthropic"]) {
    expect(await (await browser.get(path)).text()).not.toContain("canary")
  }
  expect(pages.deeds).toMatchObject([{ actor: "ben", action: "provider.key", object: "personal/Anthropic" }])
  expect(JSON.stringify(pages.deeds)).not.toContain("canary")
  expect(await cards(await pages.as(admin).get("/settings/providers"))).toEqual(["demo"])
})

test("every wrong field gets its sentence in both languages, keeps what was typed but the key, and changes nothing", async () => {
  await using pages = await providerPages()
  const wrong: [Record<string, string>, field: string, english: string, chinese: string][] = [
    [{ name: "a/b" }, "name", "without a slash", "不含斜杠"],
    [{ name: "default" }, "name", "meaning of their own", "另有含义"],
    [{ name: "demo" }, "name", "meaning of their own", "另有含义"],
    [{ name: "字".repeat(65) }, "name", "1 to 64", "1 到 64"],
    [{ address: "ftp://x" }, "address", "http or https", "http 或 https"],
    [{ address: "https://u:p@x" }, "address", "without name, password", "不含用户名"],
    [{ address: "nonsense" }, "address", "http or https", "http 或 https"],
    [{ key: "with space" }, "key", "Copy it again", "请重新复制"],
    [{ models: " \n " }, "models", "at least one model", "至少填写一个"],
    [{ models: "m".repeat(201) }, "models", "200 characters", "200 个字符"],
  ]
  for (const [over, field, english, chinese] of wrong) {
    for (const [language, words] of [
      ["en", english],
      ["zh-CN", chinese],
    ] as const) {
      const browser = pages.as(member, { "accept-language": language })
      const answer = await browser.post("/settings/providers", { ...anthropicForm, key, ...over })
      expect([over, answer.status]).toEqual([over, 422])
      const form = await page(answer)
      expect(form.one(`#field-${field}-error`).text).toContain(words)
      expect(form.one('input[name="key"]').attributes["value"]).toBeUndefined()
      if (field !== "address") expect(form.one('input[name="address"]').attributes["value"]).toBe(anthropicForm.address)
    }
  }
  expect(await pages.list("personal")).toEqual([])
})

test("a provider without a key is saved switched off, and the page says so", async () => {
  await using pages = await providerPages()
  const saved = await pages.as(member).post("/settings/providers", anthropicForm)
  expect(saved.headers.get("location")).toBe("/settings/providers?saved=off")
  expect((await pages.personal(member))["Anthropic"]).toMatchObject({ enabled: false })
})

test("two providers of one name are refused, and editing keeps what the form does not show", async () => {
  await using pages = await providerPages()
  await pages.as(member).post("/settings/providers", { ...anthropicForm, key })
  await pages.settings.changePersonal(member.name, (config) => ({
    ...config,
    providers: {
      ...config.providers,
      Anthropic: { ...Object(config.providers?.["Anthropic"]), family: "anthropic", odd: [1] },
    },
  }))
  const again = await pages.as(member).post("/settings/providers", anthropicForm)
  expect((await page(again)).one("#field-name-error").text).toContain("already a provider")
  const edit = { ...anthropicForm, name: "ignored", models: "claude-opus-5-5\nnew-model" }
  expect((await pages.as(member).post("/settings/providers/personal/Anthropic", edit)).status).toBe(303)
  expect((await pages.personal(member))["Anthropic"]).toMatchObject({
    family: "anthropic",
    odd: [1],
    apiKey: "${ANTHROPIC_API_KEY}",
    models: [
      { id: "claude-opus-5-5", enabled: true, tier: "opus" },
      { id: "new-model", enabled: true },
    ],
  })
  expect(await pages.read("personal/ben/.loopat/vaults/default/envs/ANTHROPIC_API_KEY")).toBe(`${key}\n`)
})

test("a new address asks for the key again: a stored key goes only where it was stored for", async () => {
  await using pages = await providerPages()
  await pages.as(member).post("/settings/providers", { ...anthropicForm, key })
  const moved = { ...anthropicForm, address: "https://collector.example" }
  const answer = await pages.as(member).post("/settings/providers/personal/Anthropic", moved)
  expect(answer.status).toBe(422)
  expect((await page(answer)).one("#field-key-error").text).toContain("Type the key again")
  expect((await pages.personal(member))["Anthropic"]).toMatchObject({ baseUrl: "https://api.anthropic.com" })
  const withKey = await pages.as(member).post("/settings/providers/personal/Anthropic", { ...moved, key: "sk-new" })
  expect(withKey.status).toBe(303)
})

test("only an admin may add, change or remove what everyone uses", async () => {
  await using pages = await providerPages()
  const shared = { ...anthropicForm, source: "workspace", key }
  expect((await pages.as(member).post("/settings/providers", shared)).status).toBe(403)
  expect((await pages.as(admin).post("/settings/providers", shared)).status).toBe(303)
  expect(await pages.read("secrets/@workspace/providers/Anthropic")).toBe(`${key}\n`)
  expect(await pages.read("config.json")).not.toContain("canary")
  expect(pages.settings.workspace().defaultModel).toBe("Anthropic")
  expect(await cards(await pages.as(member).get("/settings/providers"))).toEqual(["Anthropic", "demo"])
  expect((await pages.as(member).get("/settings/providers/workspace/Anthropic")).status).toBe(404)
  expect((await pages.as(member).post("/settings/providers/workspace/Anthropic", shared)).status).toBe(404)
  expect((await pages.as(member).post("/settings/providers/workspace/Anthropic/delete")).status).toBe(403)
  expect((await pages.as(admin).post("/settings/providers/workspace/Anthropic/delete")).status).toBe(303)
  expect(await pages.list("secrets/@workspace/providers")).toEqual([])
  expect(pages.settings.workspace()).toMatchObject({ providers: {}, defaultModel: "" })
})

test("an admin who saves a private address for everyone allows it, and the page names it", async () => {
  await using pages = await providerPages()
  const local = { name: "Local", address: "http://127.0.0.1:11434", auth: "none", models: "qwen", enabled: "yes" }
  const own = await pages.as(member).post("/settings/providers", { ...local, source: "personal" })
  expect(own.status).toBe(303)
  expect(pages.settings.workspace().providerHosts).toEqual([])
  const saved = await pages.as(admin).post("/settings/providers", { ...local, source: "workspace" })
  expect(pages.settings.workspace().providerHosts).toEqual(["127.0.0.1:11434"])
  const list = await page(await pages.as(admin).get(saved.headers.get("location") ?? ""))
  expect(list.one(".notice").text).toContain("127.0.0.1:11434")
})

test("deleting removes the entry, its key and the default that named it", async () => {
  await using pages = await providerPages()
  const browser = pages.as(member)
  await browser.post("/settings/providers", { ...anthropicForm, key })
  await browser.post("/settings/providers", { ...anthropicForm, name: "Second", key: "sk-second" })
  const deleted = await browser.post("/settings/providers/personal/Second/delete")
  expect(deleted.headers.get("location")).toBe("/settings/providers?deleted=Second")
  expect((await page(await browser.get("/settings/providers?deleted=Second"))).one(".notice").text).toContain("Second")
  expect((await pages.list("personal/ben/.loopat/vaults/default/envs")).sort()).toEqual([
    ".gitkeep",
    "ANTHROPIC_API_KEY",
  ])
  expect(Object.keys(await pages.personal(member))).toEqual(["Anthropic"])
  expect((await browser.post("/settings/providers/personal/Second/delete")).status).toBe(404)
})

test("a key that another provider refers to stays when one of them is deleted", async () => {
  await using pages = await providerPages()
  const browser = pages.as(member)
  await browser.post("/settings/providers", { ...anthropicForm, key })
  await pages.settings.changePersonal(member.name, (config) => ({
    ...config,
    providers: { ...config.providers, other: { apiKey: "x-${ANTHROPIC_API_KEY}", models: ["m"] } },
  }))
  await browser.post("/settings/providers/personal/Anthropic/delete")
  expect(await pages.list("personal/ben/.loopat/vaults/default/envs")).toContain("ANTHROPIC_API_KEY")
})

test("the default can be any provider in sight, the demo included", async () => {
  await using pages = await providerPages()
  await pages.as(admin).post("/settings/providers", { ...anthropicForm, source: "workspace", key })
  const browser = pages.as(member)
  const heads = async () =>
    (await page(await browser.get("/settings/providers"))).all(".card-head").map(({ text }) => text)
  expect((await heads())[0]).toContain("default")
  expect((await browser.post("/settings/providers/builtin/demo/default")).status).toBe(303)
  expect((await heads())[1]).toContain("default")
  expect((await browser.post("/settings/providers/workspace/Anthropic/default")).status).toBe(303)
  expect((await heads())[0]).toContain("default")
  expect((await browser.post("/settings/providers/personal/Nobody/default")).status).toBe(404)
})

test("the test button sends one token to the stored address with the stored key and tells the time", async () => {
  await using upstream = scriptedUpstream((request) =>
    request.headers.get("x-api-key") === key
      ? Response.json({})
      : Response.json({ error: { message: `no ${key}` } }, { status: 401 }),
  )
  await using pages = await providerPages()
  const shared = { ...anthropicForm, source: "workspace", address: upstream.url, key }
  await pages.as(admin).post("/settings/providers", shared)
  const browser = pages.as(member, { "hx-request": "true" })
  const good = await page(await browser.post("/settings/providers/workspace/Anthropic/test"))
  expect(good.one(".good-text").text).toContain("It answered")
  expect(JSON.parse(upstream.seen[0]?.body ?? "")).toMatchObject({ model: "claude-sonnet-5-5", max_tokens: 1 })
  await pages.as(admin).post("/settings/providers/workspace/Anthropic", { ...shared, key: "sk-wrong" })
  const bad = await (await browser.post("/settings/providers/workspace/Anthropic/test")).text()
  expect(readHtml(bad).one(".bad-text").text).toContain("The key was refused by Anthropic")
  const plain = await page(await pages.as(member).post("/settings/providers/workspace/Anthropic/test"))
  expect(plain.one(".bad-text").text).toContain("HTTP 401")
})

test("a member's provider at a private address is not asked anything until an admin allows it", async () => {
  await using upstream = scriptedUpstream(() => Response.json({}))
  await using pages = await providerPages()
  const local = { ...anthropicForm, name: "Local", address: upstream.url, auth: "none" }
  await pages.as(member).post("/settings/providers", local)
  const tested = await page(await pages.as(member).post("/settings/providers/personal/Local/test"))
  expect(tested.one(".bad-text").text).toContain("private or not encrypted")
  expect(upstream.seen).toEqual([])
})

test("a configuration that does not parse is named by line and column and stays byte for byte", async () => {
  await using pages = await providerPages()
  await pages.as(member).post("/settings/providers", { ...anthropicForm, key })
  const file = "personal/ben/.loopat/config.json"
  const torn = '{\n  "providers": {\n    oops\n  }\n}\n'
  await writeFile(join(pages.home, file), torn)
  expect((await pages.as(member).get("/settings/providers")).status).toBe(200)
  const saved = await pages.as(member).post("/settings/providers", { ...anthropicForm, name: "New" })
  expect(saved.status).toBe(409)
  expect((await page(saved)).one(".form-error").text).toContain("line 3, column 5")
  expect(await pages.read(file)).toBe(torn)
})

test("names that are not names, and providers of nobody, are not there", async () => {
  await using pages = await providerPages()
  for (const path of ["personal/none", "personal/%E0%A4%A", "elsewhere/Anthropic", "builtin/demo"]) {
    expect([path, (await pages.as(admin).get(`/settings/providers/${path}`)).status]).toEqual([path, 404])
  }
})

test("a name may be of any script and hold a percent sign", async () => {
  await using pages = await providerPages()
  const browser = pages.as(member)
  const name = "50% 团队 %41"
  expect((await browser.post("/settings/providers", { ...anthropicForm, name, key })).status).toBe(303)
  expect(await cards(await browser.get("/settings/providers"))).toEqual([name, "demo"])
  expect((await browser.get(urls.provider("personal", name))).status).toBe(200)
  expect((await browser.post(urls.providerDelete("personal", name))).status).toBe(303)
  expect(await cards(await browser.get("/settings/providers"))).toEqual(["demo"])
})

test("a provider that is not there cannot be removed, not even under a name that every object has", async () => {
  await using pages = await providerPages()
  for (const name of ["constructor", "__proto__", "toString", "nobody"]) {
    const { status } = await pages.as(member).post(`/settings/providers/personal/${name}/delete`)
    expect([name, status]).toEqual([name, 404])
  }
  expect(pages.deeds).toEqual([])
})
