import { expect, test } from "bun:test"
import { readdir, writeFile } from "node:fs/promises"
import { type Clone, gitHostWorld, otherLoop, ownLoop } from "../testing/git-host.ts"
import { userName } from "../testing/loops.ts"
import { until } from "../testing/link-world.ts"
import { gitIn } from "../testing/shelves.ts"

const own = `loop/${ownLoop}`
/** The line that a push is answered with. */
const told = (said: string) =>
  said
    .split("\n")
    .find((line) => line.startsWith("remote: loopat:"))
    ?.replace(/^remote: loopat: /, "")
    .trim()

async function refuses(clone: Clone, target: string, words: string | RegExp): Promise<void> {
  const pushed = await clone.git("push", "origin", target)
  expect([target, pushed.code === 0, told(pushed.said)]).toEqual([target, false, expect.stringMatching(words)])
}

async function takes(clone: Clone, ...targets: string[]): Promise<void> {
  const pushed = await clone.git("push", "origin", ...targets)
  expect([targets, pushed.code, pushed.said]).toEqual([targets, 0, expect.anything()])
}

test("a loop clones, commits and pushes notes, and everybody hears of it", async () => {
  await using here = await gitHostWorld()
  const clone = await here.clone("loop", "notes")
  const commit = await clone.commit({ "ideas/first.md": "hello" })
  await takes(clone, "HEAD:main")
  const notes = await here.shelves.open({ context: "notes" })
  expect(await notes.resolve()).toBe(commit)
  expect(here.news.at(-1)).toMatchObject({ branch: "main", to: commit, by: { user: "alice", loop: ownLoop } })
  const again = await here.clone("alice", "notes")
  expect((await again.git("rev-parse", "HEAD")).out.trim()).toBe(commit)
  expect((await again.git("-c", "protocol.version=0", "ls-remote", "origin", "main")).out).toStartWith(commit)
  await gitIn(notes.folder, "fsck", "--strict")
  expect((await readdir(`${notes.folder}/objects`)).filter((name) => name.startsWith("incoming"))).toEqual([])
})

test("each refusal names the next thing to run, and running it works", async () => {
  await using here = await gitHostWorld()
  const clone = await here.clone("loop", "knowledge")
  await clone.commit({ "page.md": "proposed" })
  await refuses(clone, "HEAD:main", /^knowledge is reviewed before it changes.* Run: git push origin HEAD:loop\/1{8}/)
  await takes(clone, `HEAD:${own}`)
  await refuses(clone, "HEAD:refs/tags/v1", `refs/tags/v1 is not yours to move. Run: git push origin HEAD:${own}`)
  await refuses(clone, `HEAD:loop/${otherLoop}`, /not yours/)
  await refuses(clone, "HEAD:refs/replace/1", /not yours/)
  await refuses(clone, "HEAD:refs/loopat/undo/1/x", /not yours/)
  await refuses(clone, ":main", /main cannot be removed/)
  // A push is taken whole or not at all.
  await clone.commit({ "page.md": "again" })
  const both = await clone.git("push", "origin", `HEAD:${own}`, "HEAD:refs/heads/other")
  expect(both.code).not.toBe(0)
  const knowledge = await here.shelves.open({ context: "knowledge" })
  expect((await knowledge.branches("")).map(({ name }) => name)).toEqual([own, "main"])
  expect(await knowledge.resolve(own)).not.toBe((await clone.git("rev-parse", "HEAD")).out.trim())
})

test("main of an open context moves forward only; a proposal moves in any way and is removed by its loop", async () => {
  await using here = await gitHostWorld()
  const first = await here.clone("loop", "notes", "first")
  const second = await here.clone("loop", "notes", "second")
  await first.commit({ "a.md": "a" })
  await takes(first, "HEAD:main")
  await second.commit({ "b.md": "b" })
  await refuses(second, "+HEAD:main", /main has moved on. Run: git fetch origin && git merge origin\/main/)
  await second.git("fetch", "origin")
  await second.git("merge", "--no-edit", "origin/main")
  await takes(second, "HEAD:main")
  await takes(second, `HEAD:${own}`)
  await second.git("reset", "--quiet", "--hard", "HEAD~1")
  await second.commit({ "c.md": "other" })
  await takes(second, `+HEAD:${own}`)
  await takes(second, `:${own}`)
  expect(here.news.at(-1)).toMatchObject({ branch: own, by: { loop: ownLoop } })
  expect(here.news.at(-1)?.to).toBeUndefined()
})

test("people with tokens propose and administrators merge; a token that only reads pushes nothing", async () => {
  await using here = await gitHostWorld()
  const alice = await here.clone("alice", "knowledge")
  await alice.commit({ "page.md": "x" })
  await refuses(alice, "HEAD:main", /Run: git push origin HEAD:propose\/alice\/change/)
  await takes(alice, "HEAD:propose/alice/change")
  await refuses(alice, "HEAD:propose/bob/change", /not yours/)
  const reader = await here.clone("reader", "knowledge")
  await reader.commit({ "page.md": "y" })
  await refuses(reader, "HEAD:propose/alice/other", /may only read/)
  const root = await here.clone("root", "knowledge")
  await root.commit({ "page.md": "z" })
  await takes(root, "HEAD:main")
  await takes(root, ":propose/alice/change")
  // Of somebody else's own repository there is nothing to see under any name.
  expect((await here.clone("root", "personal")).path).not.toContain("alice")
  const mine = await here.shelves.open({ context: "personal", user: userName("alice") })
  expect(mine.folder).toEndWith("personal-alice.git")
})

test("in personal a loop pushes memory, never vaults, and settings only as a proposal", async () => {
  await using here = await gitHostWorld()
  const clone = await here.clone("loop", "personal")
  await clone.commit({ "memory/fact.md": "remembered" })
  await takes(clone, "HEAD:main")
  const back = () => clone.git("reset", "--quiet", "--hard", "origin/main")
  const check = async (files: Record<string, string | Uint8Array>, words: RegExp, alsoProposed: boolean) => {
    await clone.commit(files)
    await refuses(clone, "HEAD:main", words)
    if (alsoProposed) await takes(clone, `+HEAD:${own}`)
    else await refuses(clone, `+HEAD:${own}`, words)
    await back()
  }
  const crypt = Buffer.from("\0GITCRYPT\0secret", "latin1")
  await check(
    { ".loopat/vaults/dev/envs/T": "plain" },
    /^\.loopat\/vaults\/dev\/envs\/T: vaults are written by the server/,
    false,
  )
  await check({ ".loopat/vaults/dev/envs/T": crypt }, /vaults are written by the server only/, false)
  await check({ ".LOOPAT/Vaults/dev/envs/T": crypt }, /vaults are written by the server only/, false)
  await check({ ".loopat/config.json": '{"providers":{}}' }, /reviewed first. Run: git push origin HEAD:loop/, true)
  await check({ ".loopat/.claude/settings.json": "{}" }, /reviewed first/, true)
  await check({ "notes/.gitattributes": "* -text\n" }, /reviewed first/, true)
  const owner = await here.clone("alice", "personal")
  await owner.commit({ ".loopat/vaults/dev/envs/T": "plain" })
  await owner.commit({ ".loopat/vaults/dev/envs/T": crypt })
  // The readable value is not in the newest commit, and would be in the history for ever.
  await refuses(owner, "HEAD:main", /vaults/)
  await owner.git("reset", "--quiet", "--hard", "origin/main")
  await owner.commit({ ".loopat/vaults/dev/envs/T": crypt, ".loopat/config.json": "{}" })
  await takes(owner, "HEAD:main")
  await clone.git("pull", "--quiet", "origin", "main")
  await clone.git("mv", ".loopat/vaults/dev/envs/T", ".loopat/vaults/dev/envs/U")
  await clone.commit({})
  await refuses(clone, "HEAD:main", /vaults/)
  await back()
  await clone.git("rm", "--quiet", ".loopat/vaults/dev/envs/T")
  await clone.commit({})
  await refuses(clone, "HEAD:main", /vaults/)
})

test("names, links, settings and left-over conflicts that would do harm never get in", async () => {
  await using here = await gitHostWorld()
  here.gates.delete("knowledge")
  const clone = await here.clone("root", "knowledge")
  const check = async (files: Record<string, string>, words: RegExp) => {
    await clone.commit(files)
    await refuses(clone, "HEAD:main", words)
    await clone.git("reset", "--quiet", "--hard", "origin/main")
    await clone.git("clean", "-fdqx")
  }
  await check({ "readme.md": "twin" }, /another name differs from this one in case only/)
  await check({ "a/x.md": "1", "A/y.md": "2" }, /in case only/)
  await check({ "esc\u001b[2J.md": "x" }, /^esc\?\[2J\.md: no file may have this name/)
  await check({ "bidi\u202egpj.md": "x" }, /no file may have this name/)
  await check({ ".loopat/.claude/settings.json": "{" }, /does not parse/)
  await check({ ".loopat/.claude/mise.toml": "[tools" }, /does not parse/)
  await check({ "page.md": "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n" }, /conflict markers are left/)
  await clone.git("update-index", "--add", "--cacheinfo", `120000,${await blob(clone, "../../etc/passwd")},link`)
  await clone.git("commit", "--quiet", "-m", "A link")
  await refuses(clone, "HEAD:main", /^link: this link leads out of its place/)
})

async function blob(clone: Clone, text: string): Promise<string> {
  await writeFile(`${clone.path}/.git/blob`, text)
  return (await clone.git("hash-object", "-w", `${clone.path}/.git/blob`)).out.trim()
}

test("a loop that is archived, deleted or offered to somebody pushes nothing, also when it happens in between", async () => {
  await using here = await gitHostWorld()
  const clone = await here.clone("loop", "notes")
  await clone.commit({ "a.md": "a" })
  for (const [state, words] of [
    ["archived", "this loop is archived"],
    ["deleted", "this loop is deleted"],
    ["offered", "this loop is offered to somebody else"],
  ] as const) {
    here.rest(state)
    const pushed = await clone.git("push", "origin", "HEAD:main")
    expect([state, pushed.code === 0, pushed.said]).toEqual([state, false, expect.stringContaining(words)])
  }
  // The push was judged, and its loop is archived before the branch moves.
  here.rest(undefined, undefined, "archived")
  await refuses(clone, "HEAD:main", /this loop is archived/)
  expect(here.news).toEqual([])
  here.rest()
  await takes(clone, "HEAD:main")
})

test("loops that push notes at the same time all arrive, and nothing of anybody is lost", async () => {
  await using here = await gitHostWorld()
  const count = 8
  const clones = await Promise.all(Array.from({ length: count }, (_, n) => here.clone("loop", "notes", `c${n}`)))
  await Promise.all(clones.map((clone, n) => clone.commit({ [`by-${n}.md`]: String(n) })))
  await Promise.all(clones.map(pushUntilTaken))
  const notes = await here.shelves.open({ context: "notes" })
  const paths = (await notes.files((await notes.resolve()) ?? "")).map(({ path }) => path)
  expect(paths.filter((path) => path.startsWith("by-"))).toHaveLength(count)
  await gitIn(notes.folder, "fsck", "--strict")
})

async function pushUntilTaken(clone: Clone): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    if ((await clone.git("push", "--quiet", "origin", "HEAD:main")).code === 0) return
    await clone.git("fetch", "--quiet", "origin")
    await clone.git("merge", "--quiet", "--no-edit", "origin/main")
  }
  throw new Error("never taken")
}

test("one person has twenty requests at once and each of them ten minutes; the next waits, and nobody else does", async () => {
  await using here = await gitHostWorld()
  await here.shelves.open({ context: "notes" })
  const ask = (user: string, path: string, body?: ReadableStream<Uint8Array>) =>
    here.host.serve(
      { kind: "member", user: userName(user), admin: false, mayPush: true, rests: async () => undefined },
      new Request(`http://localhost/git/notes.git/${path}`, {
        headers: { "git-protocol": "version=2" },
        ...(body && { method: "POST", body }),
      }),
    )
  const before = here.gitCalls()
  // Somebody who never says what he wants.
  const silent = () =>
    new ReadableStream<Uint8Array>({ start: (out) => out.enqueue(Buffer.from("0014command=ls-refs\n")) })
  const held = Array.from({ length: 20 }, () => ask("alice", "git-upload-pack", silent()))
  await until("all twenty are served", async () => here.gitCalls() === before + 20)
  here.clock.advance(1_000)
  let answered = false
  const next = ask("alice", "info/refs?service=git-upload-pack")?.then((answer) => {
    answered = true
    return answer.status
  })
  expect((await ask("bob", "info/refs?service=git-upload-pack"))?.status).toBe(200)
  expect(answered).toBe(false)
  here.clock.advance(598_000)
  expect((await ask("bob", "info/refs?service=git-upload-pack"))?.status).toBe(200)
  expect(answered).toBe(false)
  here.clock.advance(1_000)
  expect(await next).toBe(200)
  await Promise.all(held.map(async (answer) => (await answer)?.text()))
})
