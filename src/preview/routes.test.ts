import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"
import { previewWorld } from "../testing/preview-world.tsx"

const noIds = ["x", "..", "%2e%2e", "a".repeat(16).toUpperCase(), "a".repeat(17), "__proto__", "ü", "a".repeat(16)]

test("an id that is none, or nobody's, is no share: nothing is changed, ended or let in", async () => {
  await using w = await previewWorld()
  const { loop, host, cookie } = await w.shown()
  const [alice, admin] = [w.as(person("alice")), w.as(person("admin", "admin"))]
  const form = { access: "link", alias: "x", days: "7" }
  for (const id of noIds) {
    const statuses = [
      (await alice.post(urls.preview(loop, id), form)).status,
      (await alice.post(urls.previewLink(loop, id))).status,
      (await alice.get(urls.previewEntrance(id))).status,
    ]
    expect([id, statuses]).toEqual([id, [404, 404, 404]])
    for (const ended of [await alice.post(urls.previewEnd(loop, id)), await admin.post(urls.shareEnd(id))])
      expect([id, [303, 404].includes(ended.status)]).toEqual([id, true])
  }
  expect((await w.ask(host, "/", { headers: { cookie } })).status).toBe(200)
  expect(w.audited).toEqual(["alice share.create"])
})

test("a form that says what cannot be chosen is refused, and what is shown stays as it is", async () => {
  await using w = await previewWorld()
  const { loop, id, host, cookie } = await w.shown()
  const [alice, admin] = [w.as(person("alice")), w.as(person("admin", "admin"))]
  const good = { access: "workspace", alias: "demo", days: "7" }
  const wrong: Record<string, string>[] = [
    {},
    { ...good, access: "everybody" },
    { ...good, access: "" },
    ...["", "0", "8", "-1", "1e1", "91", "7 "].map((days) => ({ ...good, days })),
    { ...good, alias: "a".repeat(201) },
  ]
  for (const form of wrong) {
    const { status } = await alice.post(urls.preview(loop, id), form)
    expect([form, status]).toEqual([form, 422])
  }
  const targets: Record<string, string>[] = [
    {},
    ...["", "0", "4180", "65536", "x"].map((port) => ({ port })),
    ...["..", ".git", "a/../../b"].map((folder) => ({ folder })),
  ]
  for (const target of targets) {
    const { status } = await alice.post(urls.previews(loop), target)
    expect([target, status]).toEqual([target, 422])
  }
  for (const links of ["", "ON", "yes"]) expect((await admin.post(urls.sharesLinks, { links })).status).toBe(422)
  expect(w.links.on).toBe(true)
  expect((await w.ask(host, "/", { headers: { cookie } })).status).toBe(200)
  expect(w.audited).toEqual(["alice share.create"])
})

test("the panel's address says which share, which path and which width; what is none of these is as if it were not there", async () => {
  await using w = await previewWorld()
  const { loop, id, host } = await w.shown()
  const panel = async (query: Record<string, string>) => {
    const page = await pageOf(
      await w.as(person("alice")).get(`${urls.loopPreview(loop)}?${new URLSearchParams(query).toString()}`),
    )
    const frame = page.one("#preview-frame").attributes
    return [frame["data-origin"], page.one("#preview-path").attributes["value"], frame["class"]]
  }
  const origin = `http://${host}`
  expect(await panel({ share: id, path: "/a?b=c", width: "390" })).toEqual([origin, "/a?b=c", "preview-frame is-390"])
  for (const path of ["a b", "\u0000", "/ü", "/\\evil.test", `/${"a".repeat(2_001)}`, "//"])
    expect((await panel({ path }))[1]).toMatch(/^\/(evil\.test)?$/)
  expect(await panel({ path: "//evil.test/x" })).toEqual([origin, "/evil.test/x", "preview-frame"])
  for (const width of ["", "391", "0x186", "390px", "-390"]) expect((await panel({ width }))[2]).toBe("preview-frame")
  for (const share of noIds) expect((await panel({ share }))[0]).toBe(origin)
})

test("a port or folder that cannot be shown comes back with what was typed and why, and nothing is shown", async () => {
  await using w = await previewWorld()
  const [loop, alice] = [await w.loop(), w.as(person("alice"))]
  const cases: [field: "port" | "folder", typed: string, sentence: string][] = [
    ["port", "4180", "Enter a port from 1 to 65535. Port 4180 belongs to loopat and cannot be shown."],
    ["port", "127.0.0.1:22", "Enter a port from 1 to 65535. Port 4180 belongs to loopat and cannot be shown."],
    ["folder", "../other", "Enter a folder below the working folder, without names that begin with a dot."],
    ["folder", ".git", "Enter a folder below the working folder, without names that begin with a dot."],
  ]
  for (const [field, typed, sentence] of cases) {
    const answer = await alice.post(urls.previews(loop), { [field]: typed })
    expect([typed, answer.status]).toEqual([typed, 422])
    const page = await pageOf(answer)
    expect(page.one(`#field-${field}`).attributes["value"]).toBe(typed)
    expect(page.one(`#field-${field}-error`).text).toBe(sentence)
  }
  expect((await alice.post(urls.previews(loop), { port: "9".repeat(2_000) })).status).toBe(422)
  expect((await pageOf(await alice.get(urls.loopPreview(loop)))).has(".preview-tab")).toBe(false)
})

test("a name that cannot be is refused with why, and the share of another loop is none of this one's", async () => {
  await using w = await previewWorld()
  const [{ loop, id }, alice, bobs] = [await w.shown(), w.as(person("alice")), await w.loop("bob")]
  const good = { access: "workspace", alias: "", days: "7" }
  for (const alias of ["a.b", "../x", "admin"]) {
    const refused = await alice.post(urls.preview(loop, id), { ...good, alias })
    expect([alias, refused.status]).toEqual([alias, 409])
    expect((await pageOf(refused)).one("#field-alias-error").text).toMatch(/^(Use small letters|This name is kept)/)
  }
  const bob = w.as(person("bob"))
  expect((await bob.post(urls.preview(bobs, id), good)).status).toBe(404)
  expect((await bob.post(urls.previewLink(bobs, id))).status).toBe(404)
  await bob.post(urls.previewEnd(bobs, id))
  const page = await pageOf(await alice.get(urls.loopPreview(loop, { share: id })))
  expect(page.one("[name=access][checked]").attributes["value"]).toBe("driver")
})
