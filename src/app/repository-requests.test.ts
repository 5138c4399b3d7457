import { expect, test } from "bun:test"
import { readFile, writeFile } from "node:fs/promises"
import { requestUrls } from "../lib/request-urls.ts"
import { readHtml } from "../testing/html.ts"
import { requestsTo } from "../testing/requests.ts"
import type { Actor } from "../testing/roles.ts"
import { type RoleWorld, roleWorld } from "../testing/role-world.ts"
import { dangers, xss } from "../testing/xss.ts"

const git = "https://git.example.org/team/app.git"

/** Somebody at the page of requests. */
function at(world: RoleWorld, actor: Actor) {
  const { read } = requestsTo(world)
  const page = async () => readHtml((await read({ path: requestUrls.requests(), actor })).body)
  const post = async (path: string, fields: Record<string, string> = {}) => {
    const answer = await read({ path, method: "POST", actor, body: new URLSearchParams(fields).toString() })
    return { ...answer, page: readHtml(answer.body) }
  }
  return {
    ...{ page, post },
    ask: (fields: Record<string, string> = {}) => post(requestUrls.requests(), { name: "app", git, ...fields }),
    /** Where a button of the first card sends its form. */
    async press(selector: string, fields: Record<string, string> = {}) {
      const [form] = (await page()).all(`${selector} form[action]`)
      return post(form?.attributes["action"] ?? expect.unreachable(), fields)
    },
  }
}

const roster = async ({ home }: RoleWorld) => JSON.parse(await readFile(`${home}/config.json`, "utf8")).repos ?? []

test("a member asks for a repository, an admin accepts it with one press, and the member sees that", async () => {
  await using world = await roleWorld()
  const [member, admin, other] = [at(world, "member"), at(world, "admin"), at(world, "driver")]
  expect((await member.ask({ why: "The export moves there." })).location).toBe(requestUrls.requests({ said: "asked" }))
  expect((await member.page()).one("[data-own-request='app'] .tag").text).toBe("waiting")
  // Nobody but administrators is told what others ask for.
  for (const one of [member, other]) expect((await one.page()).has("[data-request='app']")).toBe(false)
  expect((await other.page()).has("[data-own-request='app']")).toBe(false)
  const card = (await admin.page()).one("[data-request='app']").text
  for (const part of ["asked by member", git, "The export moves there."]) expect(card).toContain(part)
  expect((await admin.press("[data-request='app']")).location).toBe(requestUrls.requests({ said: "accepted" }))
  expect(await roster(world)).toMatchObject([{ name: "app", git, access: "mirrored" }])
  expect((await admin.page()).has("[data-request='app']")).toBe(false)
  expect((await member.page()).one("[data-own-request='app'] .tag").text).toBe("accepted")
  const audit = await readFile(`${world.home}/audit/${new Date().toISOString().slice(0, 7)}.jsonl`, "utf8")
  for (const action of ["settings.repository.ask", "settings.repository.add"]) expect(audit).toContain(`"${action}"`)
})

test("an admin declines with a word, which the member reads and puts away", async () => {
  await using world = await roleWorld()
  const [member, admin] = [at(world, "member"), at(world, "admin")]
  await member.ask()
  const decline = (await admin.page()).all("[data-request='app'] form")[1]?.attributes["action"] ?? ""
  const tooLong = await admin.post(decline, { answer: "x".repeat(501) })
  expect([tooLong.status, tooLong.page.one(".form-error").text]).toEqual([
    422,
    "That is more than 500 characters. Say it in fewer; nothing was declined.",
  ])
  expect((await admin.post(decline, { answer: "It is archived." })).location).toContain("declined")
  expect((await member.page()).one("[data-own-request='app']").text).toContain("The answer: It is archived.")
  expect(await roster(world)).toEqual([])
  // What was answered is answered.
  const again = await admin.post(decline.replace("decline", "accept"))
  expect([again.status, again.page.one(".form-error").text]).toEqual([422, expect.stringContaining("was answered")])
  await member.press("[data-own-request='app']")
  expect((await member.page()).has("[data-own-request='app']")).toBe(false)
})

test("only administrators answer, and only who asked takes it back", async () => {
  await using world = await roleWorld()
  const [member, other] = [at(world, "member"), at(world, "driver")]
  await member.ask()
  const own = (await member.page()).one("[data-own-request='app'] form").attributes["action"] ?? ""
  for (const act of ["accept", "decline"]) expect((await member.post(own.replace("withdraw", act))).status).toBe(403)
  expect((await other.post(own)).status).toBe(404)
  expect((await member.page()).has("[data-own-request='app']")).toBe(true)
  expect(await roster(world)).toEqual([])
})

test("what cannot be a repository is refused where it was typed, and what was typed is kept", async () => {
  await using world = await roleWorld()
  const member = at(world, "member")
  const refused = async (fields: Record<string, string>) => {
    const { status, page } = await member.ask(fields)
    expect(page.one("input[name='git']").attributes["value"]).toBe(fields["git"] ?? git)
    return [status, ...page.all(".field-error, .form-error").map(({ text }) => text)]
  }
  for (const address of [
    "/srv/git/app.git",
    "file:///srv/app.git",
    "ext::sh -c id",
    "https://me:secret@h.org/a.git",
    "",
  ])
    expect(await refused({ git: address })).toEqual([422, expect.stringMatching(/./)])
  for (const name of ["", "a b", "../x", "x.git", "n".repeat(65)])
    expect(await refused({ name })).toEqual([422, expect.stringContaining("Use 1 to 64 letters")])
  expect(await refused({ why: "x".repeat(501) })).toEqual([422, "That is more than 500 characters. Say it in fewer."])
  for (let count = 0; count < 20; count++) expect((await member.ask({ name: `app-${count}` })).status).toBe(303)
  expect(await refused({})).toEqual([422, expect.stringContaining("Twenty of your requests")])
})

test("a request for what is listed meanwhile is accepted where it is the same, and else says why not", async () => {
  await using world = await roleWorld()
  const [member, admin] = [at(world, "member"), at(world, "admin")]
  await member.ask()
  await member.ask({ name: "other" })
  const config = JSON.parse(await readFile(`${world.home}/config.json`, "utf8"))
  const repos = [
    { name: "app", git, projectSettings: false },
    { name: "other", git: "https://git.example.org/elsewhere.git", projectSettings: false },
  ]
  await writeFile(`${world.home}/config.json`, JSON.stringify({ ...config, repos }))
  const refused = await admin.press("[data-request='other']")
  expect([refused.status, refused.page.one("[data-request='other'] .form-error").text]).toEqual([
    422,
    expect.stringContaining("already a repository of this name"),
  ])
  expect((await admin.press("[data-request='app']")).status).toBe(303)
  expect((await member.ask()).page.one(".field-error").text).toContain("already a repository of this name")
})

test("what somebody types into a request does nothing on the page of those who decide", async () => {
  await using world = await roleWorld()
  const [member, admin] = [at(world, "member"), at(world, "admin")]
  await member.ask({ why: xss.join(" ").replaceAll("\0", "").slice(0, 500) })
  const { read } = requestsTo(world)
  const { body } = await read({ path: requestUrls.requests(), actor: "admin" })
  expect((await admin.page()).has("[data-request='app']")).toBe(true)
  expect(dangers(body, ["head", "meta", "title", "link", "script"])).toEqual([])
})
