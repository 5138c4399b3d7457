import { expect, test } from "bun:test"
import { Secret } from "../platform/secret.ts"
import { scriptedUpstream } from "../testing/gateway.ts"
import { readHtml } from "../testing/html.ts"
import { admin, member, providerPages } from "../testing/provider-pages.ts"
import { nextModel } from "./index.ts"

const path = "/set-up/provider"
const found = new Secret("sk-ant-found-in-environment-x7Qa")
const page = async (response: Response) => readHtml(await response.text())

test("without a key the demo is one press away and nothing is written", async () => {
  await using pages = await providerPages()
  const answer = await pages.as(admin).post(path, { way: "demo" })
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/loops/new?first=1"])
  expect(await pages.list("personal")).toEqual([])
  expect(await nextModel(pages, admin.name)).toEqual({ provider: "demo", model: "demo", demo: true })
})

test("a key found in the environment is offered to an admin by its end, and stored for them alone when taken", async () => {
  await using pages = await providerPages({ environmentKey: found })
  const offered = await (await pages.as(admin).get(path)).text()
  expect(offered).toContain("ends in x7Qa")
  expect(offered).not.toContain("sk-ant")
  expect((await pages.as(admin).post(path, { way: "environment" })).status).toBe(303)
  expect(await pages.read("personal/ada/.loopat/vaults/default/envs/ANTHROPIC_API_KEY")).toBe(`${found.reveal()}\n`)
  expect(await nextModel(pages, admin.name)).toEqual({ provider: "Anthropic", model: "claude-sonnet-5-5", demo: false })
  expect(await nextModel(pages, member.name)).toMatchObject({ demo: true })
})

test("nobody else is offered the server's key, or gets it by asking", async () => {
  await using pages = await providerPages({ environmentKey: found })
  expect(await (await pages.as(member).get(path)).text()).not.toContain("x7Qa")
  expect((await pages.as(member).post(path, { way: "environment" })).status).toBe(422)
  expect(await pages.list("personal")).toEqual([])
})

test("a typed key becomes the person's own provider", async () => {
  await using pages = await providerPages()
  expect((await pages.as(member).post(path, { way: "key", key: " sk-typed " })).status).toBe(303)
  expect(await pages.read("personal/ben/.loopat/vaults/default/envs/ANTHROPIC_API_KEY")).toBe("sk-typed\n")
  expect((await pages.as(member).post(path, { way: "key", key: "sk-second" })).status).toBe(303)
  expect(await pages.read("personal/ben/.loopat/vaults/default/envs/ANTHROPIC_API_KEY")).toBe("sk-second\n")
})

test("a local address is asked for its models and allowed by the admin who enters it", async () => {
  await using upstream = scriptedUpstream(() => Response.json({ data: [{ id: "qwen3" }, { id: "glm" }] }))
  await using pages = await providerPages()
  expect((await pages.as(admin).post(path, { way: "address", address: upstream.url })).status).toBe(303)
  expect(upstream.seen).toMatchObject([{ method: "GET", path: "/v1/models" }])
  expect(pages.settings.workspace().providerHosts).toEqual([upstream.place])
  expect(await nextModel(pages, member.name)).toEqual({ provider: "127.0.0.1", model: "qwen3", demo: false })
})

test("a member cannot make the server knock at private addresses", async () => {
  await using upstream = scriptedUpstream(() => Response.json({ data: [{ id: "secret" }] }))
  await using pages = await providerPages()
  expect((await pages.as(member).post(path, { way: "address", address: upstream.url })).status).toBe(422)
  expect(upstream.seen).toEqual([])
})

test("what cannot be used gets its sentence, and the address stays in its field", async () => {
  await using pages = await providerPages()
  const check = async (form: Record<string, string>, field: string, words: string) => {
    const answer = await pages.as(admin).post(path, form)
    expect(answer.status).toBe(422)
    expect((await page(answer)).one(field).text).toContain(words)
  }
  await check({ way: "key" }, "#field-key-error", "Type the key")
  await check({ way: "key", key: "a b" }, "#field-key-error", "Copy it again")
  await check({ way: "address", address: "nonsense" }, "#field-address-error", "http or https")
  await check({ way: "address", address: "http://127.0.0.1:1" }, "#field-address-error", "No model could be found")
  const kept = await page(await pages.as(admin).post(path, { way: "address", address: "http://127.0.0.1:1" }))
  expect(kept.one('input[name="address"]').attributes["value"]).toBe("http://127.0.0.1:1")
  expect((await pages.as(admin).post(path, { way: "other" })).status).toBe(422)
})
