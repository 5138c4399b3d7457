import { expect, test } from "bun:test"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { readHtml } from "../testing/html.ts"
import { requestsTo } from "../testing/requests.ts"
import { type RoleWorld, roleWorld } from "../testing/role-world.ts"

const path = "/settings/repositories"

/** An administrator at the page of repositories. */
function admin(world: RoleWorld) {
  const { read } = requestsTo(world)
  const config = async () => JSON.parse(await readFile(`${world.home}/config.json`, "utf8"))
  return {
    config,
    kept: async () => readdir(`${world.home}/repos/code`).catch(() => []),
    async page() {
      return readHtml((await read({ path, actor: "admin" })).body)
    },
    async post(fields: Record<string, string>, to = path) {
      const body = new URLSearchParams(fields).toString()
      const answer = await read({ path: to, method: "POST", actor: "admin", body })
      return { status: answer.status, location: answer.location, page: readHtml(answer.body) }
    },
  }
}

test("an admin makes a repository from the page: it is there with a first commit, can be protected, and goes when its name is typed", async () => {
  await using world = await roleWorld()
  const here = admin(world)
  expect((await here.page()).one(".notice").text).toContain("There is no repository yet")
  const made = await here.post({ access: "hosted", name: "web-shop" })
  expect([made.status, made.location]).toEqual([303, `${path}?added=web-shop`])
  expect(await here.kept()).toEqual(["web-shop.git"])
  const card = (await here.page()).one("[data-repository='web-shop']")
  expect(card.text).toContain("hosted here")
  expect(card.text).toContain("git clone http://localhost/git/code/web-shop.git")
  expect(card.text).toContain("Everybody who may push may move the trunk.")

  expect((await here.post({ protected: "yes" }, `${path}/web-shop/protection`)).status).toBe(303)
  expect((await here.config()).repos).toEqual([
    { projectSettings: false, name: "web-shop", git: "", access: "hosted", protected: true },
  ])

  // The only home of something does not go by one press.
  const asked = await here.post({ typed: "web" }, `${path}/web-shop/remove`)
  expect([asked.status, asked.page.one(".form-error").text]).toEqual([
    422,
    "Nothing was removed. Type web-shop to remove it.",
  ])
  expect(await here.kept()).toEqual(["web-shop.git"])
  const removed = await here.post({ typed: "web-shop" }, `${path}/web-shop/remove`)
  expect(removed.location).toBe(`${path}?removed=web-shop`)
  expect([await here.kept(), (await here.config()).repos]).toEqual([[], []])
  const month = new Date().toISOString().slice(0, 7)
  const audit = await readFile(`${world.home}/audit/${month}.jsonl`, "utf8")
  expect(audit).toMatch(/"action":"settings.repository.add".*"object":"web-shop"|"object":"web-shop".*repository.add/)
})

test("a repository that loops were made on goes off the list and stays until the last of them is gone", async () => {
  await using world = await roleWorld()
  const here = admin(world)
  await here.post({ access: "hosted", name: "app" })
  const { id } = await world.newLoop("open")
  const meta = `${world.home}/loops/${id}/meta.json`
  const record = JSON.parse(await readFile(meta, "utf8"))
  const repo = { name: "app", ref: "main", branch: "loop/x-111111" }
  await writeFile(meta, JSON.stringify({ ...record, repo }))
  expect((await here.page()).one("[data-repository='app']").text).toContain("1 loop")
  expect((await here.post({ typed: "app" }, `${path}/app/remove`)).location).toBe(`${path}?kept=app`)
  expect(await here.kept()).toEqual(["app.git"])
  const kept = await here.page()
  expect(kept.one("[data-repository='app']").text).toContain("it stays until the last of them is gone")
  expect(kept.has("[data-repository='app'] form")).toBe(false)
  expect((await here.post({ typed: "app" }, `${path}/app/remove`)).page.one(".form-error").text).toBe(
    "Loops still need app. Delete those loops for good first.",
  )
  // Nobody gets another's history under the old name.
  const again = await here.post({ access: "mirrored", name: "app", git: "https://git.example.org/x.git" })
  expect(again.page.one("#field-outside-name-error").text).toContain("still kept for loops")
  await writeFile(meta, JSON.stringify(record))
  expect((await here.post({ typed: "app" }, `${path}/app/remove`)).location).toBe(`${path}?removed=app`)
  expect(await here.kept()).toEqual([])
})

test("repositories from elsewhere are listed by their kind, with what their copies take on disk", async () => {
  await using world = await roleWorld()
  const here = admin(world)
  const app = { access: "mirrored", name: "app", git: "git@git.example.org:team/app.git", credential: "deploy" }
  expect((await here.post(app)).status).toBe(303)
  expect((await here.post({ access: "direct", name: "own", git: "ssh://git.example.org/own.git" })).status).toBe(303)
  await mkdir(`${world.home}/repos/code/app.git/objects/pack`, { recursive: true })
  await writeFile(`${world.home}/repos/code/app.git/objects/pack/one.pack`, new Uint8Array(1_500_000))
  const page = await here.page()
  expect(page.one("[data-repository='app']").text).toContain("1.5 MB on disk")
  expect(page.one("[data-repository='own']").text).toContain("with each person's own key")
  expect(page.one("[data-repository='own']").text).not.toContain("disk")
  expect((await here.config()).repos).toEqual([
    { projectSettings: false, name: "app", git: app.git, access: "mirrored", credential: "deploy" },
    { projectSettings: false, name: "own", git: "ssh://git.example.org/own.git", access: "direct" },
  ])
})

test("what is no name, no address and no key comes back with what was typed and says what to write; nothing is changed", async () => {
  await using world = await roleWorld()
  const here = admin(world)
  await here.post({ access: "hosted", name: "app" })
  const before = await here.config()
  const cases: [fields: Record<string, string>, field: string, words: string][] = [
    [{ access: "hosted", name: "" }, "#field-name-error", "Use 1 to 64 letters"],
    [{ access: "hosted", name: "../x" }, "#field-name-error", "Use 1 to 64 letters"],
    [{ access: "hosted", name: "x.git" }, "#field-name-error", "Use 1 to 64 letters"],
    [{ access: "hosted", name: "app" }, "#field-name-error", "already a repository of this name"],
    [{ access: "mirrored", name: "b", git: "" }, "#field-git-error", "no address that git can fetch"],
    [{ access: "mirrored", name: "b", git: "file:///etc" }, "#field-git-error", "no address that git can fetch"],
    [{ access: "mirrored", name: "b", git: "ext::sh -c x" }, "#field-git-error", "no address that git can fetch"],
    [{ access: "mirrored", name: "b", git: "https://me:pw@h.example/x" }, "#field-git-error", "without a password"],
    [{ access: "direct", name: "b", git: "/srv/git/x.git" }, "#field-git-error", "A path on this server's disk"],
    [
      { access: "mirrored", name: "b", git: "https://h.example/x.git", credential: "../../users.json" },
      "#field-credential-error",
      "the name of a key only",
    ],
  ]
  for (const [fields, field, words] of cases) {
    const { status, page } = await here.post(fields)
    expect([fields, status, page.one(field).text]).toEqual([fields, 422, expect.stringContaining(words)])
  }
  expect((await here.post({ access: "elsewhere", name: "b" })).status).toBe(422)
  expect((await here.post({ protected: "maybe" }, `${path}/app/protection`)).status).toBe(422)
  const gone = await here.post({ typed: "nowhere" }, `${path}/nowhere/remove`)
  expect([gone.status, gone.page.one(".form-error").text]).toEqual([422, expect.stringContaining("removed meanwhile")])
  expect((await here.post({ typed: "x" }, `${path}/..%2f..%2fetc/remove`)).status).toBe(404)
  expect(await here.config()).toEqual(before)
  expect(await here.kept()).toEqual(["app.git"])
})
