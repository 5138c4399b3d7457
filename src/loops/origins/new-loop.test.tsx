import { expect, test } from "bun:test"
import type { LoopOrigin } from "../../lib/loop-origin.ts"
import { originFields } from "../../lib/loop-origin.ts"
import { urls } from "../../lib/urls.ts"
import { pageOf } from "../../testing/html.ts"
import { type LoopPages, loopPages } from "../../testing/loop-pages.tsx"
import { person, type TestLoopsOptions } from "../../testing/loops.ts"
import { type LoopId, parseLoopId } from "../../lib/ids.ts"
import type { NewLoop } from "../index.ts"

const alice = person("alice")
const bob = person("bob")
const admin = person("root", "admin")
const held = "0123456789abcdef"
const nobody = parseLoopId("00000000-0000-4000-8000-000000000000") as LoopId

const world = (options: TestLoopsOptions = {}) =>
  loopPages({
    contexts: true,
    ...options,
    needs: {
      heldText: async (user, id) =>
        user === alice.name && id === held
          ? { shelf: "knowledge", path: "README.md", base: "absent", text: "mine\n" }
          : undefined,
      ...options.needs,
    },
  })

async function made(pages: LoopPages, wanted: Partial<NewLoop> = {}, user = alice): Promise<LoopId> {
  const created = await pages.loops.create({ clientId: crypto.randomUUID(), ...wanted }, user)
  if (created.kind !== "created") throw new Error(JSON.stringify(created))
  return created.loop
}

const formOf = async (pages: LoopPages, origin: LoopOrigin, user = alice) =>
  pageOf(await pages.as(user).get(urls.newLoopFrom(origin)))

test("edit by loop opens the new-loop page with title and first message filled in, both to be changed before Create", async () => {
  await using pages = await world()
  const origin: LoopOrigin = { kind: "edit", shelf: "knowledge", path: "how/to build.md" }
  const page = await formOf(pages, origin)
  expect(page.one("input[name='title']").attributes["value"]).toBe("edit knowledge/how/to build.md")
  expect(page.one("textarea[name='message']").text).toContain("/loopat/context/knowledge/how/to build.md")
  expect(page.one("textarea[name='message']").text).toContain("What should change:")
  expect(page.one("main").text).toContain("This loop changes knowledge/how/to build.md.")
  const form = { ...originFields(origin), clientId: "c1", title: "Mine", message: "Say it shorter" }
  const answer = await pages.as(alice).post(urls.loops(), form)
  const [loop] = pages.loops.from(origin, alice)
  expect(answer.headers.get("location")).toBe(urls.loop(loop?.id ?? ""))
  const record = await pages.loops.record(loop?.id ?? nobody)
  expect(record).toMatchObject({ kind: "edit", title: "Mine", origin: { ...origin }, visibility: "workspace" })
})

test("a document's page can list the loops that were made from it, for whoever may read them", async () => {
  await using pages = await world()
  const document = { shelf: "knowledge", path: "README.md" } as const
  await made(pages, { origin: { kind: "edit", ...document }, title: "Open" })
  await made(pages, { origin: { kind: "edit", ...document }, title: "Secret", visibility: "private" })
  await made(pages, { origin: { kind: "edit", shelf: "notes", path: "README.md" }, title: "Elsewhere" })
  const titles = (user = alice) => pages.loops.from(document, user).map(({ title }) => title)
  expect(titles().sort()).toEqual(["Open", "Secret"])
  expect(titles(bob)).toEqual(["Open"])
  expect(titles(admin)).toEqual(["Open"])
  const own = { shelf: "personal", path: "plan.md" } as const
  await made(pages, { origin: { kind: "edit", ...own }, title: "Hers" })
  expect(pages.loops.from(own, alice).map(({ title }) => title)).toEqual(["Hers"])
  expect(pages.loops.from(own, bob)).toEqual([])
})

test("distill has no first message: the page says that the agent waits, and a private source makes a private loop", async () => {
  await using pages = await world()
  const source = await made(pages, { title: "Hard day", message: "hello", visibility: "private" })
  const origin: LoopOrigin = { kind: "distill", loop: source }
  const page = await formOf(pages, origin)
  expect(page.has("textarea[name='message']")).toBe(false)
  expect(page.one("input[name='title']").attributes["value"]).toBe(`distill: ${source.slice(0, 6)} Hard day`)
  expect(page.one("main").text).toContain("write what to look for when the loop is open")
  expect(page.has("select[name='repo']")).toBe(false)
  expect(page.all("select[name='visibility'] option").map(({ text }) => text)).toEqual(["Only you"])
  const form = { ...originFields(origin), clientId: "d1", title: "", message: "", visibility: "workspace" }
  await pages.as(alice).post(urls.loops(), form)
  const distilled = pages.loops.shelf.ordered().find(({ kind }) => kind === "distill")
  expect(distilled).toMatchObject({ visibility: "private", origin: { loop: source } })
  expect((await pages.loops.transcript(distilled?.id ?? source).after(0)).events).toHaveLength(1)
})

test("nobody makes a loop from what he may not read, or from what is not there", async () => {
  await using pages = await world()
  const secret = await made(pages, { title: "Secret", visibility: "private" })
  const refused: [LoopOrigin, typeof alice][] = [
    [{ kind: "distill", loop: secret }, bob],
    [{ kind: "distill", loop: secret }, admin],
    [{ kind: "distill", shelf: "knowledge", path: "nowhere.md" }, alice],
    [{ kind: "distill", shelf: "personal", path: ".loopat/vaults/default/envs/KEY" }, alice],
    [{ kind: "merge", shelf: "knowledge", branch: "propose/bob/gone" }, alice],
    [{ kind: "merge", shelf: "knowledge" }, alice],
    [{ kind: "resolve", held }, bob],
    [{ kind: "resolve", held: "fedcba9876543210" }, alice],
  ]
  const before = pages.loops.shelf.size
  for (const [origin, user] of refused) {
    expect([origin, (await pages.as(user).get(urls.newLoopFrom(origin))).status]).toEqual([origin, 404])
    const form = { ...originFields(origin), clientId: "x1", title: "Keep me", message: "and me" }
    const answer = await pages.as(user).post(urls.loops(), form)
    expect([origin, answer.status]).toEqual([origin, 422])
    const page = await pageOf(answer)
    expect(page.one("[role='alert']").text).toContain("is not there any more, or you may not read it")
    expect(page.one("textarea[name='message']").text).toBe("and me")
  }
  expect(pages.loops.shelf.size).toBe(before)
})

test("the loop over all loops is for an admin, always private, and absent for members", async () => {
  await using pages = await world()
  const origin: LoopOrigin = { kind: "cross-loop" }
  const form = { ...originFields(origin), clientId: "all", title: "", message: "", visibility: "workspace" }
  expect((await pages.as(alice).get(urls.newLoopFrom(origin))).status).toBe(404)
  expect((await pages.as(alice).post(urls.loops(), form)).status).toBe(404)
  expect(pages.loops.shelf.size).toBe(0)
  expect((await formOf(pages, origin, admin)).one("main").text).toContain("Only you can see it")
  await pages.as(admin).post(urls.loops(), form)
  const [entry] = pages.loops.shelf.ordered()
  expect(entry).toMatchObject({ kind: "cross-loop", visibility: "private" })
  expect((await pages.loops.record(entry?.id ?? nobody))?.flags.crossLoop).toBe(true)
})

test("an address that names no origin is nowhere, and a form that does makes nothing", async () => {
  await using pages = await world()
  for (const query of [
    "from=fork",
    "from=",
    "from=edit&shelf=knowledge&path=../x",
    "from=merge&shelf=code",
    "from=a&from=b",
  ])
    expect([query, (await pages.as(alice).get(`${urls.newLoop}?${query}`)).status]).toEqual([query, 404])
  const wrong = { from: "edit", shelf: "knowledge", path: "../../x", clientId: "w" }
  expect((await pages.as(alice).post(urls.loops(), wrong)).status).toBe(404)
  expect(pages.loops.shelf.size).toBe(0)
})

test("a held text becomes a loop whose first message says where the person's words lie", async () => {
  await using pages = await world()
  const page = await formOf(pages, { kind: "resolve", held })
  const message = page.one("textarea[name='message']").text
  for (const part of ["held/mine", "held/base", "/loopat/context/knowledge/README.md"]) expect(message).toContain(part)
})

test("a proposal that conflicts becomes a loop whose first message says what to fetch, merge and push", async () => {
  await using pages = await world()
  const repository = await pages.shelves.open({ context: "knowledge" })
  const base = await repository.resolve()
  if (base === undefined) throw new Error("no commit")
  const branch = "propose/bob/words"
  const author = { name: "bob", email: "bob@example.org" }
  const change = { changes: [{ path: "a.md", text: "a\n" }], author, message: "Words", by: { user: bob.name } }
  await repository.commit({ branch, base, ...change })
  const page = await formOf(pages, { kind: "merge", shelf: "knowledge", branch })
  const message = page.one("textarea[name='message']").text
  for (const part of [
    "git fetch origin",
    `git merge origin/${branch}`,
    "git merge origin/main",
    "git push origin HEAD",
  ])
    expect(message).toContain(part)
})
