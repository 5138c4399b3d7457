import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { gitHostWorld, ownLoop } from "../testing/git-host.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { repoName } from "../testing/loops.ts"
import { gitIn } from "../testing/shelves.ts"

const app = repoName("app")

test("a hosted repository begins with a commit; a loop pushes its branches and the trunk, and says what to run where it may not", async () => {
  await using here = await gitHostWorld()
  const moved: string[] = []
  here.shelves.onCodeMoved(({ branch, by }) => moved.push(`${branch} ${by.loop ?? by.user}`))
  here.roster.push({ name: app, git: "", access: "hosted" })
  const clone = await here.clone("loop", "code/app", "app")
  expect(await readFile(`${clone.path}/README.md`, "utf8")).toBe("# app\n")
  await clone.commit({ "main.ts": "1", "CASE.md": "a", "case.md": "b" })
  const push = async (who: typeof clone, ...targets: string[]) => {
    const { code, said } = await who.git("push", "origin", ...targets)
    return code === 0 ? "taken" : (/^remote: loopat: (.*)$/m.exec(said)?.[1] ?? said).trim()
  }
  expect(await push(clone, "HEAD:main", "HEAD:feature")).toBe("taken")
  const own = (await push(clone, "HEAD:refs/tags/v1")).match(/git push origin (\S+)$/)?.[1] ?? ""
  expect(own).toMatch(/^HEAD:loop\//)
  expect(await push(clone, own)).toBe("taken")

  // Another loop takes what is there, and leaves what is somebody else's.
  const other = await here.clone("other", "code/app", "other")
  await other.commit({ "other.ts": "2" })
  expect(await push(other, "HEAD:feature")).toMatch(/^refs\/heads\/feature is not yours to move/)
  expect(await push(other, own)).toMatch(/not yours to move/)
  expect(await push(other, "HEAD:main")).toBe("taken")
  expect(await push(clone, "+HEAD:main")).toMatch(/^main has moved on/)
  await clone.commit({ "main.ts": "3" })
  expect(await push(clone, "+HEAD:feature", `:${own.slice(5)}`)).toBe("taken")

  // People with tokens, and a trunk that is protected.
  here.roster[0] = { name: app, git: "", access: "hosted", protected: true }
  const alice = await here.clone("alice", "code/app", "alice")
  await alice.commit({ "alice.ts": "4" })
  expect(await push(alice, "HEAD:main")).toBe(
    "app is reviewed before it changes, so main takes no push from here. Run: git push origin HEAD:alice/change",
  )
  expect(await push(alice, "HEAD:alice/change")).toBe("taken")
  const root = await here.clone("root", "code/app", "root")
  await root.git("tag", "-a", "-m", "First", "v1")
  await root.commit({ "root.ts": "5" })
  expect(await push(root, "HEAD:main", "v1")).toBe("taken")
  expect((await alice.git("ls-remote", "--tags", "origin")).out).toContain("refs/tags/v1^{}")
  const { folder } = await here.shelves.place({ context: "code", name: app })
  expect(folder).toEndWith("/repos/code/app.git")
  await gitIn(folder, "fsck", "--strict")
  expect(moved).toContain(`feature ${ownLoop}`)
  expect(moved.at(-1)).toMatch(/root$/)
})

test("a copy is fetched from the server, renewed when it is older than a minute, and takes no push", async () => {
  await using here = await gitHostWorld()
  const outside = await outsideRepository(`${here.path}/outside`, { "a.md": "1" })
  here.roster.push({ name: app, git: outside.path })
  const clone = await here.clone("loop", "code/app", "app")
  await outside.commit({ "a.md": "2" })
  await clone.git("fetch", "origin")
  const behind = (await clone.git("rev-parse", "origin/trunk")).out
  here.clock.advance(61_000)
  await clone.git("fetch", "origin")
  expect((await clone.git("rev-parse", "origin/trunk")).out).not.toBe(behind)
  await clone.commit({ "b.md": "mine" })
  const pushed = await clone.git("push", "origin", "HEAD:trunk")
  expect([pushed.code === 0, pushed.said]).toEqual([
    false,
    expect.stringContaining("loopat: this is a copy of app and takes no push"),
  ])

  // What lives here is never fetched over, whatever somebody writes into the settings.
  const own = repoName("own")
  here.roster.push({ name: own, git: "", access: "hosted" })
  const hosted = await here.clone("loop", "code/own", "own")
  await hosted.commit({ "c.md": "only here" })
  expect((await hosted.git("push", "origin", "HEAD:main")).code).toBe(0)
  here.roster[1] = { name: own, git: outside.path }
  const refused = await hosted.git("fetch", "origin")
  expect(refused.said).toContain("This server hosts another repository of this name")
  here.roster[1] = { name: own, git: "", access: "hosted" }
  expect((await hosted.git("fetch", "origin")).code).toBe(0)
})

test("what is no repository of code is not there, and git is sent on where an outside address only begins like that of a copy", async () => {
  await using here = await gitHostWorld()
  here.roster.push({ name: app, git: "https://git.example.org/team/app" })
  here.roster.push({ name: repoName("far"), git: "git@git.example.org:team/far", access: "direct" })
  const ask = async (who: string, path: string) => {
    const answer = await fetch(here.address(who, "x").replace("/git/x.git", path), { redirect: "manual" })
    return `${answer.status} ${answer.headers.get("location") ?? ""}`.trim()
  }
  const refs = "/info/refs?service=git-upload-pack"
  expect(await ask("loop", `/git/code/nowhere.git${refs}`)).toBe("404")
  expect(await ask("loop", `/git/code/far.git${refs}`)).toBe("404")
  expect(await ask("loop", `/git/code/..%2f..%2fetc.git${refs}`)).toBe("404")
  expect(await ask("loop", `/git/code/${"a".repeat(65)}.git${refs}`)).toBe("404")
  expect(await ask("loop", `/git/code/app.git-docs/more${refs}`)).toBe(
    `302 https://git.example.org/team/app-docs/more${refs}`,
  )
  expect(await ask("alice", `/git/code/app.git-docs${refs}`)).toBe("404")
})
