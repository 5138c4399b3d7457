import { expect, test } from "bun:test"
import { mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises"
import { createDisk } from "../platform/disk/disk.ts"
import { createGit } from "../platform/git/git.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { testClock } from "../testing/clock.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { repoName } from "../testing/loops.ts"
import { nothingHosted } from "../testing/shelves.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { type Refusal, refusalOf, wordsOf } from "./git-words.ts"
import { createRepos, type RepoEntry } from "./index.ts"

const app = repoName("app")

async function world(files: Record<string, string> = { a: "1" }) {
  const folder = await tempFolder()
  const outside = await outsideRepository(`${folder.path}/outside`, files)
  const processes = createProcesses({ PATH: process.env.PATH ?? "", HOME: folder.path })
  const disk = createDisk()
  const clock = testClock()
  const roster: RepoEntry[] = [{ name: app, git: outside.path }]
  const open = () => {
    const git = createGit({ processes, disk, folder: `${folder.path}/git`, knownHosts: `${folder.path}/known_hosts` })
    return createRepos({
      git,
      disk,
      clock,
      shelves: nothingHosted,
      folder: `${folder.path}/repos`,
      keys: `${folder.path}/keys`,
      roster: async () => roster,
    })
  }
  return {
    ...{ path: folder.path, outside, processes, clock, roster, open, repos: open() },
    gitCalls: () => processes.counts.get("git") ?? 0,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

test("askers at the same time share one fetch, and within a minute nobody fetches again", async () => {
  await using here = await world()
  const all = await Promise.all(Array.from({ length: 20 }, () => here.repos.refresh(app)))
  expect(new Set(all.map((one) => one.kind))).toEqual(new Set(["fresh"]))
  const calls = here.gitCalls()
  expect(calls).toBeLessThanOrEqual(4)
  here.clock.advance(59_000)
  await here.repos.refresh(app)
  expect(here.gitCalls()).toBe(calls)
  here.clock.advance(1_000)
  await here.repos.refresh(app)
  expect(here.gitCalls()).toBe(calls + 2)
})

test("a fetch brings new commits, branches that were forced, and drops branches that are gone", async () => {
  await using here = await world()
  await here.outside.git("branch", "old")
  await here.repos.refresh(app)
  expect(await here.repos.resolve(app, "old")).toBeDefined()
  await here.outside.git("branch", "-D", "old")
  const head = await here.outside.commit({ b: "2" })
  here.clock.advance(60_000)
  await here.repos.refresh(app)
  expect(await here.repos.resolve(app)).toEqual({ commit: head, ref: "trunk" })
  expect(await here.repos.resolve(app, "old")).toBeUndefined()
})

test("the trunk is the branch that the outside names, also after it changed", async () => {
  await using here = await world()
  await here.repos.refresh(app)
  expect((await here.repos.resolve(app))?.ref).toBe("trunk")
  await here.outside.git("checkout", "-q", "-b", "develop")
  here.clock.advance(60_000)
  await here.repos.refresh(app)
  expect((await here.repos.resolve(app))?.ref).toBe("develop")
})

test("nothing outside leaves a dated copy, and nothing at all says so in git's words", async () => {
  await using here = await world()
  await here.repos.refresh(app)
  here.clock.advance(60_000)
  await rename(here.outside.path, `${here.path}/away`)
  expect(await here.repos.refresh(app)).toMatchObject({ kind: "stale", at: "2026-01-15T12:00:00.000Z" })
  expect((await here.repos.resolve(app))?.ref).toBe("trunk")
  expect(await here.repos.refresh(repoName("other"))).toEqual({ kind: "not-in-roster" })
  here.roster[0] = { name: app, git: "/another/address" }
  expect((await here.repos.refresh(app)).kind).toBe("unreachable")
  // The copy of the former address is not passed off as one of the new.
  expect(await here.repos.resolve(app)).toBeUndefined()
})

test("lock files that a killed fetch left behind do not stop the next one", async () => {
  await using here = await world()
  await here.repos.refresh(app)
  const mirror = `${here.path}/repos/code/app.git`
  await writeFile(`${mirror}/packed-refs.lock`, "")
  await writeFile(`${mirror}/refs/heads/trunk.lock`, "")
  const head = await here.outside.commit({ b: "2" })
  here.clock.advance(60_000)
  const afterRestart = here.open()
  expect((await afterRestart.refresh(app)).kind).toBe("fresh")
  expect((await afterRestart.resolve(app))?.commit).toBe(head)
})

test("entries whose address is not one are no entries", async () => {
  await using here = await world()
  here.roster.push(
    { name: repoName("evil"), git: "ext::sh -c touch /tmp/x" },
    { name: repoName("b"), git: "--upload-pack=x" },
  )
  expect((await here.repos.roster()).map((entry) => entry.name)).toEqual([app])
  expect(await here.repos.has(repoName("evil"))).toBe(false)
})

test("a checkout copies no object, and a write in it reaches nobody", async () => {
  await using here = await world({ "big.txt": "x".repeat(100_000), "src/deep/file.ts": "1" })
  await here.repos.refresh(app)
  const commit = (await here.repos.resolve(app))?.commit ?? ""
  const folder = `${here.path}/w`
  expect(await here.repos.checkOut({ name: app, commit, branch: "loop/x-0a1b2c", folder })).toEqual({
    kind: "checked-out",
  })
  expect(await readFile(`${folder}/src/deep/file.ts`, "utf8")).toBe("1")
  expect(await readdir(`${folder}/.git/objects`)).toEqual(["info", "pack"])
  expect(await readdir(`${folder}/.git/objects/pack`)).toEqual([])
  expect(await readFile(`${folder}/.git/objects/info/alternates`, "utf8")).toBe("/opt/loopat/objects/app\n")
  // The path of the outside repository is this host's own business.
  expect(await readFile(`${folder}/.git/config`, "utf8")).not.toContain(here.path)
})

test("an outside address is the origin of the checkout", async () => {
  await using here = await world()
  await here.repos.refresh(app)
  const commit = (await here.repos.resolve(app))?.commit ?? ""
  const record = `${here.path}/repos/code/app.git/loopat.json`
  const address = "https://host.example/team/app.git"
  await writeFile(record, (await readFile(record, "utf8")).replace(here.outside.path, address))
  here.roster[0] = { name: app, git: address }
  await here.repos.checkOut({ name: app, commit, branch: "loop/x", folder: `${here.path}/w` })
  expect(await readFile(`${here.path}/w/.git/config`, "utf8")).toContain(`url = ${address}`)
})

test("hostile trees are laid out as plain files or refused, and nothing outside the folder changes", async () => {
  await using here = await world({ "-rf": "x", "a\nb": "newline", "ünï/cödé": "y" })
  await symlink("/etc/passwd", `${here.outside.path}/link`)
  await mkdir(`${here.outside.path}/sub`, { recursive: true })
  await symlink("../../..", `${here.outside.path}/sub/up`)
  await here.outside.commit({})
  await here.repos.refresh(app)
  const commit = (await here.repos.resolve(app))?.commit ?? ""
  const folder = `${here.path}/w`
  expect((await here.repos.checkOut({ name: app, commit, branch: "loop/x", folder })).kind).toBe("checked-out")
  expect((await readdir(folder)).sort()).toEqual(["-rf", ".git", "a\nb", "link", "sub", "ünï"])
})

test("a commit that is not there fails with a sentence", async () => {
  await using here = await world()
  await here.repos.refresh(app)
  const failed = await here.repos.checkOut({
    name: app,
    commit: "f".repeat(40),
    branch: "loop/x",
    folder: `${here.path}/w`,
  })
  expect(failed).toMatchObject({ kind: "failed", sentence: expect.stringContaining("fatal") })
})

test("git's words reach people in one line, without hints and without credentials", () => {
  const check = (stderr: string, expected: string) =>
    expect(wordsOf(new CommandFailed("exit", "git", { code: 128, stderr }))).toBe(expected)
  check("fatal: could not read\nhint: do this\n", "fatal: could not read")
  check(
    "remote: Not Found\nfatal: repository 'https://bob:hunter2@host.example/x/' not found\n",
    "remote: Not Found · fatal: repository 'https://host.example/x/' not found",
  )
  check("warning: x\nssh: connect refused\n", "ssh: connect refused")
  check("", "git ended with code 128")
  expect(wordsOf(new CommandFailed("missing", "git"))).toBe("git is not installed on this server")
  expect(wordsOf(new CommandFailed("timeout", "git", { code: 143 }))).toBe("no answer in time")
})

test("why an outside repository gave nothing is told apart by what ssh and git say", () => {
  const check = (stderr: string, why: Refusal, words: string) => {
    const failure = new CommandFailed("exit", "git", { code: 128, stderr })
    expect([refusalOf(failure), wordsOf(failure)]).toEqual([why, words])
  }
  const generic = "fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights"
  check(
    `No ED25519 host key is known for [h]:2222 and you have requested strict checking.\r\nHost key verification failed.\r\n${generic}`,
    "host-unknown",
    "No ED25519 host key is known for [h]:2222 and you have requested strict checking.",
  )
  check(
    `@@@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@@@@@\nHost key verification failed.\n${generic}`,
    "host-changed",
    "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!",
  )
  const certificate = "fatal: unable to access 'https://h/x/': SSL certificate problem: self-signed certificate"
  check(certificate, "host-changed", certificate)
  check(`git@h: Permission denied (publickey).\n${generic}`, "not-let-in", "git@h: Permission denied (publickey).")
  const asked = "fatal: could not read Username for 'https://h': terminal prompts disabled"
  check(asked, "not-let-in", asked)
  check(`ERROR: Repository not found.\n${generic}`, "no-repository", "ERROR: Repository not found.")
  const gone = "fatal: repository 'https://h/x/' not found"
  check(gone, "no-repository", gone)
  const away = "ssh: connect to host h port 22: Connection refused"
  check(`${away}\n${generic}`, "unreachable", away)
  check(generic, "unreachable", "fatal: Could not read from remote repository.")
})

test("a key of the workspace is named, never a path, and an entry that names another file is no entry", async () => {
  await using here = await world()
  here.roster[0] = { name: app, git: here.outside.path, credential: "deploy.key" }
  expect(await here.repos.has(app)).toBe(true)
  for (const credential of ["../users.json", "a/b", "", ".hidden", "-oProxyCommand=x"]) {
    here.roster[0] = { name: app, git: here.outside.path, credential }
    expect([credential, await here.repos.has(app)]).toEqual([credential, false])
  }
})
