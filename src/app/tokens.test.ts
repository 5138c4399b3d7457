import { expect, test } from "bun:test"
import { testApp } from "../testing/test-app.ts"
import { contextWorld } from "../testing/context-world.ts"
import { tokenUrls } from "../lib/token-urls.ts"
import { urls } from "../lib/urls.ts"
import { systemClock } from "../platform/clock.ts"
import { clientOf } from "../testing/holds/full-home.ts"
import { password } from "../testing/holds/person.ts"
import { readHtml } from "../testing/html.ts"

const page = "/settings/tokens"
const good = { label: "laptop", scope: "git:write", days: "30" }

test("a token is made on its page, shown once, listed with what it may, and revoked there", async () => {
  await using world = await contextWorld()
  const made = readHtml(await (await world.as("member").post(page, good)).text())
  const text = made.one("[data-made] input").attributes["value"] ?? ""
  expect(text).toMatch(/^la_[0-9a-f]{48}$/)
  const git = (method: string) =>
    world.app.answer(
      new Request("http://localhost/git/notes.git/info/refs?service=git-upload-pack", {
        method,
        headers: { authorization: `Basic ${Buffer.from(`x:${text}`).toString("base64")}` },
      }),
    )
  expect((await git("GET")).status).toBe(200)
  const again = await (await world.as("member").get(page)).text()
  expect(again).not.toContain(text)
  const row = readHtml(again).one("[data-token='laptop']")
  expect(row.text).toContain("read and write with git")
  expect(row.text).toContain("ends")
  const revoke = readHtml(again).one("[data-token='laptop'] form").attributes["action"] ?? ""
  expect((await world.as("admin").post(revoke)).status).toBe(404)
  expect((await git("GET")).status).toBe(200)
  expect((await world.as("member").post(revoke)).status).toBe(303)
  expect((await git("GET")).status).toBe(401)
  expect((await world.as("member").post(revoke)).status).toBe(404)
})

test("a form without a purpose, or with a choice that is none, comes back in words and makes no token", async () => {
  await using world = await contextWorld()
  const cases = [
    [{ ...good, label: "" }, "label"],
    [{ ...good, label: "   " }, "label"],
    [{ ...good, label: "x".repeat(65) }, "label"],
    [{ ...good, scope: "loops:drive" }, "scope"],
    [{ ...good, days: "-1" }, "days"],
  ] as const
  for (const [form, field] of cases) {
    const answer = await world.as("member").post(page, form)
    const html = readHtml(await answer.text())
    expect([form, answer.status, html.one(`#field-${field}-error`).text !== ""]).toEqual([form, 422, true])
  }
  expect((await world.read("member", page)).all("[data-token]")).toEqual([])
  for (let made = 0; made < 50; made++) await world.as("member").post(page, good)
  const full = await world.as("member").post(page, good)
  expect(full.status).toBe(409)
  expect(readHtml(await full.text()).one(".form-error").text).toContain("Revoke one")
})

test("a quarter of an hour after the password was given a token needs it again, and five wrong ones are enough", async () => {
  let late = 0
  const clock = { ...systemClock, now: () => systemClock.now() + late }
  await using world = await testApp({ clock })
  const client = clientOf(world.app)
  await client.post(urls.setUp, { workspace: "Acme", name: "ada", password })
  const ask = async (form: Record<string, string>) => {
    const answer = await client.post(tokenUrls.tokens(), form)
    return { status: answer.status, html: readHtml(await answer.text()) }
  }
  const shown = async () => readHtml(await (await client.get(tokenUrls.tokens())).text())
  expect((await shown()).all("input[name='password']")).toEqual([])
  expect((await ask(good)).html.all("[data-made]")).toHaveLength(1)

  late = 16 * 60_000
  const unasked = await ask({ ...good, label: "desk", days: "365" })
  expect([unasked.status, unasked.html.all("[data-made]")]).toEqual([422, []])
  expect(unasked.html.one("#field-password-error").text).toContain("again")
  expect(unasked.html.one("input[name='label']").attributes["value"]).toBe("desk")
  expect(unasked.html.one("option[selected][value='365']").text).not.toBe("")
  expect((await ask({ ...good, password: "wrong" })).html.one("#field-password-error").text).toContain(
    "not your password",
  )
  expect((await ask({ ...good, password })).html.all("[data-made]")).toHaveLength(1)
  // Which is good for the next quarter of an hour.
  expect((await shown()).all("input[name='password']")).toEqual([])
  expect((await ask(good)).html.all("[data-made]")).toHaveLength(1)

  late += 16 * 60_000
  for (let wrong = 0; wrong < 5; wrong++) await ask({ ...good, password: `wrong ${wrong}` })
  const stopped = await ask({ ...good, password })
  expect([stopped.status, stopped.html.all("[data-made]")]).toEqual([422, []])
  expect(stopped.html.one("#field-password-error").text).toContain("minutes")
})
