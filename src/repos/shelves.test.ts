import { expect, test } from "bun:test"
import { mkdir, readdir, writeFile } from "node:fs/promises"
import { userName } from "../testing/loops.ts"
import { gitIn, shelvesWorld } from "../testing/shelves.ts"
import type { Change, RefusedContent, Repository, Shelf } from "./index.ts"

const alice = userName("alice")
const author = { name: "Alice", email: "alice@example.org" }
const notes: Shelf = { context: "notes" }
const personal: Shelf = { context: "personal", user: alice }

async function commit(repository: Repository, changes: Change[], more: { branch?: string; base?: string } = {}) {
  const base = more.base ?? (await repository.resolve(more.branch)) ?? (await repository.resolve()) ?? ""
  return repository.commit({ branch: "main", author, message: "A change", by: { user: alice }, base, changes, ...more })
}

async function committed(repository: Repository, changes: Change[], more: { branch?: string; base?: string } = {}) {
  const outcome = await commit(repository, changes, more)
  if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome))
  return outcome.commit
}

async function text(repository: Repository, path: string, ref?: string): Promise<string | undefined> {
  const files = await repository.files((await repository.resolve(ref)) ?? "")
  const file = files.find((one) => one.path === path)
  const found = file && (await repository.read(file.blob))
  return found?.kind === "content" ? Buffer.from(found.content).toString("utf8") : undefined
}

test("a repository is there with its first commit as soon as somebody asks, made once for all who ask", async () => {
  await using here = await shelvesWorld()
  const all = await Promise.all(Array.from({ length: 10 }, () => here.shelves.open(personal)))
  expect(new Set(all).size).toBe(1)
  const [repository] = all
  if (!repository) throw new Error("none")
  const head = (await repository.resolve()) ?? ""
  expect((await repository.files(head)).map(({ path }) => path)).toEqual([
    ".gitattributes",
    ".gitignore",
    "README.md",
    "memory/MEMORY.md",
  ])
  expect(await text(repository, ".gitattributes")).toContain(".loopat/vaults/** filter=git-crypt diff=git-crypt")
  expect(await text(repository, ".gitignore")).toBe("/.loopat/host/\n")
  expect(await text(repository, "memory/MEMORY.md")).toStartWith("# Memory\n")
  expect(repository.folder).toEndWith("/repos/personal-alice.git")
  await gitIn(repository.folder, "fsck", "--strict")
  expect(await readdir(`${here.path}/repos`)).toEqual(["personal-alice.git"])
})

test("what a killed server left behind is cleared, and a repository of an older server goes on", async () => {
  await using here = await shelvesWorld()
  const first = await here.shelves.open(notes)
  await committed(first, [{ path: "a.md", text: "one" }])
  await writeFile(`${first.folder}/refs/heads/main.lock`, "")
  await mkdir(`${first.folder}/objects/incoming-1`)
  await mkdir(`${here.path}/repos/knowledge.git.new`)
  const again = here.open()
  const second = await again.open(notes)
  expect(await text(second, "a.md")).toBe("one")
  await committed(second, [{ path: "b.md", text: "two" }])
  await again.open({ context: "knowledge" })
  expect((await readdir(`${here.path}/repos`)).sort()).toEqual(["knowledge.git", "notes.git"])
  expect(await readdir(`${first.folder}/objects`)).not.toContain("incoming-1")
})

test("files are written, moved, replaced and removed in one commit without a checkout", async () => {
  await using here = await shelvesWorld()
  const repository = await here.shelves.open(notes)
  await committed(repository, [
    { path: "plans/ünï code.md", text: "plan\n" },
    { path: 'plans/"quoted" \\ name.md', text: "q" },
    { path: "old.md", text: "old" },
    { path: "image.bin", bytes: new Uint8Array([0, 255, 10]) },
  ])
  const before = (await repository.resolve()) ?? ""
  const now = await committed(repository, [
    { path: "ideas", movedFrom: "plans" },
    { path: "ideas/ünï code.md", text: "changed\n" },
    { path: "old.md", gone: true },
  ])
  expect(await text(repository, "ideas/ünï code.md")).toBe("changed\n")
  expect(await text(repository, 'ideas/"quoted" \\ name.md')).toBe("q")
  expect((await repository.files(now)).map(({ path }) => path)).not.toContain("old.md")
  expect((await repository.files(before)).map(({ path }) => path)).toContain("old.md")
  const [newest] = await repository.history({ from: now, limit: 1 })
  expect(newest).toMatchObject({ id: now, parents: [before], author, subject: "A change", at: here.clock.now() })
  expect(here.news.at(-1)).toEqual({ shelf: notes, branch: "main", from: before, to: now, by: { user: alice } })
  await gitIn(repository.folder, "fsck", "--strict")
})

test("who writes on a state that is no longer the newest is told so, and nothing of the other's is lost", async () => {
  await using here = await shelvesWorld()
  const repository = await here.shelves.open(notes)
  const base = (await repository.resolve()) ?? ""
  // Two servers' parts that know nothing of each other.
  const other = await here.open().open(notes)
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      commit(n % 2 === 0 ? repository : other, [{ path: `${n}.md`, text: String(n) }], { base }),
    ),
  )
  expect(outcomes.filter(({ kind }) => kind === "committed")).toHaveLength(1)
  expect(outcomes.filter(({ kind }) => kind === "moved")).toHaveLength(19)
  const commits = await repository.history({ from: (await repository.resolve()) ?? "", limit: 10 })
  expect(commits).toHaveLength(2)
})

test("a change that changes nothing makes no commit, and one of what is not there is refused by its path", async () => {
  await using here = await shelvesWorld()
  const repository = await here.shelves.open(notes)
  await committed(repository, [
    { path: "a.md", text: "a" },
    { path: "folder/b.md", text: "b" },
  ])
  expect(await commit(repository, [{ path: "a.md", text: "a" }])).toEqual({ kind: "unchanged" })
  const check = async (changes: Change[], code: RefusedContent, path: string) =>
    expect(await commit(repository, changes)).toEqual({ kind: "refused", code, path })
  await check([{ path: "none.md", gone: true }], "missing", "none.md")
  await check([{ path: "c.md", movedFrom: "none.md" }], "missing", "c.md")
  await check([{ path: "a.md", movedFrom: "folder/b.md" }], "exists", "a.md")
  await check([{ path: "a.md/inside", text: "x" }], "exists", "a.md/inside")
  await check([{ path: "folder", text: "x" }], "exists", "folder")
  await check([{ path: "A.md", text: "x" }], "case-twin", "A.md")
  await check([{ path: "Folder/c.md", text: "x" }], "case-twin", "Folder/c.md")
  await check([{ path: ".git/hooks/post-update", text: "x" }], "name", ".git/hooks/post-update")
  await check([{ path: "../above", text: "x" }], "name", "../above")
  await check([{ path: "a\nb", text: "x" }], "name", "a\nb")
  const markers = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n"
  await check([{ path: "a.md", text: markers }], "markers", "a.md")
})

test("two branches merge without a checkout with both parents kept, and a conflict leaves everything as it was", async () => {
  await using here = await shelvesWorld()
  const repository = await here.shelves.open(notes)
  await committed(repository, [{ path: "a.md", text: "one\n" }])
  const base = (await repository.resolve()) ?? ""
  const side = await committed(repository, [{ path: "side.md", text: "s" }], { branch: "loop/x", base })
  const main = await committed(repository, [{ path: "a.md", text: "two\n" }])
  const wanted = { into: "main", from: "loop/x", author, message: "Merge it", by: { user: alice } }
  expect(await repository.tryMerge("main", "loop/x")).toEqual({ kind: "clean" })
  const merged = await repository.merge(wanted)
  if (merged.kind !== "merged") throw new Error(merged.kind)
  const [newest] = await repository.history({ from: merged.commit, limit: 1 })
  expect(newest).toMatchObject({ parents: [main, side], subject: "Merge it" })
  expect(await text(repository, "a.md")).toBe("two\n")
  expect(await text(repository, "side.md")).toBe("s")
  expect(await repository.merge(wanted)).toEqual({ kind: "contained" })

  await committed(repository, [{ path: "a.md", text: "theirs\n" }], { branch: "loop/y", base })
  expect(await repository.merge({ ...wanted, from: "loop/y" })).toEqual({ kind: "conflict", paths: ["a.md"] })
  expect(await repository.merge({ ...wanted, from: "loop/y", expected: base })).toMatchObject({ kind: "moved" })
  expect(await repository.resolve()).toBe(merged.commit)
  await gitIn(repository.folder, "fsck", "--strict")
})

test("two sides that each remembered something are joined line by line", async () => {
  await using here = await shelvesWorld()
  const repository = await here.shelves.open(personal)
  const base = (await repository.resolve()) ?? ""
  const index = (await text(repository, "memory/MEMORY.md")) ?? ""
  const change = (line: string): Change[] => [{ path: "memory/MEMORY.md", text: `${index}${line}\n` }]
  await committed(repository, change("- [A](a.md) — first"), { branch: "loop/x", base })
  await committed(repository, change("- [B](b.md) — second"))
  const wanted = { into: "main", from: "loop/x", author, message: "Merge", by: { user: alice } }
  expect(await repository.merge(wanted)).toMatchObject({ kind: "merged" })
  expect((await text(repository, "memory/MEMORY.md"))?.split("\n").sort()).toEqual(
    [...index.split("\n"), "- [A](a.md) — first", "- [B](b.md) — second"].sort(),
  )
})

test("a branch that was discarded can be brought back for thirty days", async () => {
  await using here = await shelvesWorld()
  const repository = await here.shelves.open(notes)
  const side = await committed(repository, [{ path: "s.md", text: "s" }], { branch: "loop/x" })
  const by = { user: alice }
  expect(await repository.removeBranch("loop/x", "f".repeat(40), by)).toBe(false)
  expect(await repository.removeBranch("loop/x", side, by)).toBe(true)
  expect(await repository.branches("loop/")).toEqual([])
  here.clock.advance(29 * 86_400_000)
  expect(await repository.restoreBranch("loop/x", side, by)).toBe(true)
  expect(await repository.branches("loop/")).toEqual([{ name: "loop/x", commit: side }])
  await repository.removeBranch("loop/x", side, by)
  here.clock.advance(31 * 86_400_000)
  expect(await repository.restoreBranch("loop/x", side, by)).toBe(false)
  expect(await repository.removeBranch("main", (await repository.resolve()) ?? "", by)).toBe(false)
})

test("a file's history follows the side of a merge that wrote it, and each line names its commit", async () => {
  await using here = await shelvesWorld()
  const repository = await here.shelves.open(notes)
  const one = await committed(repository, [{ path: "a.md", text: "one\ntwo\n" }])
  here.clock.advance(60_000)
  await committed(repository, [{ path: "b.md", text: "b" }], { branch: "loop/x" })
  here.clock.advance(60_000)
  const two = await committed(repository, [{ path: "a.md", text: "one\nTWO\n" }])
  await repository.merge({ into: "main", from: "loop/x", author, message: "Merge", by: { user: alice } })
  const head = (await repository.resolve()) ?? ""
  expect((await repository.history({ from: head, path: "a.md", limit: 10 })).map(({ id }) => id)).toEqual([two, one])
  const lines = await repository.blame(head, "a.md")
  expect(lines.map(({ commit: id, text: line }) => [id, line])).toEqual([
    [one, "one"],
    [two, "TWO"],
  ])
  expect(lines[0]).toMatchObject({ author, subject: "A change" })
  expect(await repository.blame(head, "none.md")).toEqual([])
})

test("reading starts no program once the repository is open, and a file that is too long is not read", async () => {
  await using here = await shelvesWorld()
  const repository = await here.shelves.open(notes)
  const changes = Array.from({ length: 300 }, (_, n) => ({ path: `${n % 17}/${n}.md`, text: `file ${n}` }))
  const head = await committed(repository, changes)
  await repository.files(head)
  const before = here.gitCalls()
  const files = await repository.files(head)
  const read = await Promise.all(files.map(({ blob }) => repository.read(blob)))
  expect(read.every((one) => one?.kind === "content")).toBe(true)
  await repository.history({ from: head, path: "3/3.md", limit: 5 })
  await repository.branches("loop/")
  expect(await repository.read(files[0]?.blob ?? "", 3)).toMatchObject({ kind: "long" })
  expect(await repository.read("0".repeat(40))).toBeUndefined()
  expect(here.gitCalls()).toBe(before)
  // The program that reads goes when nobody asks, and comes when somebody does.
  here.clock.advance(60_000)
  expect(await text(repository, "3/3.md")).toBe("file 3")
  expect(here.gitCalls()).toBeLessThanOrEqual(before + 1)
})

test("a member's settings of the team wait for an administrator, and vaults take only what is encrypted", async () => {
  await using here = await shelvesWorld({ admins: ["root"] })
  const knowledge = await here.shelves.open({ context: "knowledge" })
  const tier: Change[] = [{ path: ".loopat/.claude/settings.json", text: "{}" }]
  expect(await commit(knowledge, tier)).toMatchObject({ kind: "refused", code: "protected" })
  const wanted = { branch: "main", author, message: "x", by: { user: userName("root") } }
  const base = (await knowledge.resolve()) ?? ""
  expect((await knowledge.commit({ ...wanted, base, changes: tier })).kind).toBe("committed")
  const broken: Change[] = [{ path: ".loopat/.claude/settings.json", text: "{" }]
  const now = (await knowledge.resolve()) ?? ""
  expect(await knowledge.commit({ ...wanted, base: now, changes: broken })).toMatchObject({ code: "unreadable" })

  const own = await here.shelves.open(personal)
  const secret = ".loopat/vaults/default/envs/TOKEN"
  expect(await commit(own, [{ path: secret, text: "plain" }])).toMatchObject({ code: "vault", path: secret })
  expect(await commit(own, [{ path: ".gitattributes", text: "" }])).toMatchObject({ code: "vault" })
  const crypt = Buffer.from("\0GITCRYPT\0and so on", "latin1")
  expect((await commit(own, [{ path: secret, bytes: crypt }])).kind).toBe("committed")
})
