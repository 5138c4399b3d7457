import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"
import { previewWorld } from "../testing/preview-world.tsx"

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

test("who sees it, for how long and under which name is one of the form's choices, and another loop's share is none", async () => {
  await using w = await previewWorld()
  const [{ loop, id }, alice, bobs] = [await w.shown(), w.as(person("alice")), await w.loop("bob")]
  const good = { access: "workspace", alias: "", days: "7" }
  const cases: [wrong: Record<string, string>, status: number][] = [
    [{ access: "everybody" }, 422],
    [{ access: "" }, 422],
    [{ days: "400" }, 422],
    [{ days: "-1" }, 422],
    [{ alias: "x".repeat(300) }, 422],
    [{ alias: "a.b" }, 409],
    [{ alias: "../x" }, 409],
    [{ alias: "admin" }, 409],
  ]
  for (const [wrong, status] of cases)
    expect([wrong, (await alice.post(urls.preview(loop, id), { ...good, ...wrong })).status]).toEqual([wrong, status])
  const bob = w.as(person("bob"))
  for (const share of [id, "a".repeat(16), "A".repeat(16), "x", `${id}0`]) {
    expect([share, (await bob.post(urls.preview(bobs, share), good)).status]).toEqual([share, 404])
    expect([share, (await bob.post(urls.previewLink(bobs, share))).status]).toEqual([share, 404])
  }
  await bob.post(urls.previewEnd(bobs, id))
  const page = await pageOf(await alice.get(urls.loopPreview(loop, { share: id })))
  expect(page.one("[name=access][checked]").attributes["value"]).toBe("driver")
})

test("the panel's address shows no other host, width or share than there are, whatever stands in it", async () => {
  await using w = await previewWorld()
  const [{ loop, id, host }, alice] = [await w.shown(), w.as(person("alice"))]
  const cases: [typed: string, shown: string][] = [
    ["//evil.test/", "/evil.test/"],
    ["\\\\evil.test", "/evil.test"],
    ["/a b", "/"],
    ["/x\r\ny", "/"],
    ["/é", "/"],
    [`/${"x".repeat(3_000)}`, "/"],
  ]
  for (const [path, shown] of cases) {
    const answer = await alice.get(urls.loopPreview(loop, { share: `${id}x`, path, width: "1e9" }))
    expect([path, answer.status]).toEqual([path, 200])
    const page = await pageOf(answer)
    expect([path, page.one("#preview-path").attributes["value"]]).toEqual([path, shown])
    expect(page.one("#preview-frame").attributes).toMatchObject({
      class: "preview-frame",
      "data-origin": `http://${host}`,
    })
  }
})
