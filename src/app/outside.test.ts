import { expect, test } from "bun:test"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { contextWorld } from "../testing/context-world.ts"
import { readHtml } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { gitIn } from "../testing/shelves.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const page = "/settings/context"
const ssh = "ssh://git@127.0.0.1:9/notes.git"

test("wrong addresses and keys come back with what was typed and what to do; nothing is changed", async () => {
  await using world = await contextWorld()
  const admin = world.as("admin")
  await admin.post(`${page}/keys`, { name: "deploy" })
  await admin.post(`${page}/tokens`, { name: "pass", token: "abc-123" })
  const before = await readFile(join(world.home, "config.json"), "utf8")
  const cases = [
    ["/etc/passwd", "", "address", "This is no address"],
    ["file:///repo.git", "", "address", "This is no address"],
    ["ext::sh -c id", "", "address", "This is no address"],
    ["https://me:secret@example.org/a.git", "", "address", "without a password"],
    ["--upload-pack=x", "", "address", "This is no address"],
    [ssh, "nobody", "credential", "There is no such key here"],
    [ssh, "../known_hosts", "credential", "There is no such key here"],
    [ssh, "pass", "credential", "Choose a key"],
    ["https://example.org/a.git", "deploy", "credential", "Choose a token"],
  ]
  for (const way of ["test", "attach"])
    for (const [address = "", credential = "", field = "", sentence = ""] of cases) {
      const answer = await admin.post(`${page}/notes/${way}`, { address, credential })
      const html = readHtml(await answer.text())
      expect([address, answer.status, html.one(`#field-notes-${field}-error`).text]).toEqual([
        address,
        422,
        expect.stringContaining(sentence),
      ])
      expect(html.one("#field-notes-address").attributes["value"]).toBe(address)
    }
  expect(await readFile(join(world.home, "config.json"), "utf8")).toBe(before)
  expect((await admin.post(`${page}/personal/attach`, { address: ssh, credential: "" })).status).toBe(404)
})

test("a key shows its public half and nothing more; names that are taken or odd are refused in words", async () => {
  await using world = await contextWorld()
  const admin = world.as("admin")
  expect((await admin.post(`${page}/keys`, { name: "deploy" })).status).toBe(303)
  const secret = await readFile(join(world.home, "secrets/@workspace/keys/deploy"), "utf8")
  expect((await admin.post(`${page}/tokens`, { name: "pass", token: "very-secret-token" })).status).toBe(303)
  const text = await (await admin.get(page)).text()
  expect(readHtml(text).one("[data-key='deploy'] textarea").text).toMatch(/^ssh-ed25519 AAAA\S+ loopat:deploy@/)
  expect(text).not.toContain("very-secret-token")
  expect(text).not.toContain(secret.split("\n")[1] ?? "none")
  for (const name of ["deploy", "DEPLOY", "pass", "a/b", "..", ".hidden", "x.pub", "", "a b", "n".repeat(65)]) {
    const answer = await admin.post(`${page}/keys`, { name })
    expect([name, answer.status]).toEqual([name, 422])
    expect(readHtml(await answer.text()).one("#field-key-name-error").text).not.toBe("")
  }
  for (const token of ["", "two words", "line\nline", "日本語のトークン"]) {
    const answer = await admin.post(`${page}/tokens`, { name: "other", token })
    const html = await answer.text()
    expect([token, answer.status]).toEqual([token, 422])
    expect(readHtml(html).one("#field-token-error").text).toContain("Copy it again")
    expect(html).not.toContain(`value="${token || "-"}"`)
  }
  expect(await readFile(join(world.home, "secrets/@workspace/keys/deploy"), "utf8")).toBe(secret)
})

test("a host that gives no answer is told in words, and nothing is attached", async () => {
  await using world = await contextWorld()
  const answer = await world.as("admin").post(`${page}/notes/attach`, { address: ssh, credential: "" })
  expect(answer.status).toBe(409)
  expect(readHtml(await answer.text()).all("[data-outcome='bad'] p")[0]?.text).toMatch(/gave no answer|not known here/)
  expect(JSON.parse(await readFile(join(world.home, "config.json"), "utf8")).context).toBeUndefined()
})

test("the hook's address works until a new one is made; strangers are told nothing and soon not even heard", async () => {
  await using world = await contextWorld()
  const admin = world.as("admin")
  const ring = async (url: string) =>
    (await world.app.answer(new Request(`http://localhost${url}`, { method: "POST", body: "{}" }))).status
  await admin.post(`${page}/hook`)
  const addressNow = async () =>
    new URL((await world.read("admin", page)).one("#hook input[readonly]").attributes["value"] ?? "").pathname
  const first = await addressNow()
  expect(first).toMatch(/^\/hooks\/[0-9a-f]{48}$/)
  expect(await ring(first)).toBe(204)
  await admin.post(`${page}/hook`)
  expect(await ring(await addressNow())).toBe(204)
  expect(await ring(first)).toBe(404)
  for (let tries = 1; tries < 20; tries++) await ring(`/hooks/${"0".repeat(48)}`)
  expect(await ring(`/hooks/${"0".repeat(48)}`)).toBe(429)
})

test("while a context's home outside is away, Context says so with a button; back again, the button brings it in step", async () => {
  await using folder = await tempFolder()
  const remote = join(folder.path, "team.git")
  await using world = await contextWorld({ config: { context: { notes: { remote } } } })
  const shown = async (url: string) => (await world.read("member", url)).all("[data-outside]")
  await until("it is seen that nothing answers", async () => (await shown("/context")).length === 1)
  expect((await shown("/context"))[0]?.text).toContain("Saved here, not yet at the outside repository")
  expect((await shown("/context/notes"))[0]?.text).toContain("Retry now")
  expect(await shown("/context/knowledge")).toEqual([])
  expect((await (await world.as("member").get("/context")).text()).includes(folder.path)).toBe(false)
  await gitIn(remote, "init", "--quiet", "--bare", "--initial-branch=main")
  expect((await world.as("member").post("/context/notes/retry")).status).toBe(303)
  expect((await shown("/context"))[0]?.attributes["data-outside"]).toBe("in-step")
  expect(await shown("/context/notes")).toEqual([])
  expect((await gitIn(remote, "rev-parse", "main")).trim()).toBe((await world.git("notes", "rev-parse", "main")).trim())
  expect((await world.as("member").post("/context/elsewhere/retry")).status).toBe(404)
})

test("a key is removed when one has read what stops working by it, and not when that has changed meanwhile", async () => {
  const git = "git@git.example.org:team/app.git"
  const config = {
    context: { knowledge: { remote: ssh, credential: "deploy" } },
    repos: [{ name: "app", git, credential: "deploy" }],
  }
  await using world = await contextWorld({ config })
  const admin = world.as("admin")
  for (const name of ["deploy", "spare"]) await admin.post(`${page}/keys`, { name })
  const files = async () => (await readdir(join(world.home, "secrets/@workspace/keys"))).sort()
  const card = async (name: string) => (await world.read("admin", page)).one(`[data-key='${name}']`)
  const uses = async (name: string) =>
    (await world.read("admin", page)).one(`[data-key='${name}'] input[name='uses']`).attributes["value"]
  const remove = async (name: string, form: Record<string, string>) => {
    const answer = await admin.post(`${page}/keys/${name}/remove`, form)
    return { status: answer.status, html: readHtml(await answer.text()) }
  }

  expect((await card("spare")).text).toContain("Nothing here uses it")
  expect((await card("deploy")).text).toContain("Still used by Knowledge and app.")
  expect(await uses("deploy")).toBe("knowledge code/app")
  // Somebody saw the page before the key was used.
  const changed = await remove("deploy", { uses: "" })
  expect([changed.status, changed.html.one("[data-key='deploy'] .form-error").text]).toEqual([
    ...[409, expect.stringContaining("has changed since")],
  ])
  expect(changed.html.one("[data-key='deploy'] details").attributes["open"]).toBeDefined()
  for (const name of ["nobody", "..%2fhook", "deploy.pub"]) expect((await remove(name, {})).status).toBe(409)
  expect((await world.as("member").post(`${page}/keys/spare/remove`, { uses: "" })).status).toBe(403)
  expect(await files()).toEqual(["deploy", "deploy.pub", "spare", "spare.pub"])

  expect((await remove("spare", { uses: "" })).status).toBe(303)
  expect((await remove("deploy", { uses: (await uses("deploy")) ?? "" })).status).toBe(303)
  expect(await files()).toEqual([])
  const after = await world.read("admin", page)
  expect(after.all("[data-key]")).toEqual([])
  expect(after.one("[data-context='knowledge']").text).toContain("The key deploy is not here any more")
  const said = await world.read("admin", `${page}?said=removed&name=spare`)
  expect(said.all("p.notice[role='status']")[0]?.text).toContain("spare is removed")
})

test("a proposal that is reviewed outside says so without a Merge button, and is merged here only where there is no outside", async () => {
  await using folder = await tempFolder()
  const remote = join(folder.path, "team.git")
  await gitIn(remote, "init", "--quiet", "--bare", "--initial-branch=main")
  await using world = await contextWorld({
    config: { context: { knowledge: { review: "outside", remote }, notes: { review: "outside", gated: true } } },
  })
  const propose = (shelf: "knowledge" | "notes") => world.save("member", shelf, { path: "new.md", text: "words" })
  await propose("knowledge")
  const name = "ui/member/1"
  const one = (shelf: string) => world.read("admin", `/context/${shelf}/proposal?branch=${encodeURIComponent(name)}`)
  await until("it is there", async () => (await one("knowledge")).has("[data-outside-review='there']"))
  const shown = await one("knowledge")
  expect(shown.one("[data-outside-review]").text).toContain("It is reviewed at the outside repository")
  expect(shown.has("form[action$='/proposal/merge']")).toBe(false)
  expect(shown.has("form[action$='/proposal/discard']")).toBe(true)
  const tip = (await world.git("knowledge", "rev-parse", name)).trim()
  expect((await gitIn(remote, "rev-parse", name)).trim()).toBe(tip)
  const merged = await world.as("admin").post("/context/knowledge/proposal/merge", { branch: name, seen: tip })
  expect([merged.status, await merged.text()]).toEqual([
    ...[403, expect.stringContaining("It is merged where it is reviewed.")],
  ])

  await gitIn(remote, "update-ref", "-d", `refs/heads/${name}`)
  await world.as("admin").post("/context/knowledge/retry")
  await until("it is closed", async () => (await one("knowledge")).has("[data-outside-review='closed']"))
  expect((await one("knowledge")).one("[data-outside-review]").text).toContain("Everything of it is still here")
  const again = await world.as("admin").post("/context/knowledge/proposal/outside", { branch: name, seen: tip })
  expect([again.status, again.headers.get("location")]).toEqual([303, expect.stringContaining("said=outside")])
  await until("it is there again", async () => (await one("knowledge")).has("[data-outside-review='there']"))

  // There is no outside: said on both pages, and nothing that was promoted is stuck.
  await propose("notes")
  expect((await one("notes")).one("[data-outside-review]").text).toContain("Until an admin attaches one")
  expect((await one("notes")).has("form[action$='/proposal/merge']")).toBe(true)
  const settings = await world.read("admin", page)
  expect(settings.one("[data-context='notes'] [data-review]").text).toContain("has no home outside")
  expect(settings.one("[data-context='knowledge'] [data-review]").text).toContain("reviewed there")
  const here = (await world.git("notes", "rev-parse", name)).trim()
  expect((await world.as("admin").post("/context/notes/proposal/merge", { branch: name, seen: here })).status).toBe(303)
})

test("where proposals are reviewed is changed on the page, both ways, with what follows said before and after", async () => {
  await using folder = await tempFolder()
  const remote = join(folder.path, "outside.git")
  await gitIn(remote, "init", "--quiet", "--bare", "--initial-branch=main")
  await using world = await contextWorld({ config: { context: { knowledge: { remote } } } })
  const admin = world.as("admin")
  await world.save("member", "knowledge", { path: "tax.md", text: "19 %\n" })
  const card = async () => readHtml(await (await admin.get(page)).text()).one("[data-context='knowledge']").text
  expect(await card()).toContain("those that wait now, too")
  const to = async (shelf: string, review: string) => admin.post(`${page}/${shelf}/review`, { review })
  const outside = await to("knowledge", "outside")
  expect(outside.headers.get("location")).toBe(`${page}?said=reviewOutside`)
  expect(await (await admin.get(`${page}?said=reviewOutside`)).text()).toContain("reviewed outside from now on")
  const waiting = "ui/member/1"
  await until("the proposal is outside", async () => (await gitIn(remote, "branch", "--list", waiting)).trim() !== "")
  const proposal = () => world.read("admin", `/context/knowledge/proposal?branch=${encodeURIComponent(waiting)}`)
  const merges = async () => (await proposal()).all("button").some(({ text }) => text === "Merge")
  expect(await merges()).toBe(false)
  expect(await card()).toContain("reviewed and merged here again")
  expect((await to("knowledge", "here")).headers.get("location")).toBe(`${page}?said=reviewHere`)
  expect(await merges()).toBe(true)
  // Notes have no home outside; a context that is none, and a word that is none, change nothing.
  const refused = await to("notes", "outside")
  expect([refused.status, readHtml(await refused.text()).one("[data-context='notes'] .form-error").text]).toEqual([
    422,
    "It has no home outside where proposals could be reviewed. Attach one first.",
  ])
  for (const [shelf = "", review = "", status] of [
    ["personal", "here", 404],
    ["knowledge", "elsewhere", 422],
  ] as const)
    expect([shelf, review, (await to(shelf, review)).status]).toEqual([shelf, review, status])
  expect((await world.as("member").post(`${page}/knowledge/review`, { review: "outside" })).status).toBe(403)
  const { context } = JSON.parse(await readFile(join(world.home, "config.json"), "utf8"))
  expect([context.knowledge.review, context.notes?.review ?? "here"]).toEqual(["here", "here"])
}, 60_000)

test("a token is replaced under its name, is shown to nobody, and only a token is", async () => {
  await using world = await contextWorld()
  const admin = world.as("admin")
  await admin.post(`${page}/keys`, { name: "deploy" })
  await admin.post(`${page}/tokens`, { name: "pass", token: "old-token" })
  const stored = (name: string) => readFile(join(world.home, "secrets/@workspace/keys", name), "utf8")
  const key = await stored("deploy")
  const replace = (name: string, token: string) => admin.post(`${page}/keys/${name}/replace`, { token })
  for (const token of ["", "two words", "line\nline"]) {
    const answer = await replace("pass", token)
    const html = readHtml(await answer.text())
    expect([token, answer.status, html.one("#field-pass-token-error").text]).toEqual([
      token,
      422,
      expect.stringContaining("Copy it again"),
    ])
  }
  expect(await stored("pass")).toBe("old-token\n")
  expect((await replace("pass", "newer-token")).headers.get("location")).toBe(`${page}?said=replaced&name=pass`)
  expect(await stored("pass")).toBe("newer-token\n")
  const shown = await (await admin.get(`${page}?said=replaced&name=pass`)).text()
  expect(shown).toContain("The token pass is replaced. Revoke the old one at the host.")
  expect(shown).not.toContain("newer-token")
  for (const name of ["deploy", "nobody", "..%2fhook", "PASS"])
    expect((await replace(name, "x-token")).status).toBe(409)
  expect(await stored("deploy")).toBe(key)
  expect((await world.as("member").post(`${page}/keys/pass/replace`, { token: "theirs" })).status).toBe(403)
  expect(await stored("pass")).toBe("newer-token\n")
})
