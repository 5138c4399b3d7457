import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { attachWorld, names } from "../testing/attach-world.ts"
import { userName } from "../testing/loops.ts"
import { gitIn } from "../testing/shelves.ts"

const author = { name: "Alice", email: "alice@example.org" }
test("attach: empty, related, unrelated and colliding remotes over ssh; detach; no loop is interrupted, no commit lost", async () => {
  await using at = await attachWorld()
  const { here, host, attaching, repository, follow } = at
  const empty = await at.remote("empty.git")
  const loop = await here.clone("loop", "notes")

  // Nobody has said yet that this host is the one that is meant.
  const first = await attaching.attach("notes", at.wanted("empty.git"))
  if (first.kind !== "refused" || !first.hostKey) throw new Error(first.kind)
  expect(first).toMatchObject({ why: "host-unknown", hostKey: { fingerprint: await host.fingerprint() } })
  expect(await attaching.confirmHost(host.address("empty.git"), "SHA256:none")).toEqual({ kind: "not-shown" })
  expect(await attaching.confirmHost(host.address("empty.git"), first.hostKey.fingerprint)).toEqual({
    kind: "confirmed",
  })

  expect(await attaching.test("notes", at.wanted("empty.git"))).toEqual({ kind: "answers", empty: true, writes: true })
  expect(await gitIn(empty, "for-each-ref")).toBe("")
  expect(await attaching.attach("notes", at.wanted("empty.git"))).toEqual({ kind: "attached" })
  follow()
  expect((await gitIn(empty, "rev-parse", "main")).trim()).toBe((await repository.resolve()) ?? "")
  await loop.commit({ "by-loop.md": "from a loop that was there before" })
  expect((await loop.git("push", "origin", "HEAD:main")).code).toBe(0)
  expect(await names(empty)).toContain("by-loop.md")

  await at.attaching.detach("notes")
  follow()
  expect(attaching.attached("notes")).toBeUndefined()
  expect(await attaching.state("notes")).toBeUndefined()
  expect(await names(repository.folder)).toContain("by-loop.md")

  // Related: both went on since.
  const elsewhere = await here.cloneOf(empty, join(here.path, "elsewhere"))
  await elsewhere.commit({ "outside.md": "outside" })
  expect((await elsewhere.git("push", "origin", "HEAD:main")).code).toBe(0)
  await loop.commit({ "inside.md": "inside" })
  expect((await loop.git("push", "origin", "HEAD:main")).code).toBe(0)
  expect(await attaching.attach("notes", at.wanted("empty.git"))).toEqual({ kind: "attached" })
  follow()
  for (const side of [empty, repository.folder])
    expect(await names(side)).toEqual(expect.arrayContaining(["inside.md", "outside.md"]))
  await attaching.detach("notes")
  follow()
  await gitIn(repository.folder, "fsck", "--strict")
})

test("attach: unrelated histories are merged where no path collides; where one does, a loop's merge solves it", async () => {
  await using at = await attachWorld()
  const { here, attaching, repository, follow } = at
  const loop = await here.clone("loop", "notes")
  await loop.commit({ "by-loop.md": "from a loop" })
  expect((await loop.git("push", "origin", "HEAD:main")).code).toBe(0)
  await at.remote("apart.git", { "other.md": "other" })
  await at.known("apart.git")
  const apart = join(at.host.repositories, "apart.git")
  expect(await attaching.attach("notes", at.wanted("apart.git"))).toEqual({ kind: "attached" })
  follow()
  expect(await names(apart)).toEqual(expect.arrayContaining(["other.md", "by-loop.md"]))
  await attaching.detach("notes")
  follow()
  const colliding = await at.remote("colliding.git", { "by-loop.md": "another text" })
  const before = await repository.resolve()
  const refused = await attaching.attach("notes", at.wanted("colliding.git"))
  expect(refused).toEqual({ kind: "apart", met: { state: "diverged", conflicts: ["by-loop.md"] } })
  expect([await repository.resolve(), attaching.attached("notes")]).toEqual([before, undefined])
  expect(await names(colliding)).toEqual(["by-loop.md"])

  // A loop merges what is here of it already; then it attaches.
  const theirs = (await repository.outsideTip()) ?? ""
  expect(theirs).toBe((await gitIn(colliding, "rev-parse", "main")).trim())
  await loop.git("fetch", "--quiet", "origin")
  await loop.git("merge", "--quiet", "origin/main")
  // What a loop borrows of the server's objects.
  await loop.git("fetch", "--quiet", repository.folder, "refs/loopat/outside/trunk")
  await loop.git("merge", "--quiet", "--allow-unrelated-histories", theirs)
  await loop.commit({ "by-loop.md": "both texts" })
  expect((await loop.git("push", "origin", "HEAD:main")).code).toBe(0)
  expect(await attaching.attach("notes", at.wanted("colliding.git"))).toEqual({ kind: "attached" })
  follow()
  expect(await gitIn(colliding, "show", "main:by-loop.md")).toBe("both texts")
  await gitIn(repository.folder, "fsck", "--strict")
})

test("a team's repository is taken as it is where nobody has written here yet, and config.json keeps what is not about it", async () => {
  await using at = await attachWorld()
  const path = join(at.here.path, "config.json")
  const before = JSON.parse(await readFile(path, "utf8"))
  await Bun.write(path, JSON.stringify({ ...before, mystery: { a: 1 }, context: { notes: { gated: true, other: 2 } } }))
  await at.settings.freshWorkspace()
  await at.remote("team.git", { "README.md": "# The team\n", "page.md": "a page" })
  await at.known("team.git")
  expect(await at.attaching.attach("notes", at.wanted("team.git"))).toEqual({ kind: "attached" })
  expect(await gitIn(at.repository.folder, "show", "main:README.md")).toBe("# The team\n")
  const { address: remote, credential } = at.wanted("team.git")
  const rest = { ...before, mystery: { a: 1 } }
  const notes = { gated: true, other: 2 }
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({
    ...rest,
    context: { notes: { ...notes, remote, credential } },
  })
  await at.attaching.detach("notes")
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ ...rest, context: { notes } })
})

test("a key that may not write, or is not let in, attaches nothing and says why without telling where the key lies", async () => {
  await using at = await attachWorld()
  await at.remote("notes.git")
  await at.known("notes.git")
  expect(await at.attaching.attach("notes", at.wanted("missing.git"))).toMatchObject({
    kind: "refused",
    why: "no-repository",
  })
  await at.host.lockOut()
  const refused = await at.attaching.attach("notes", at.wanted("notes.git"))
  expect(refused).toMatchObject({ kind: "refused", why: "not-let-in" })
  expect(JSON.stringify(refused)).not.toContain(at.here.path)
  expect(at.attaching.attached("notes")).toBeUndefined()
})

test("what comes from outside is looked at as a push is: nothing moves here until it is mended there", async () => {
  await using at = await attachWorld()
  const { here, repository } = at
  const outside = join(here.path, "outside.git")
  await gitIn(outside, "init", "--quiet", "--bare", "--initial-branch=main")
  here.attach({ address: outside })
  await repository.refresh({ now: true })
  const clone = await here.cloneOf(outside, join(here.path, "elsewhere"))
  const ours = await repository.resolve()
  const marked = "a\n<<<<<<< mine\nb\n=======\nc\n>>>>>>> theirs\n"
  await clone.commit({ "page.md": marked })
  await clone.git("push", "--quiet", "origin", "HEAD:main")
  await repository.refresh({ now: true })
  expect(await repository.outside()).toMatchObject({
    state: "refused",
    refused: { code: "markers", path: "page.md" },
  })
  expect(await repository.resolve()).toBe(ours)
  // Work goes on here meanwhile, and a push of a loop is taken.
  const loop = await here.clone("loop", "notes")
  await loop.commit({ "by-loop.md": "x" })
  expect((await loop.git("push", "origin", "HEAD:main")).code).toBe(0)
  await clone.commit({ "page.md": "mended\n" })
  await clone.git("push", "--quiet", "origin", "HEAD:main")
  expect((await repository.refresh({ now: true })).kind).toBe("fresh")
  expect(await names(repository.folder)).toEqual(expect.arrayContaining(["by-loop.md", "page.md"]))

  // Names that only some computers tell apart are refused however old the commit is.
  await clone.git("pull", "--quiet", "--no-rebase", "origin", "main")
  await clone.commit({ "a\u202eb.md": "turned around" })
  await clone.git("rm", "--quiet", "--force", "a\u202eb.md")
  await clone.commit({ "fine.md": "fine" })
  await clone.git("push", "--quiet", "origin", "HEAD:main")
  await repository.refresh({ now: true })
  expect(await repository.outside()).toMatchObject({ state: "refused", refused: { code: "name" } })
  expect(await names(repository.folder)).not.toContain("fine.md")
})

test("while nobody is signed in the outside is not asked, but what is not there yet is tried all the same", async () => {
  await using at = await attachWorld()
  const { here, repository } = at
  const outside = join(here.path, "outside.git")
  await gitIn(outside, "init", "--quiet", "--bare", "--initial-branch=main")
  here.attach({ address: outside })
  await repository.refresh({ now: true })
  here.watch(false)
  const calls = here.gitCalls()
  for (let minutes = 0; minutes < 60; minutes += 5) here.clock.advance(300_000)
  expect(here.gitCalls()).toBe(calls)
  here.watch(true)
  const asked = (await repository.outside())?.askedAt
  here.clock.advance(300_000)
  while ((await repository.outside())?.askedAt === asked) await Bun.sleep(5)
  const saved = await repository.commit({
    ...{ branch: "main", author, message: "Save", by: { user: userName("alice") } },
    ...{ base: (await repository.resolve()) ?? "", changes: [{ path: "page.md", text: "saved" }] },
  })
  expect(saved.kind).toBe("committed")
})
