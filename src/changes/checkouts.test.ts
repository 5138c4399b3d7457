import { expect, test } from "bun:test"
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { changesWorld } from "../testing/changes-world.ts"
import { type Clone, gitHostWorld, ownLoop } from "../testing/git-host.ts"
import { pageOf } from "../testing/html.ts"

/** The pages of a loop that has checkouts of knowledge, notes and personal, each on its branch, from a server's git host. */
async function world() {
  const host = await gitHostWorld()
  const w = await changesWorld()
  const clone = async (name: string): Promise<Clone> => {
    const made = await host.cloneOf(host.address("loop", name), join(w.folder, name))
    await made.git("switch", "--quiet", "--create", `loop/${ownLoop}`, "--track", "origin/main")
    await made.git("config", "user.name", "Alice")
    await made.git("config", "user.email", "alice@example.org")
    return made
  }
  const [knowledge, notes, personal] = [await clone("knowledge"), await clone("notes"), await clone("personal")]
  const page = async (checkout: string) => pageOf(await w.alice.get(urls.loopChanges(w.loop, { checkout })))
  return {
    ...{ ...w, host, knowledge, notes, personal, page },
    /** What the picker says, as far as it counts something. */
    async counts(client = w.alice) {
      const all = (await pageOf(await client.get(urls.loopChanges(w.loop)))).all(".checkouts-wide a")
      return all.map(({ text }) => text.replace(/\s+/g, " ").replace(" changed", "").trim())
    },
    async [Symbol.asyncDispose]() {
      await w[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
    },
  }
}

test("every checkout that a loop has is listed with its number of changes; personal for its driver alone", async () => {
  await using w = await world()
  await writeFile(join(w.notes.path, "one.md"), "1\n")
  await writeFile(join(w.notes.path, "two.md"), "2\n")
  await mkdir(join(w.folder, "repos/app"), { recursive: true })
  await mkdir(join(w.folder, "repos/.hidden"))
  await writeFile(join(w.folder, "repos/REPOS.md"), "# Repositories\n")
  await symlink("/etc", join(w.folder, "repos/elsewhere"))
  expect(await w.counts()).toEqual(["workdir 1", "knowledge", "notes 2", "personal", "repos/app"])
  expect(await w.counts(w.bob)).toEqual(["workdir 1", "knowledge", "notes 2", "repos/app"])
  const page = await w.page("notes")
  expect(page.one(".checkouts-wide [aria-current]").text).toContain("notes")
  expect(page.one(".checkouts-narrow option[selected]").text).toBe("notes · 2 changed")
  expect(page.all(".change-list .change-row")).toHaveLength(2)
  expect((await w.page("repos/app")).one(".panel-notice h2").text).toBe("This folder has no repository yet")
})

test("a diff, staging, a discard that is taken back and a commit work in notes as in the working folder, which stays as it is", async () => {
  await using w = await world()
  await writeFile(join(w.notes.path, "plan.md"), "first line\n")
  await writeFile(join(w.notes.path, "other.md"), "other\n")
  const page = await w.page("notes")
  expect(
    page
      .all(".file-diff .code-line, .file-diff tr")
      .map(({ text }) => text)
      .join("\n"),
  ).toContain("first line")
  const sight = page.one(".commit-form input[name=sight]").attributes["value"] ?? ""
  expect(sight).toBe("checkout=notes")
  const led = await w.alice.post(urls.loopStage(w.loop), { sight, path: "plan.md" })
  expect([led.status, led.headers.get("location")]).toEqual([
    303,
    expect.stringContaining(urls.loopChanges(w.loop, { checkout: "notes", said: "done" })),
  ])
  expect((await w.notes.git("diff", "--cached", "--name-only")).out).toBe("plan.md\n")
  expect((await w.alice.post(urls.loopDiscard(w.loop), { sight, path: "other.md" })).status).toBe(303)
  expect(await Bun.file(join(w.notes.path, "other.md")).exists()).toBe(false)
  const undo = (await w.page("notes")).one(".undo button[name=undo]").attributes["value"] ?? ""
  expect((await w.alice.post(urls.loopUndo(w.loop), { sight, undo })).status).toBe(303)
  expect(await readFile(join(w.notes.path, "other.md"), "utf8")).toBe("other\n")
  const remark = { sight, path: "other.md", first: "1", last: "1", text: "Shorter?" }
  expect((await w.alice.post(urls.loopComments(w.loop), remark)).status).toBe(303)
  await w.alice.post(urls.loopReview(w.loop), { sight, clientId: "review" })
  expect(w.agent.sent.map(({ text }) => text).join()).toContain("**/loopat/context/notes/other.md, line 1**")
  expect((await w.alice.post(urls.loopCommit(w.loop), { sight, message: "Plan" })).status).toBe(200)
  expect((await w.notes.git("log", "-1", "--format=%s %an")).out).toBe("Plan alice\n")
  const history = await pageOf(await w.alice.get(urls.loopHistory(w.loop, { checkout: "notes" })))
  expect(history.all(".commit-row")[0]?.text).toContain("Plan")
  // The working folder has its one new file still, and no commit.
  expect(await w.counts()).toEqual(["workdir 1", "knowledge", "notes 1", "personal"])
})

test("what is committed in notes is everybody's at a press, in knowledge it becomes a proposal, and each says so", async () => {
  await using w = await world()
  const press = async (checkout: string, deed = "push") => {
    const answer = await w.alice.post(urls.loopRemote(w.loop), { sight: `checkout=${checkout}`, deed })
    return [answer.status, (await pageOf(answer)).all(".changes-notice p")[0]?.text]
  }
  const branches = await pageOf(await w.alice.get(urls.loopBranches(w.loop, { checkout: "knowledge" })))
  expect(branches.one("button[value=push]").text.trim()).toBe("Propose")
  expect(branches.all(".tag").map(({ text }) => text)).toEqual(["current"])
  const noted = await w.notes.commit({ "plan.md": "plan\n" })
  const known = await w.knowledge.commit({ "fact.md": "fact\n" })
  const [notes, knowledge] = [
    await w.host.shelves.open({ context: "notes" }),
    await w.host.shelves.open({ context: "knowledge" }),
  ]
  const trunk = await knowledge.resolve()
  expect(await press("notes")).toEqual([200, expect.stringMatching(/^Shared: Notes has it now/)])
  expect(await notes.resolve()).toBe(noted)
  expect(await press("notes")).toEqual([200, expect.stringMatching(/^There was nothing new to share/)])
  expect(await press("knowledge")).toEqual([200, expect.stringMatching(/^Proposed: it waits under Context/)])
  expect([await knowledge.resolve(), await knowledge.resolve(`loop/${ownLoop}`)]).toEqual([trunk, known])
  expect((await w.page("notes")).one(".diff-files, #diff-files").text).toContain("Nothing has changed here.")
  // Somebody else was quicker: said in words, pulled, and given then.
  const other = await w.host.clone("other", "notes")
  await other.commit({ "theirs.md": "theirs\n" })
  await other.git("push", "--quiet", "origin", "HEAD:main")
  await w.notes.commit({ "mine.md": "mine\n" })
  expect(await press("notes")).toEqual([409, expect.stringMatching(/^The remote has commits that are not here yet/)])
  expect(await press("notes", "pull")).toEqual([200, "Pulled and merged."])
  expect((await press("notes"))[0]).toBe(200)
  expect((await w.notes.git("log", "--format=%s", "origin/main")).out).toContain("Merge")
})

test("a vault's file in personal is named, and nothing of it is shown in any comparison", async () => {
  await using w = await world()
  const vault = ".loopat/vaults/default/envs/TOKEN"
  await w.personal.commit({ [vault]: "ciphertext one\n", "memory/a.md": "a\n" })
  await writeFile(join(w.personal.path, vault), "ciphertext two\n")
  await writeFile(join(w.personal.path, ".loopat/vaults/default/envs/NEW"), "ciphertext new\n")
  const commit = (await w.personal.git("rev-parse", "HEAD")).out.trim()
  const looks = [{}, { compare: "work" }, { compare: "index" }, { commit }, { compare: "work", file: vault, whole: 1 }]
  for (const stage of [false, true]) {
    if (stage) await w.personal.git("add", "--all")
    for (const look of looks) {
      const answer = await w.alice.get(urls.loopChanges(w.loop, { checkout: "personal", ...look }))
      const text = await answer.text()
      expect([look, answer.status, text.includes("ciphertext")]).toEqual([look, 200, false])
      expect(text).toContain("TOKEN")
    }
  }
  expect((await w.page("personal")).all(".diff-note").map(({ text }) => text.trim())).toEqual(
    Array(2).fill("A vault's file. It is only named here: its content is encrypted and nobody's to read."),
  )
  const remark = { sight: "checkout=personal&compare=index", path: vault, first: "1", last: "1", text: "?" }
  expect(await (await w.alice.post(urls.loopComments(w.loop), remark)).text()).not.toContain("ciphertext")
})

test("a name that no checkout of this loop has is nothing that is found, in pages, streams and forms alike, and nothing is done", async () => {
  await using w = await world()
  const { alice, bob, loop } = w
  await mkdir(join(w.folder, "repos/real"), { recursive: true })
  await symlink(w.notes.path, join(w.folder, "repos/link"))
  await writeFile(join(w.folder, "repos/file"), "")
  const wrong = [
    ...["", "home", "claude-state", "repos", "repos/", "repos/..", "repos/.", "repos/none", "repos/link", "repos/file"],
    ...[
      "repos/real/..",
      "../notes",
      "notes/..",
      "/etc",
      "NOTES",
      "notes\0",
      "repos/real\n",
      "--help",
      "x".repeat(5_000),
    ],
  ]
  const forms: [address: string, form: Record<string, string>][] = [
    [urls.loopStage(loop), { path: "new.txt" }],
    [urls.loopDiscard(loop), { all: "1" }],
    [urls.loopCommit(loop), { message: "x", everything: "1" }],
    [urls.loopRemote(loop), { deed: "push" }],
    [urls.loopBranch(loop), { name: "x", create: "1" }],
    [urls.loopRepository(loop), {}],
  ]
  for (const checkout of wrong) {
    const query = `?${new URLSearchParams({ checkout }).toString()}`
    for (const page of [urls.loopChanges(loop), urls.loopHistory(loop), urls.loopBranches(loop)])
      expect([checkout, page, (await alice.get(page + query)).status]).toEqual([checkout, page, 404])
    for (const [address, form] of forms) {
      const sight = new URLSearchParams({ checkout }).toString()
      expect([checkout, address, (await alice.post(address, { sight, ...form })).status]).toEqual([
        checkout,
        address,
        404,
      ])
    }
  }
  for (const turn of ["newest", "x"])
    expect((await alice.get(urls.loopChanges(loop, { checkout: "notes", turn }))).status).toBe(422)
  expect(
    (await alice.post(urls.loopTurnBack(loop), { sight: "checkout=notes", turn: crypto.randomUUID() })).status,
  ).toBe(409)
  // Personal is nobody's but the driver's.
  for (const checkout of ["repos/..", "../notes", "home"])
    expect((await alice.get(`${urls.loopChangesEvents(loop)}?${new URLSearchParams({ checkout })}`)).status).toBe(404)
  expect((await bob.get(`${urls.loopChangesEvents(loop)}?checkout=personal`)).status).toBe(404)
  for (const page of [urls.loopChanges, urls.loopHistory, urls.loopBranches])
    expect((await bob.get(page(loop, { checkout: "personal" }))).status).toBe(404)
  expect((await bob.get(urls.loopChanges(loop, { checkout: "notes" }))).status).toBe(200)
  expect((await bob.post(urls.loopStage(loop), { sight: "checkout=notes", path: "x" })).status).toBe(403)
  expect(await w.counts()).toEqual(["workdir 1", "knowledge", "notes", "personal", "repos/real"])
})
