import { expect, test } from "bun:test"
import { rename } from "node:fs/promises"
import { join } from "node:path"
import { type Clone, gitHostWorld } from "../testing/git-host.ts"
import { gitSshd } from "../testing/git-sshd.ts"
import { until } from "../testing/link-world.ts"
import { userName } from "../testing/loops.ts"
import { gitIn } from "../testing/shelves.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const notes = { context: "notes" } as const
const author = { name: "Alice", email: "alice@example.org" }

/** Notes that have a home outside, an empty one at first. */
async function world() {
  const here = await gitHostWorld()
  const outside = join(here.path, "outside.git")
  await gitIn(outside, "init", "--quiet", "--bare", "--initial-branch=main")
  here.attach({ address: outside })
  const repository = await here.shelves.open(notes)
  const theirs = async () => (await gitIn(outside, "rev-parse", "refs/heads/main").catch(() => "none")).trim()
  const inStep = () =>
    until(
      "both have the same",
      async () => (await theirs()) === (await repository.resolve()) && (await state()) === "in-step",
    )
  const state = async () => (await repository.outside())?.state
  return {
    ...{ ...here, outside, repository, theirs, state, inStep },
    /** Somebody who works outside and knows nothing of this server. */
    async elsewhere(files: Record<string, string>): Promise<Clone> {
      const folder = join(here.path, `elsewhere-${Object.keys(files).join("-")}`)
      const clone = await here.cloneOf(outside, folder)
      await clone.commit(files)
      const pushed = await clone.git("push", "origin", "HEAD:main")
      if (pushed.code !== 0) throw new Error(pushed.said)
      return clone
    },
    save: async (path: string, text: string) =>
      repository.commit({
        ...{ branch: "main", author, message: `Save ${path}`, by: { user: userName("alice") } },
        base: (await repository.resolve()) ?? "",
        changes: [{ path, text }],
      }),
  }
}

const names = async (folder: string) =>
  (await gitIn(folder, "ls-tree", "-r", "--name-only", "refs/heads/main")).split("\n")

test("an empty outside gets everything, a save follows, and what a loop pushes is there before it is answered", async () => {
  await using here = await world()
  await here.inStep()
  await here.save("page.md", "saved")
  await here.inStep()
  const clone = await here.clone("loop", "notes")
  const commit = await clone.commit({ "by-loop.md": "pushed" })
  expect((await clone.git("push", "origin", "HEAD:main")).code).toBe(0)
  expect(await here.theirs()).toBe(commit)
})

test("what was changed outside comes with a refresh, and before it a push is told to merge", async () => {
  await using here = await world()
  await here.inStep()
  const clone = await here.clone("loop", "notes")
  await here.elsewhere({ "outside.md": "from outside" })
  await clone.commit({ "inside.md": "from inside" })
  const refused = await clone.git("push", "origin", "HEAD:main")
  expect(refused.said).toContain("loopat: main has moved on. Run: git fetch origin && git merge origin/main")
  await clone.git("fetch", "origin")
  expect((await clone.git("merge", "--no-edit", "origin/main")).code).toBe(0)
  expect((await clone.git("push", "origin", "HEAD:main")).code).toBe(0)
  expect(await names(here.outside)).toEqual(expect.arrayContaining(["inside.md", "outside.md"]))

  await here.elsewhere({ "later.md": "later" })
  here.clock.advance(61_000)
  expect((await here.repository.refresh()).kind).toBe("fresh")
  expect(await names(here.repository.folder)).toContain("later.md")
  expect(here.news.at(-1)).toMatchObject({ branch: "main", by: { user: "loopat" } })
  await gitIn(here.repository.folder, "fsck", "--strict")
})

test("while the outside is away everything is taken here and marked, and it is there soon after it is back", async () => {
  await using here = await world()
  await here.inStep()
  const clone = await here.clone("loop", "notes")
  await rename(here.outside, `${here.outside}.away`)
  await clone.commit({ "by-loop.md": "pushed" })
  expect((await clone.git("push", "origin", "HEAD:main")).code).toBe(0)
  expect(await here.state()).toBe("not-outside")
  await here.save("page.md", "saved")
  here.clock.advance(61_000)
  expect(await here.repository.refresh()).toMatchObject({
    kind: "stale",
    sentence: expect.stringContaining("repository"),
  })
  expect((await here.repository.outside())?.sentence).not.toContain(here.path)
  await rename(`${here.outside}.away`, here.outside)
  await until("it is tried again", async () => {
    here.clock.advance(60_000)
    return (await here.state()) === "in-step"
  })
  expect(await names(here.outside)).toEqual(expect.arrayContaining(["by-loop.md", "page.md"]))
})

test("sides that went on apart are merged where that is clean; where not, both stay and a loop's merge solves it", async () => {
  await using here = await world()
  await here.save("page.md", "one\n")
  await here.inStep()
  await here.elsewhere({ "their.md": "theirs" })
  await here.save("our.md", "ours")
  await here.inStep()
  expect(await names(here.outside)).toEqual(expect.arrayContaining(["our.md", "their.md"]))

  const them = await here.elsewhere({ "page.md": "theirs\n" })
  await here.save("page.md", "ours\n")
  await until("it is told", async () => (await here.state()) === "diverged")
  expect(await here.theirs()).toBe((await them.git("rev-parse", "HEAD")).out.trim())
  // Work goes on here.
  expect((await here.save("more.md", "more")).kind).toBe("committed")
  await until("it is looked at", async () => (await here.state()) === "diverged")

  const worker = await here.clone("loop", "notes", "worker")
  await worker.commit({ "by-loop.md": "x" })
  expect((await worker.git("push", "origin", "HEAD:main")).code).toBe(0)

  const clone = await here.clone("loop", "notes", "merger")
  await clone.git("fetch", "--quiet", here.outside, "main")
  await clone.git("merge", "--quiet", "FETCH_HEAD")
  await clone.commit({ "page.md": "ours and theirs\n" })
  expect((await clone.git("push", "origin", "HEAD:main")).said).toContain("HEAD -> main")
  await here.inStep()
  expect(await gitIn(here.outside, "show", "refs/heads/main:page.md")).toBe("ours and theirs\n")
})

test("over ssh with a key of the workspace it is the same, and nothing goes to a host whose key changed", async () => {
  await using folder = await tempFolder()
  await using host = await gitSshd(folder.path)
  await using here = await gitHostWorld()
  const outside = join(host.repositories, "notes.git")
  await gitIn(outside, "init", "--quiet", "--bare", "--initial-branch=main")
  const address = host.address("notes.git")
  here.attach({ address, sshKey: host.userKey })
  const repository = await here.shelves.open(notes)
  // Nobody has confirmed who the host is.
  expect(await repository.refresh()).toMatchObject({ kind: "stale", sentence: expect.stringContaining("host key") })
  const [shown] = await here.git.scan({ host: "127.0.0.1", port: Number(new URL(address).port) })
  if (!shown) throw new Error("the host shows no key")
  await here.git.confirm(shown)
  here.clock.advance(61_000)
  expect((await repository.refresh()).kind).toBe("fresh")
  const head = (await gitIn(outside, "rev-parse", "main")).trim()
  expect(head).toBe((await repository.resolve()) ?? "")

  await host.becomeAnother()
  const clone = await here.clone("loop", "notes")
  await clone.commit({ "a.md": "a" })
  expect((await clone.git("push", "origin", "HEAD:main")).code).toBe(0)
  expect((await repository.outside())?.sentence).toContain("IDENTIFICATION HAS CHANGED")
  expect((await gitIn(outside, "rev-parse", "main")).trim()).toBe(head)
})
